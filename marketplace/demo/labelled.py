"""The project's own labelled set: judged opportunities of the demonstration world against all its capabilities."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marketplace.demo.fixtures import Row, read, read_judgements


def write_labelled_set(folder: Path, part: str = "groups") -> tuple[int, int, int]:
    """Write BEIR form (queries.jsonl, corpus.jsonl, qrels/test.tsv) of a part of `world.yaml`; returns how many."""
    graded = read_judgements(part=part)
    queries = [_query(row) for row in read("scenarios", part=part) if row["key"] in graded]
    companies = {row["key"]: row for row in read("companies", part=part)}
    corpus = [_supply(row, companies[row["company"]]) for row in read("capabilities", part=part)]
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    _write(folder / "queries.jsonl", (json.dumps(row, ensure_ascii=False) for row in queries))
    _write(folder / "corpus.jsonl", (json.dumps(row, ensure_ascii=False) for row in corpus))
    rows = list(_qrels(graded, [row["_id"] for row in corpus]))
    _write(folder / "qrels" / "test.tsv", ["query-id\tcorpus-id\tscore", *rows])
    return len(queries), len(corpus), len(rows)


def _qrels(graded: dict[str, dict[str, int]], corpus: list[str]) -> Iterator[str]:
    """Every capability is judged for every query: what nobody graded was looked at and does not fit."""
    for query, grades in sorted(graded.items()):
        for capability in corpus:
            yield f"{query}\t{capability}\t{grades.get(capability, 0)}"


def _query(row: Row) -> dict[str, Any]:
    texts = ("title", "pain", "direction", "goals", "summary", "foundation")
    return {
        "_id": row["key"],
        **{name: row[name] for name in texts if row.get(name)},
        "text": "\n".join(row[name] for name in texts[1:] if row.get(name)),
        "priority_area": row["area"],
        "sector": row["sector"],
        "city": row["region"],
        "kind": row["kind"],
        "budget_wan": row.get("budget_wan"),
        "constraints": row.get("requirements") or [],
        "modalities": row.get("modalities") or [],
        "deployments": row.get("deployments") or [],
    }


def _supply(row: Row, company: Row) -> dict[str, Any]:
    texts = ("summary", "scenes", "technology", "evidence", "highlights")
    return {
        "_id": row["key"],
        "title": row["name"],
        **{name: row[name] for name in texts if row.get(name)},
        "text": "\n".join(row[name] for name in texts if row.get(name)),
        "sectors": row["sectors"],
        "company_city": company.get("region") or "",
        "company_size": company.get("size", ""),
        "maturity": row["maturity"],
        "capabilities": row.get("requirements") or [],
        "modalities": row.get("modalities") or [],
        "deployments": row.get("deployments") or [],
        "price_min_wan": row.get("price_min_wan"),
    }


def _write(path: Path, lines: Any) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
