"""What the pages and the interface show of gaps, in a fixed number of statements."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from marketplace.gaps.models import PATHS, Gap, Waiting

NEEDS = 3  # opportunities that are named with a gap


@dataclass(frozen=True, slots=True)
class Row:
    """A gap with how many opportunities wait in it, since when, and the first few of them."""

    gap: Gap
    count: int
    since: datetime | None
    needs: list[Waiting]


def counted(dimension: str, rows: "models.QuerySet[Waiting] | None" = None) -> dict[int, tuple[int, datetime]]:
    """For each term of a dimension: how many opportunities wait, and since when the first of them does."""
    path = PATHS[dimension]
    shown = Waiting.objects.shown() if rows is None else rows
    found = shown.filter(**{f"{path}__isnull": False}).order_by().values(path)
    figures = found.annotate(count=models.Count("pk", distinct=True), first=models.Min("since"))
    return {row[path]: (row["count"], row["first"]) for row in figures}


def rows_of(gaps: Iterable[Gap], figures: dict[int, tuple[int, datetime]]) -> list[Row]:
    """The gaps of one dimension with their figures and needs; two statements."""
    listed = list(gaps)
    needs = _needs(listed[0].dimension, [gap.term.pk for gap in listed]) if listed else {}
    rows = []
    for gap in listed:
        count, since = figures.get(gap.term.pk, (0, None))
        rows.append(Row(gap, count, since, needs.get(gap.term.pk, [])))
    return rows


def _needs(dimension: str, terms: Collection[int]) -> dict[int, list[Waiting]]:
    path = PATHS[dimension]
    newest = models.Window(models.functions.RowNumber(), partition_by=path, order_by=["-since", "-pk"])
    rows = (
        Waiting.objects.shown()
        .filter(**{f"{path}__in": terms})
        .annotate(term=models.F(path), place=newest)
        .filter(place__lte=NEEDS)
        .select_related("scenario")
        .order_by("term", "place")
    )
    found: dict[int, list[Waiting]] = {}
    for row in rows:
        found.setdefault(row.term, []).append(row)  # type: ignore[attr-defined]  # annotated above
    return found
