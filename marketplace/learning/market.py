"""The market as a judged collection: what people's deeds and labels say, over the texts as they stood."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from marketplace.learning.models import TrainingPair
from matching.engine.datasets import Dataset
from matching.engine.documents import MatchDocument
from matching.engine.metrics import ANSWER
from matching.engine.training import Verdict
from matching.models import Document

SURROUNDING = 1000  # documents of each side that stand beside the judged ones, for means and spreads
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Market:
    """A dataset of the market with the verdicts behind its grades, and how many deeds of which source went in."""

    dataset: Dataset
    verdicts: dict[Key, Verdict]
    counts: dict[str, int]


def read_market() -> Market:
    """All training pairs about fit, in the midst of the documents that are ranked now."""
    rows = list(TrainingPair.objects.about_fit().select_related("demand_text", "supply_text").order_by("pk"))
    said: dict[Key, list[TrainingPair]] = {}
    texts: dict[str, MatchDocument] = {}
    for row in rows:
        demand, supply = row.demand_text.content, row.supply_text.content
        texts.update({demand.ref: demand, supply.ref: supply})
        said.setdefault((demand.ref, supply.ref), []).append(row)
    verdicts = {key: verdict for key, own in said.items() if (verdict := verdict_of(own)) is not None}
    grades: dict[str, dict[str, int]] = {}
    for (asked, offered), verdict in sorted(verdicts.items()):
        grades.setdefault(asked, {})[offered] = verdict.grade
    sides = {side: _side(side, texts) for side in ("demand", "supply")}
    counts = Counter(str(row.source) for row in rows)
    return Market(Dataset(sides["demand"], sides["supply"], grades), verdicts, dict(sorted(counts.items())))


def verdict_of(rows: Iterable[TrainingPair]) -> Verdict | None:
    """One verdict from all that was said of a pair of texts; None where people contradict each other.

    Labels count before deeds, deeds before what was merely passed over. Deeds that agree add their weights up to 1.
    """
    rows = list(rows)
    labels = [row for row in rows if row.source == TrainingPair.Source.LABEL]
    deeds = [row for row in rows if row.source not in (TrainingPair.Source.LABEL, TrainingPair.Source.SHOWN)]
    counted = labels or deeds or rows
    grades = [row.grade for row in counted if row.grade is not None]
    if len({grade >= ANSWER for grade in grades}) != 1:
        return None
    grade = max(grades) if grades[0] >= ANSWER else min(grades)
    weight = min(1.0, sum(row.weight for row in counted))
    return Verdict(grade, weight, min(row.happened_at for row in counted).timestamp())


def _side(side: str, judged: dict[str, MatchDocument]) -> list[MatchDocument]:
    """The judged texts of a side, and around them an even sample of those that are ranked now."""
    own = {ref: text for ref, text in judged.items() if text.side == side}
    rows = Document.objects.active().filter(side=side).order_by("ref")
    step = max(1, rows.count() // SURROUNDING)
    for n, row in enumerate(rows.iterator(chunk_size=SURROUNDING)):
        # A judged text that is ranked unchanged stands there once.
        if n % step == 0:
            content = row.content
            named = MatchDocument(f"{row.ref}@{row.fingerprint}", content.side, content.fields, content.facets)
            own.setdefault(named.ref, named)
    return [own[ref] for ref in sorted(own)]
