"""A frozen result can be checked by anybody; whatever was touched shows."""

import json
import subprocess
import sys
from copy import deepcopy
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.competitions.scoring.snapshot import body_of, canonical, contest_of, digest, problems, sealed
from marketplace.competitions.scoring.strategies import STRATEGIES
from tests.competitions.scoring.rounds import round_of
from tests.competitions.scoring.test_by_hand import SQUARE

KEY = bytes(range(32))


def _document(strategy: str = "severity") -> dict[str, Any]:
    document = sealed(
        body_of(round_of(SQUARE | {"Z": {}}, strategy=strategy, places_won=1), about={"name": "演示"}), KEY
    )
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_result_that_nobody_touched_holds(name: str) -> None:
    document = _document(name)
    assert problems(document) == []
    assert problems(document, public_key=document["signature"]["public_key"]) == []


def test_canonical_form_is_one() -> None:
    assert (
        canonical({"b": Decimal("1.50"), "a": ["评", None, True, 0.9]})
        == '{"a":["评",null,true,"0.9"],"b":"1.50"}'.encode()
    )
    body = body_of(round_of(SQUARE))
    assert digest(body) == digest(json.loads(json.dumps(body)))
    assert body_of(contest_of(body)) == body


def _signed_anew(document: dict[str, Any]) -> dict[str, Any]:
    return sealed(document["body"], KEY)


def test_a_changed_figure_is_seen() -> None:
    document = _document()
    document["body"]["result"]["standings"][1]["score"] = "99.00"
    assert len(problems(document)) == 2
    assert problems(_signed_anew(document)) == ["重新计算的名次或分数与文件不一致。"]


def test_a_changed_mark_is_seen_even_when_signed_anew() -> None:
    document = _document()
    document["body"]["inputs"]["sheets"][0]["marks"]["points"] = "10"
    assert problems(_signed_anew(document)) == ["重新计算的名次或分数与文件不一致。"]


def test_a_foreign_key_is_seen() -> None:
    document = _document()
    foreign = sealed(document["body"], bytes(32))
    assert problems(foreign) == []
    assert problems(foreign, public_key=document["signature"]["public_key"]) == ["签名用的不是主办方公布的公钥。"]
    mixed = deepcopy(document)
    mixed["signature"]["public_key"] = foreign["signature"]["public_key"]
    assert problems(mixed) == ["签名无效：不是公布的密钥所签，或哈希被改动过。"]


def test_another_version_of_the_arithmetic_is_named() -> None:
    document = _document()
    document["body"]["strategy"]["version"] = 0
    assert problems(_signed_anew(document)) == ["结果用的是另一版本的计算方法，请用当时的版本核验。"]


@pytest.mark.parametrize("part", ["criteria", "entries", "sheets", "rules"])
def test_what_is_incomplete_cannot_be_computed(part: str) -> None:
    document = _document()
    del document["body"]["inputs"][part]
    assert problems(_signed_anew(document)) == ["文件中的评分或规则不完整，无法重新计算。"]


@pytest.mark.parametrize(
    "document", [{}, {"body": {}, "hash": "x", "signature": {}}, {"body": 1, "hash": 2, "signature": "3"}]
)
def test_what_is_no_result_is_said_so(document: dict[str, Any]) -> None:
    assert problems(document) == ["文件不是评审结果，或已损坏。"]


def test_the_command_and_the_module_say_the_same(tmp_path: Path) -> None:
    document, file = _document(), tmp_path / "result.json"
    file.write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    out = StringIO()
    call_command("verify_result", file, key=document["signature"]["public_key"], stdout=out)
    assert out.getvalue().strip() == f"✓ {document['hash']}"
    alone = [sys.executable, "-m", "marketplace.competitions.scoring", str(file)]
    assert subprocess.run(alone, check=True, capture_output=True, text=True).stdout.strip() == f"✓ {document['hash']}"
    document["body"]["about"]["name"] = "另一个"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("verify_result", file)
    assert subprocess.run(alone, check=False, capture_output=True).returncode == 1
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("verify_result", file)
