"""The figures of the public home page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from marketplace.cases.models import Case
from marketplace.reports.measures import MEASURES, Measure
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import PriorityArea, Programme, Region, Target

NEWEST = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its value now."""

    measure: Measure
    value: int

    @property
    def url(self) -> str:
        """Where its rows are."""
        return self.measure.rows_url()


@dataclass(frozen=True, slots=True)
class Progress:
    """A target with what has been reached."""

    target: Target
    figure: Figure

    @property
    def percent(self) -> int:
        """Share reached, at most 100."""
        return min(100, int(self.figure.value * 100 / self.target.value))


@dataclass(frozen=True, slots=True)
class Share:
    """How many opportunities fall to one term."""

    term: Any
    count: int
    url: str


def figures() -> list[Figure]:
    """The head of the page."""
    keys = ("open-opportunities", "published-opportunities", "published-capabilities", "landed-cases")
    return [Figure(MEASURES[key], MEASURES[key].value()) for key in keys]


def progress(*, on: date | None = None) -> list[Progress]:
    """The targets of the programmes: those running today, and the latest that ended."""
    today = on or timezone.localdate()
    targets = list(
        Target.objects.filter(programme__in=Programme.objects.filter(starts_on__lte=today, retired_at__isnull=True))
        .select_related("programme")
        .order_by("programme__starts_on", "due_on", "pk")
    )
    values = {key: Figure(MEASURES[key], MEASURES[key].value()) for key in {target.measure for target in targets}}
    return [Progress(target, values[target.measure]) for target in targets]


def by_area() -> list[Share]:
    """Open opportunities in each priority area, all of them, in their order."""
    return _shares(PriorityArea.objects.in_use(), "area")


def by_city() -> list[Share]:
    """Open opportunities in each city."""
    return _shares(Region.objects.filter(level=Region.Level.CITY).in_use(), "region")


def _shares(terms: models.QuerySet[Any], field: str) -> list[Share]:
    counts = dict(
        Scenario.objects.open().order_by().values_list(field).annotate(n=models.Count("pk")).values_list(field, "n")
    )
    address = reverse("scenarios:list")
    return [Share(term, counts.get(term.pk, 0), f"{address}?{field}={term.key}") for term in terms]


def newest() -> Sequence[Scenario]:
    """The latest open opportunities."""
    return list(Scenario.objects.open().with_terms()[:NEWEST])


def stories() -> Sequence[Case]:
    """Delivered cases to tell of, certified ones first."""
    return list(
        Case.objects.delivered().with_parties().order_by(models.F("benchmark_on").desc(nulls_last=True), "-pk")[:3]
    )
