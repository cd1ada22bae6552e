"""The frozen result as a file: canonical JSON of what went in and what came out, its hash, and a signature.

Canonical: UTF-8, keys sorted, no spaces, decimals and figures as texts; SHA-256 over that. The signature is Ed25519
over the hash. Whoever has the file can compute everything again: `manage.py verify_result FILE`, or without the
application `python -m marketplace.competitions.scoring FILE`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from marketplace.competitions.scoring.ranking import Result, rank
from marketplace.competitions.scoring.strategies import STRATEGIES
from marketplace.competitions.scoring.table import Criterion, Round, Rules, ScoringError, Sheet
from marketplace.competitions.scoring.words import gettext_noop as _

FORMAT, VERSION = "scenario-marketplace/result", 1


def canonical(body: Any) -> bytes:
    """The one way of writing it down."""
    return json.dumps(_plain(body), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, float):
        return format(value, ".12g")
    return value


def digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, as “sha256:…”."""
    return "sha256:" + hashlib.sha256(canonical(body)).hexdigest()


def body_of(contest: Round, *, about: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What is hashed: inputs, rules, strategy with its version, standings. `about`: what the contest is called, …

    References of judges and entries are written as they are given: give codes where names must not be seen.
    """
    body = {
        "format": FORMAT,
        "version": VERSION,
        "about": dict(about or {}),
        "strategy": {"name": contest.rules.strategy, "version": STRATEGIES[contest.rules.strategy].version},
        "inputs": inputs_of(contest),
        "result": result_of(rank(contest)),
    }
    plain: dict[str, Any] = _plain(body)
    return plain


def inputs_of(contest: Round) -> dict[str, Any]:
    """All that was given, whatever its order was."""
    return {
        "criteria": [asdict(criterion) for criterion in contest.criteria],
        "entries": sorted(contest.entries),
        "sheets": [
            asdict(sheet) | {"marks": dict(sheet.marks)}
            for sheet in sorted(contest.sheets, key=lambda sheet: (sheet.entry, sheet.judge))
        ],
        "rules": asdict(contest.rules),
        "calibration": sorted(contest.calibration),
        "chair": list(contest.chair),
    }


def result_of(result: Result) -> dict[str, Any]:
    """What came out."""
    return {
        "standings": [asdict(standing) for standing in result.standings],
        "winners": list(result.winners),
        "raw_winners": list(result.raw_winners),
    }


def contest_of(body: Mapping[str, Any]) -> Round:
    """The inputs of a file, to be counted again. Raises ScoringError where the file is not of this form."""
    try:
        given = body["inputs"]
        rules = dict(given["rules"])
        rules |= {"ties": tuple(rules["ties"]), "level": float(rules["level"])}
        return Round(
            criteria=[
                Criterion(each["code"], Decimal(each["weight"]), Decimal(each["highest"]), bool(each["gate"]))
                for each in given["criteria"]
            ],
            entries=list(given["entries"]),
            sheets=[
                Sheet(
                    each["judge"],
                    each["entry"],
                    {code: Decimal(mark) for code, mark in each["marks"].items()},
                    bool(each["recused"]),
                    bool(each["complete"]),
                )
                for each in given["sheets"]
            ],
            rules=Rules(**rules),
            calibration=frozenset(given["calibration"]),
            chair=tuple(given["chair"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise ScoringError(f"not a result of this form: {error!r}") from error


def sealed(body: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    """The file: body, hash and signature. `key`: 32 secret bytes."""
    signer, mark = Ed25519PrivateKey.from_private_bytes(key), digest(body)
    return {
        "body": dict(body),
        "hash": mark,
        "signature": {
            "algorithm": "Ed25519",
            "public_key": signer.public_key().public_bytes_raw().hex(),
            "value": signer.sign(mark.encode()).hex(),
        },
    }


def problems(document: Mapping[str, Any], *, public_key: str = "") -> list[str]:
    """What is wrong with a file, as message ids; empty where everything holds.

    `public_key`: hexadecimal, of whoever should have signed; without it any key that fits the file will do.
    """
    try:
        body, mark, signature = document["body"], document["hash"], document["signature"]
        signer, value = str(signature["public_key"]), bytes.fromhex(signature["value"])
        verifier = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer))
    except (KeyError, TypeError, ValueError):
        return [_("文件不是评审结果，或已损坏。")]
    found = []
    if digest(body) != mark:
        found.append(_("内容与哈希不一致：文件在固化后被改动过。"))
    if public_key and signer != public_key.lower():
        found.append(_("签名用的不是主办方公布的公钥。"))
    try:
        verifier.verify(value, str(mark).encode())
    except InvalidSignature:
        found.append(_("签名无效：不是公布的密钥所签，或哈希被改动过。"))
    return found + _recomputed(body)


def _recomputed(body: Mapping[str, Any]) -> list[str]:
    try:
        name, version = body["strategy"]["name"], body["strategy"]["version"]
        if name not in STRATEGIES or STRATEGIES[name].version != version:
            return [_("结果用的是另一版本的计算方法，请用当时的版本核验。")]
        again = _plain(result_of(rank(contest_of(body))))
    except (ScoringError, KeyError, TypeError):
        return [_("文件中的评分或规则不完整，无法重新计算。")]
    return [] if again == body.get("result") else [_("重新计算的名次或分数与文件不一致。")]
