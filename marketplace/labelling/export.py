"""What was settled, in BEIR form, as `evaluate_matching` and `train_ranker` read it.

The texts are those that were judged, however they have changed since. Nothing of who graded, who decided, how a pair
was drawn or what a ranker thought of it is written.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from marketplace.capabilities.models import Capability
from marketplace.labelling.models import CampaignQuerySet, Pair
from matching.engine.documents import Facets
from matching.models import Document, KeptText

HEADING = "query-id\tcorpus-id\tscore"


@dataclass(frozen=True, slots=True)
class Collection:
    """Rows of queries.jsonl and corpus.jsonl, and (query, document, grade) of qrels/labels.tsv."""

    queries: list[dict[str, Any]]
    corpus: list[dict[str, Any]]
    qrels: list[tuple[str, str, int]]

    def files(self) -> Iterator[tuple[str, str]]:
        """Name and content of each file."""
        for name, rows in (("queries.jsonl", self.queries), ("corpus.jsonl", self.corpus)):
            yield name, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        lines = [HEADING, *("\t".join(map(str, row)) for row in self.qrels)]
        yield "qrels/labels.tsv", "".join(f"{line}\n" for line in lines)


def collect(campaigns: CampaignQuerySet, *, whole_market: bool = False) -> Collection:
    """What these campaigns settled; of a pair of texts that several judged, the latest counts.

    With `whole_market`, all capabilities that are ranked now stand in the corpus too, unjudged.
    """
    pairs = Pair.objects.settled().filter(campaign__in=campaigns).order_by("settled_at", "pk")
    grades: dict[tuple[str, str], int] = {}
    demands: dict[str, KeptText] = {}
    supplies: dict[str, tuple[str, dict[str, str], Facets]] = {}
    for pair in pairs.select_related("demand_text", "supply_text"):
        asked, offered = pair.demand_text.content.ref, pair.supply_text.content.ref
        demands[asked] = pair.demand_text
        supplies[offered] = (pair.supply_text.ref, pair.supply_text.texts, Facets.from_json(pair.supply_text.facets))
        grades[asked, offered] = int(pair.final_grade or 0)
    if whole_market:
        for row in Document.objects.active().filter(side="supply").iterator(chunk_size=2000):
            supplies.setdefault(f"{row.ref}@{row.fingerprint}", (row.ref, dict(row.fields), row.facts))
    companies = _companies([ref for ref, _fields, _facets in supplies.values()])
    return Collection(
        queries=[_query(key, demands[key].texts, Facets.from_json(demands[key].facets)) for key in sorted(demands)],
        corpus=[
            _supply(key, fields, facets, *companies.get(ref, ("", "")))
            for key, (ref, fields, facets) in sorted(supplies.items())
        ],
        qrels=[(asked, offered, grade) for (asked, offered), grade in sorted(grades.items())],
    )


def write_zip(collection: Collection, file: IO[bytes]) -> None:
    """All files in one."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in collection.files():
            archive.writestr(name, content)


def write_folder(collection: Collection, folder: Path) -> None:
    """The files below a folder, which is made when it is not there."""
    for name, content in collection.files():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


def _companies(refs: list[str]) -> dict[str, tuple[str, str]]:
    """City and size of the organisation behind each supply."""
    keys = {int(ref.partition(":")[2]): ref for ref in refs}
    rows = Capability.objects.filter(pk__in=keys).values_list("pk", "organisation__region__key", "organisation__size")
    return {keys[pk]: (city or "", size) for pk, city, size in rows}


def _query(key: str, fields: dict[str, str], facets: Facets) -> dict[str, Any]:
    asked = sorted(facets.asked.items())
    return {
        "_id": key,
        **fields,
        "text": _joined(fields, "title"),
        "priority_area": facets.area,
        "sector": sorted(facets.sectors),
        "city": sorted(facets.places),
        "kind": facets.kind,
        "budget_wan": facets.money_high,
        "constraints": [name for name, how in asked if how == "required"],
        "preferences": [name for name, how in asked if how != "required"],
        "modalities": sorted(facets.modalities),
        "deployments": sorted(facets.deployments),
        "modes": sorted(facets.modes),
        "cards": facets.cards,
    }


def _supply(key: str, fields: dict[str, str], facets: Facets, city: str, size: str) -> dict[str, Any]:
    return {
        "_id": key,
        "title": fields.get("name", ""),
        **{name: text for name, text in fields.items() if name != "name"},
        "text": _joined(fields, "name"),
        "sectors": sorted(facets.sectors),
        "company_city": city,
        "company_size": size,
        "served_regions": sorted(facets.places),
        "maturity": facets.maturity,
        "capabilities": sorted(facets.offered),
        "lacking": sorted(facets.lacking),
        "modalities": sorted(facets.modalities),
        "deployments": sorted(facets.deployments),
        "modes": sorted(facets.modes),
        "wanted_sectors": sorted(facets.wanted_sectors),
        "contract_min_wan": facets.contract_low,
        "contract_max_wan": facets.contract_high,
        "cards": facets.cards,
        "price_min_wan": facets.money_low,
        "price_max_wan": facets.money_high,
    }


def _joined(fields: dict[str, str], title: str) -> str:
    return "\n".join(text for name, text in fields.items() if name != title and text)
