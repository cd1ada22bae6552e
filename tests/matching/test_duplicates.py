"""Near-duplicates: found, told from siblings, with what differs; measured on the labelled list."""

import random
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.duplicates import (
    Text,
    bands_of,
    compare,
    differences,
    lots_in,
    masked,
    places_in,
    shape_of,
)
from matching.engine.labelled_pairs import read_pairs, scores_of

PAIRS = settings.BASE_DIR / "fixtures" / "duplicates" / "pairs.yaml"
CITIES = ("合肥", "芜湖", "马鞍山")
BODY = "全县三家医院年出院六万人次，病案科五个人。每天约九百份病历靠人工逐份抽查，只能查百分之五，漏项要到退单才发现。"


def _compare(one: Text, other: Text, cosine: float | None = None) -> str:
    return compare(shape_of(one, CITIES), shape_of(other, CITIES), cosine).kind


def test_the_labelled_list_by_words_alone() -> None:
    pairs = read_pairs(PAIRS)
    edited = [pair for pair in pairs if not pair.told or pair.label == "different"]
    scores = {score.kind: score for score in scores_of(edited)}
    assert (scores["duplicate"].precision, scores["duplicate"].recall) == (1.0, 1.0)
    assert (scores["sibling"].precision, scores["sibling"].recall) == (1.0, 1.0)
    told = scores_of([pair for pair in pairs if pair.told])
    assert {score.kind: score.recall for score in told}["duplicate"] == 0.0  # words cannot see what is told anew


def test_the_labelled_list_with_the_meaning() -> None:
    out = StringIO()
    call_command("evaluate_duplicates", stdout=out)
    lines = out.getvalue().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("held, words and meaning"))
    duplicate, sibling = (lines[at + n].split() for n in (1, 2))
    assert float(duplicate[3]) >= 0.95
    assert float(duplicate[5]) >= 0.75
    assert (float(sibling[3]), float(sibling[5])) == (1.0, 1.0)


def test_the_same_for_another_place_or_lot_is_a_sibling() -> None:
    here = Text("合肥病案质控", f"合肥市{BODY}", "合肥")
    assert _compare(here, Text("芜湖病案质控", f"芜湖市{BODY}", "芜湖")) == "sibling"
    assert _compare(here, Text("合肥病案质控", f"合肥市{BODY}", "合肥")) == "duplicate"
    assert _compare(Text("病案质控一标段", BODY), Text("病案质控二标段", BODY)) == "sibling"
    assert _compare(Text("质控", f"肥东县{BODY}"), Text("质控", f"肥西县{BODY}")) == "sibling"


def test_numbers_do_not_hide_a_duplicate_and_facts_are_named() -> None:
    one = shape_of(Text("病案质控", BODY, facts={"deadline": "5月1日", "amount": "80 万元", "owner": "甲"}))
    other = shape_of(
        Text("病案质控", BODY.replace("九百份", "七百份"), facts={"deadline": "9月1日", "amount": "80 万元"})
    )
    result = compare(one, other)
    assert (result.kind, result.body) == ("duplicate", 1.0)
    assert result.facts == (("deadline", "5月1日", "9月1日"),)


def test_meaning_finds_what_words_do_not() -> None:
    other = Text("首页自动检查", "出院材料太多，五名同事看不完，错处要等医保拒付了才晓得。")
    assert _compare(Text("病案质控", BODY), other) == "different"
    result = compare(shape_of(Text("病案质控", BODY)), shape_of(other), 0.7)
    assert (result.kind, result.by_meaning) == ("duplicate", True)


def test_what_differs_is_marked() -> None:
    (found,) = differences("三家医院，病案科五个人。每天抽查。", "三家医院，病案科八个人。每天抽查。")
    assert [(piece.text, piece.same) for piece in found.one] == [("病案科", True), ("五", False), ("个人", True)]
    assert [(piece.text, piece.same) for piece in found.other] == [("病案科", True), ("八", False), ("个人", True)]
    assert differences(BODY, BODY) == []
    (added,) = differences("甲乙丙。", "甲乙丙。多了一句。")
    assert (added.one, [piece.text for piece in added.other]) == ((), ["多了一句"])
    apart = differences("甲乙丙。须本地部署。", "甲乙丙。群众意见很大。")
    assert [(bool(each.one), bool(each.other)) for each in apart] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("合肥市蜀山区和肥东县。", {"合肥", "蜀山", "肥东"}),
        ("全市各县区、老旧小区、工业园区、本市社区。", set()),
        ("城市安全、市场监管、县域医共体、校区。", set()),
    ],
)
def test_places(text: str, places: set[str]) -> None:
    assert places_in(text, CITIES) == places


def test_lots() -> None:
    assert lots_in("智慧停车（二期）第3标段 2.0版") == {"二期", "3标段", "2.0"}
    assert lots_in("期望与期限") == frozenset()


def test_bands_agree_for_likely_pairs_only() -> None:
    dice = random.Random(3)  # noqa: S311  # a fixed sequence
    letters = [chr(0x4E00 + n) for n in range(2000)]
    body = "".join(dice.choices(letters, k=600))
    own = set(bands_of(Text("病案首页质控", body)).all)
    edited = body[:80] + "改动" + body[90:]
    assert own & bands_of(Text("出院病历检查", edited)).body
    assert len(own) <= 60
    strangers = [bands_of(Text(f"别的{n}", "".join(dice.choices(letters, k=600)))) for n in range(50)]
    assert own.isdisjoint(band for other in strangers for band in other.all)


def test_a_beginning_shares_a_mark_with_the_whole() -> None:
    whole = "。".join(f"这是第{chr(0x4E00 + n * 7)}段互不相同的说明文字内容" for n in range(40))
    assert bands_of(Text("", whole)).marks & bands_of(Text("", whole.split("。")[0] + "。")).marks


@given(st.text(max_size=120), st.text(max_size=120), st.floats(min_value=-1, max_value=1) | st.none())
def test_any_two_texts_compare_the_same_both_ways(one: str, other: str, cosine: float | None) -> None:
    mine, theirs = Text(one[:20], one), Text(other[:20], other)
    assert _compare(mine, theirs, cosine) == _compare(theirs, mine, cosine)
    assert bands_of(mine) == bands_of(mine)
    assert all(-(2**63) <= band < 2**63 for band in bands_of(mine).all)
    assert " " not in masked(one)
