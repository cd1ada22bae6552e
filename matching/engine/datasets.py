"""Reads judged collections in BEIR form: queries.jsonl, corpus.jsonl, qrels/*.tsv, with optional structured fields."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matching.engine.documents import Facets, MatchDocument, Side, Strength
from matching.engine.requirements import Said, deployments_of, keys_of, modalities_of, read_demand, read_supply
from matching.engine.taxonomy import Taxonomy


class DatasetError(ValueError):
    """The folder is not a collection; says which file and line."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Demands, supplies, and for each demand the grades of the judged supplies."""

    demands: list[MatchDocument]
    supplies: list[MatchDocument]
    grades: dict[str, dict[str, int]]

    def by_supply(self) -> dict[str, dict[str, int]]:
        """The same grades seen from the supplies."""
        turned: dict[str, dict[str, int]] = {}
        for demand, judged in self.grades.items():
            for supply, grade in judged.items():
                turned.setdefault(supply, {})[demand] = grade
        return turned


def read_dataset(folder: Path, taxonomy: Taxonomy) -> Dataset:
    """Raises DatasetError when a file is missing or a line cannot be read."""
    demands = [_document(row, "demand", taxonomy) for row in _lines(folder / "queries.jsonl")]
    supplies = [_document(row, "supply", taxonomy) for row in _lines(folder / "corpus.jsonl")]
    asked, offered = {document.ref for document in demands}, {document.ref for document in supplies}
    grades: dict[str, dict[str, int]] = {}
    for query, corpus, grade in _qrels(folder / "qrels"):
        if query in asked and corpus in offered:
            grades.setdefault(query, {})[corpus] = grade
    return Dataset(demands, supplies, grades)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        raise DatasetError(f"{path} is missing")
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    row = json.loads(line)
                    row["_id"] = str(row["_id"])
                except (json.JSONDecodeError, KeyError, TypeError) as error:
                    raise DatasetError(f"{path}, line {number}: {error!r}") from error
                yield row


def _qrels(folder: Path) -> Iterator[tuple[str, str, int]]:
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            parts = line.split("\t")
            if number == 1 and not parts[-1].strip().lstrip("-").replace(".", "", 1).isdigit():
                continue  # the heading
            if len(parts) >= 3:
                # TREC's own form has a column of zeros between the two identifiers.
                yield parts[0], parts[-2], int(float(parts[-1]))


# What the project's own set names its fields; a set that has only a text still works.
FIELDS = {
    "demand": ("title", "pain", "direction", "goals", "summary", "foundation", "text"),
    "supply": ("title", "summary", "scenes", "technology", "evidence", "highlights", "text"),
}


MATURITY = {"概念": "concept", "样机": "prototype", "试点": "pilot", "规模应用": "scaled"}


def _document(row: Mapping[str, Any], side: Side, taxonomy: Taxonomy) -> MatchDocument:
    fields = {name: str(row[name]) for name in FIELDS[side] if row.get(name)}
    parts = [text for name, text in fields.items() if name not in ("title", "text")]
    if parts and "text" in fields:
        del fields["text"]  # the same again, in one piece
    text = "\n".join(fields.values())
    facets = _demand(row, text, taxonomy) if side == "demand" else _supply(row, text, taxonomy)
    return MatchDocument(row["_id"], side, fields, facets)


def _demand(row: Mapping[str, Any], text: str, taxonomy: Taxonomy) -> Facets:
    # Where a list of requirements is given, it is what people confirmed; elsewhere the text is read.
    asked: dict[str, Strength] = (
        {
            **{key: "preferred" for phrase in _set(row.get("preferences")) for key in keys_of(phrase)},
            **{key: "required" for phrase in _set(row["constraints"]) for key in keys_of(phrase)},
        }
        if "constraints" in row
        else {reading.key: reading.strength for reading in read_demand(text)}
    )
    sectors, area = taxonomy.sectors_of(_set(row.get("sector"))), str(row.get("priority_area") or "")
    return Facets(
        sectors=sectors,
        near_sectors=taxonomy.near(sectors, area),
        area=area,
        kind=str(row.get("kind") or ""),
        places=taxonomy.places_of(_set(row.get("city"))),
        money_high=_number(row.get("budget_wan")),
        modalities=_set(row.get("modalities")) or _said(modalities_of(text)),
        deployments=_set(row.get("deployments")) or _said(deployments_of(text)),
        modes=_set(row.get("modes")),
        cards=_number(row.get("cards")),
        asked=asked,
    )


def _supply(row: Mapping[str, Any], text: str, taxonomy: Taxonomy) -> Facets:
    phrases = _set(row.get("capabilities"))
    stated_text = "。".join(sorted(phrases))
    stated = frozenset(key for phrase in phrases for key in keys_of(phrase))
    denied = frozenset(key for phrase in _set(row.get("lacking")) for key in keys_of(phrase))
    read = read_supply(f"{text}\n{stated_text}")
    maturity = str(row.get("maturity") or "")
    return Facets(
        sectors=taxonomy.sectors_of(_set(row.get("sectors"))),
        places=taxonomy.places_of(_set(row.get("served_regions"))),
        money_low=_number(row.get("price_min_wan")),
        money_high=_number(row.get("price_max_wan")),
        modalities=_set(row.get("modalities")) or _said(modalities_of(text, supply=True)),
        deployments=_set(row.get("deployments")) or _said(deployments_of(f"{text}\n{stated_text}", supply=True)),
        maturity=MATURITY.get(maturity, maturity),
        modes=_set(row.get("modes")),
        offered=(stated | read.offered) - denied,
        lacking=denied | (read.lacking - stated),
        wanted_sectors=taxonomy.sectors_of(_set(row.get("wanted_sectors"))),
        contract_low=_number(row.get("contract_min_wan")),
        contract_high=_number(row.get("contract_max_wan")),
        cards=_number(row.get("cards")),
    )


def _said(found: Iterable[Said]) -> frozenset[str]:
    """What the text itself says, where no field does."""
    return frozenset(each.key for each in found)


def _set(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset([value] if value else [])
    return frozenset(str(each) for each in value) if isinstance(value, Iterable) else frozenset()


def _number(value: object) -> float | None:
    try:
        return float(str(value)) if value not in (None, "") else None
    except ValueError:
        return None
