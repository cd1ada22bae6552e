"""Matches are brought up to date, in the lists of both sides, and remember what they were."""

from typing import Any

import pytest

from matching.actions import put_documents, withdraw_documents
from matching.encoding import warm_encoder
from matching.engine.documents import Facets, MatchDocument
from matching.models import Document, Match
from matching.ranker import standing_weights
from matching.refresh import renew

pytestmark = pytest.mark.django_db

DEMAND = MatchDocument(
    "scenario:1", "demand", {"title": "出院病历质控", "pain": "每天九百份病历靠人工抽查，漏项到退单才发现。"},
    Facets(asked={"on-premises": "required"}),
)  # fmt: skip
SUPPLIES = [
    MatchDocument("capability:1", "supply", {"name": "病案首页质控引擎", "summary": "逐项检查病历，指出缺漏和矛盾。"}),
    MatchDocument("capability:2", "supply", {"name": "火点识别摄像机", "summary": "铁塔上的云台，发现烟和火。"}),
]


def _renew() -> None:
    while True:
        done = renew(warm_encoder())
        if not done.embedded and not done.matched:
            return


def _maker() -> str:
    return f"{warm_encoder().fingerprint}:{standing_weights().fingerprint}"


def _list(ref: str) -> list[Any]:
    return list(Match.objects.of(ref).select_related("demand", "supply"))


def test_a_new_supply_enters_the_list_of_a_demand_that_was_matched_before() -> None:
    put_documents([DEMAND, SUPPLIES[1]])
    _renew()
    matched_at = Document.objects.get(ref=DEMAND.ref).matched_at
    put_documents([SUPPLIES[0]])
    _renew()
    assert [match.supply.ref for match in _list(DEMAND.ref)] == ["capability:1", "capability:2"]
    assert Document.objects.get(ref=DEMAND.ref).matched_at == matched_at
    best = _list(DEMAND.ref)[0]
    assert 0 <= best.for_supply <= 1
    assert best.made_by == _maker()
    assert best.reasons["pairs"][0]["demand"]["text"]
    assert best.reasons["requirements"] == [{"key": "on-premises", "strength": "required", "outcome": "unknown"}]


def test_a_changed_text_is_stale_until_renewed_and_remembers_what_it_was() -> None:
    put_documents([DEMAND, *SUPPLIES])
    _renew()
    before = _list(DEMAND.ref)[0]
    assert before.previous is None
    put_documents([MatchDocument("capability:1", "supply", {"name": "牛脸识别", "summary": "给每头牛建档。"})])
    assert _list(DEMAND.ref)[0].is_stale(_maker())
    _renew()
    after = next(match for match in _list(DEMAND.ref) if match.supply.ref == "capability:1")
    assert not after.is_stale(_maker())
    assert after.score < before.score
    assert after.previous["score"] == before.score
    assert after.previous["supply_fingerprint"] != after.supply_fingerprint


def test_the_same_input_gives_the_same_output_to_the_last_digit() -> None:
    put_documents([DEMAND, *SUPPLIES])
    _renew()
    first = {match.supply.ref: (match.score, match.reasons) for match in _list(DEMAND.ref)}
    Document.objects.update(matched_by="")
    _renew()
    assert {match.supply.ref: (match.score, match.reasons) for match in _list(DEMAND.ref)} == first
    assert all(match.previous is None for match in _list(DEMAND.ref))


def test_what_is_withdrawn_leaves_every_list() -> None:
    put_documents([DEMAND, *SUPPLIES])
    _renew()
    withdraw_documents(["capability:1"])
    _renew()
    assert [match.supply.ref for match in _list(DEMAND.ref)] == ["capability:2"]


def test_an_empty_text_is_matched_without_error() -> None:
    put_documents([DEMAND, MatchDocument("capability:3", "supply", {"name": ""})])
    _renew()
    assert [match.supply.ref for match in _list(DEMAND.ref)] == ["capability:3"]


def test_the_fields_keep_the_order_of_the_market() -> None:
    put_documents([DEMAND])
    stored = Document.objects.get(ref=DEMAND.ref).content
    assert list(stored.fields.items()) == list(DEMAND.fields.items())
    assert stored.fingerprint() == DEMAND.fingerprint()
    turned = MatchDocument(DEMAND.ref, "demand", dict(reversed(DEMAND.fields.items())), DEMAND.facets)
    assert put_documents([turned]) == 1
