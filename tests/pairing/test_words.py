"""Reasons in words."""

from decimal import Decimal

import pytest

from marketplace.pairing.panel import answers_of, panel_of_capability, panel_of_scenario, requirement_names
from marketplace.pairing.words import Answer, facts_of, log_odds, parts_of, shares_of, unknown_of, unmet_wishes
from matching.models import Match
from matching.ranker import standing_weights
from tests.pairing.worlds import matched_pair, the_match
from tests.world import make_world

SHARES = {"cosine": -1.0, "meaning": 3.0, "phrases_own": 0.5, "missed": -1.8, "met": 0.1, "sector": 0.3}


def _match(**reasons: object) -> Match:
    return Match(score=0.5, for_demand=0.5, for_supply=0.5, reasons={"shares": SHARES, **reasons})


def test_parts_are_the_mean_of_both_views() -> None:
    parts = parts_of({"shares": {"meaning": 3.0}, "shares_supply": {"meaning": 1.0, "words_own": 1.0}, "wishes": -1.0})
    assert (parts["meaning"], parts["words"], parts["wishes"]) == (2.0, 0.5, -0.5)
    assert parts_of({"shares": {"meaning": 3.0}})["meaning"] == 3.0


def test_what_is_missed_is_told_one_by_one() -> None:
    answers = [
        Answer("a", "等保三级", "required", "missed"),
        Answer("b", "方言识别", "required", "missed"),
        Answer("c", "离线", "required", "met"),
    ]
    shares = shares_of(_match(facets={"sector": 0.5}), answers)
    told = {share.label: round(share.amount, 2) for share in shares}
    assert told == {
        "语义相近": 2.0, "句子对应": 0.5, "行业相邻": 0.3, "满足：离线": 0.1,
        "缺少：等保三级": -0.9, "缺少：方言识别": -0.9,
    }  # fmt: skip
    assert [share.amount for share in shares] == sorted((share.amount for share in shares), reverse=True)


def test_what_is_not_stated_is_neither_met_nor_missed() -> None:
    match = _match(facets={"sector": None, "place": False, "money": True})
    assert [(fact.name, fact.outcome) for fact in facts_of(match)] == [("地区", "missed"), ("报价", "met")]
    assert set(unknown_of(match)) == {"行业", "模态", "部署方式", "合作方式", "关注行业", "承接金额", "人手"}


@pytest.mark.django_db
def test_the_parts_and_the_base_add_up_to_the_score() -> None:
    matched_pair(make_world())
    match, weights = the_match(), standing_weights()
    shares = sum(parts_of(match.reasons).values())
    base = (weights.demand.bias + weights.supply.bias) / 2
    assert log_odds(match.score) == pytest.approx(base + shares, abs=0.01)
    told = shares_of(match, answers_of(match, requirement_names([match])))
    assert sum(share.amount for share in told) == pytest.approx(shares, abs=0.3)  # what rounds to nothing is not told
    assert any(share.label.startswith("满足：") for share in told)


@pytest.mark.django_db
def test_wishes_that_are_not_met_are_said_plainly_to_each_side() -> None:
    world = make_world()
    company = world.company
    company.contract_min_wan = Decimal("500")
    company.save()
    scenario, capability = matched_pair(world)
    match = the_match()
    assert match.reasons["facets"]["contract"] is False
    assert unmet_wishes(match, scenario, capability, ours=True) == ["金额低于贵单位的承接下限 500 万元。"]
    assert panel_of_capability(capability).rows[0].wishes == ["金额低于贵单位的承接下限 500 万元。"]
    assert panel_of_scenario(scenario).rows[0].wishes == ["金额低于该单位的承接下限 500 万元。"]
