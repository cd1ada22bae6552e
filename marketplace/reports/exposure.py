"""The exposure report: who was seen in match lists over a period, by size, with the suppliers behind each figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db import models
from django.utils import timezone

from marketplace.capabilities.models import Capability
from marketplace.exposure.models import Impression
from marketplace.organisations.models import Organisation
from matching.engine.market.exposure import DEPTH, gini, worth_of_places

USUAL_DAYS = 30


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included."""

    first: date
    last: date


@dataclass(slots=True)
class Seen:
    """How often one supplier, or all of one size, was seen. `worth`: views, each counted by the place's discount."""

    impressions: int = 0
    firsts: int = 0
    top_three: int = 0
    worth: float = 0.0

    def add(self, other: "Seen") -> None:
        """Put another's counts to these."""
        self.impressions += other.impressions
        self.firsts += other.firsts
        self.top_three += other.top_three
        self.worth += other.worth


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier and how it was seen."""

    organisation: Organisation
    seen: Seen


@dataclass(frozen=True, slots=True)
class SizeRow:
    """All suppliers of one size: how many, how they were seen, and their shares of the whole."""

    key: str
    label: str
    suppliers: int
    seen: Seen
    of_suppliers: float
    of_impressions: float
    of_firsts: float
    of_worth: float


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period."""

    period: Period
    sizes: Sequence[SizeRow]
    suppliers: int
    total: Seen
    gini: float
    unseen: int


def usual_period() -> Period:
    """The last thirty days."""
    today = timezone.localdate()
    return Period(today - timedelta(days=USUAL_DAYS - 1), today)


def rows_of(period: Period) -> list[SupplierRow]:
    """Every supplier with a published capability, the most seen first; those never seen count too. Two statements."""
    offering = Organisation.objects.filter(pk__in=Capability.objects.public().values("organisation_id"))
    seen: dict[int, Seen] = {}
    counts = Impression.objects.between(period.first, period.last).order_by()
    worth = worth_of_places().tolist()
    for pk, place, count in counts.values_list("organisation_id", "place").annotate(sum=models.Sum("count")):
        seen.setdefault(pk, Seen()).add(
            Seen(
                impressions=count,
                firsts=count if place == 1 else 0,
                top_three=count if place <= 3 else 0,
                worth=count * worth[place - 1] if place <= DEPTH else 0.0,
            )
        )
    rows = [SupplierRow(each, seen.get(each.pk, Seen())) for each in offering.only("name", "kind", "size")]
    return sorted(rows, key=lambda row: (-row.seen.impressions, -row.seen.worth, row.organisation.name))


def report_of(period: Period) -> Report:
    """The figures; they come from the same rows that are shown behind them."""
    rows = rows_of(period)
    total = Seen()
    by_size: dict[str, list[SupplierRow]] = {key: [] for key, _label in Organisation.size_classes()}
    for row in rows:
        total.add(row.seen)
        by_size[row.organisation.size_class].append(row)
    labels = dict(Organisation.size_classes())
    return Report(
        period=period,
        sizes=[_size(key, str(labels[key]), of, len(rows), total) for key, of in by_size.items() if of],
        suppliers=len(rows),
        total=total,
        gini=gini(np.array([row.seen.worth for row in rows])) if rows else 0.0,
        unseen=sum(not row.seen.impressions for row in rows),
    )


def _size(key: str, label: str, rows: Sequence[SupplierRow], suppliers: int, total: Seen) -> SizeRow:
    seen = Seen()
    for row in rows:
        seen.add(row.seen)
    return SizeRow(
        key=key,
        label=label,
        suppliers=len(rows),
        seen=seen,
        of_suppliers=len(rows) / suppliers if suppliers else 0.0,
        of_impressions=seen.impressions / total.impressions if total.impressions else 0.0,
        of_firsts=seen.firsts / total.firsts if total.firsts else 0.0,
        of_worth=seen.worth / total.worth if total.worth else 0.0,
    )
