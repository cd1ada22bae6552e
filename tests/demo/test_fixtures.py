"""The files of the demonstration world: complete, valid, hand-made, and the labelled set made from them."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from stdnum.cn import uscc

from marketplace.demo.fixtures import Row, read, read_judgements
from marketplace.demo.labelled import write_labelled_set

SCENARIO_TEXTS = ("title", "summary", "pain", "direction", "goals", "foundation")
CAPABILITY_TEXTS = ("name", "summary", "technology", "highlights", "evidence", "scenes", "customers")
COUNTS = {"scenarios": 169, "companies": 120, "capabilities": 200, "departments": 40, "judges": 30}


def _seeds(name: str) -> list[Row]:
    content = yaml.safe_load((settings.BASE_DIR / "seeds" / f"{name}.yaml").read_text(encoding="utf-8"))
    return content if isinstance(content, list) else content["rows"]


def _keys(name: str) -> set[str]:
    return {str(row["key"]) for row in _seeds(name)}


@pytest.mark.parametrize("kind", COUNTS)
def test_are_complete_and_unique(kind: str) -> None:
    rows = list(read(kind))
    assert len(rows) == COUNTS[kind]
    for name in ("key", "name" if kind in {"companies", "departments", "capabilities"} else "key"):
        assert [value for value, n in Counter(row[name] for row in rows).items() if n > 1] == []


def test_cover_the_plan() -> None:
    rows = list(read("scenarios"))
    assert {row["area"] for row in rows} == _keys("priority_areas")
    assert {row["kind"] for row in rows} == _keys("kinds")
    assert {row["sector"] for row in rows} == _keys("sectors")
    assert {row["region"] for row in rows} == _keys("regions")
    assert {row["mode"] for row in rows} == _keys("cooperation_modes")


def test_refer_to_what_exists() -> None:
    departments = {row["key"] for row in read("departments")}
    companies = {row["key"] for row in read("companies")}
    capabilities = list(read("capabilities"))
    assert {row["department"] for row in read("scenarios")} == departments
    assert {row["company"] for row in capabilities} == companies
    scenarios = {row["key"] for row in read("scenarios")}
    graded = read_judgements()
    assert len(graded) == 60
    assert set(graded) <= scenarios
    known = {row["key"] for row in capabilities}
    assert {key for grades in graded.values() for key in grades} <= known
    assert {grade for grades in graded.values() for grade in grades.values()} == {1, 2, 3}
    unanswered = [key for key, grades in graded.items() if max(grades.values(), default=0) < 2]
    assert len(unanswered) >= 5


def test_credit_codes_are_valid_and_unique() -> None:
    codes = [row["credit_code"] for row in read("companies")]
    assert all(uscc.is_valid(code) for code in codes)
    assert len(set(codes)) == len(codes)


def test_addresses_lead_nowhere() -> None:
    for kind in ("companies", "departments"):
        for row in read(kind):
            assert row["contact"]["email"].endswith(".example")
            assert re.fullmatch(r"0\d{2,3}-5550\d{4}|1380555\d{4}", str(row["contact"]["phone"])), row["contact"]


def _sentences() -> Iterator[str]:
    for kind, names in (("scenarios", SCENARIO_TEXTS), ("capabilities", CAPABILITY_TEXTS)):
        for row in read(kind):
            for name in names:
                yield from (text for text in re.split(r"[。；;！？\n]", row.get(name) or "") if len(text) >= 12)


def test_no_sentence_is_used_twice() -> None:
    assert [text for text, n in Counter(_sentences()).items() if n > 1] == []


def test_postings_are_long_and_short() -> None:
    lengths = [sum(len(row.get(name) or "") for name in SCENARIO_TEXTS) for row in read("scenarios")]
    assert min(lengths) < 100
    assert max(lengths) > 600


def test_labelled_set_is_up_to_date(tmp_path: Path) -> None:
    write_labelled_set(tmp_path)
    for name in ("queries.jsonl", "corpus.jsonl", "qrels/test.tsv"):
        made, kept = tmp_path / name, settings.BASE_DIR / "fixtures" / "labelled" / name
        assert made.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8"), "run manage.py write_labelled_set"
