"""Tells an opportunity's page whether it is listed as a gap."""

from dataclasses import dataclass

from django import template
from django.db import models

from marketplace.gaps.models import Follow, Gap, Waiting
from marketplace.scenarios.models import Scenario

register = template.Library()


@dataclass(frozen=True, slots=True)
class Listed:
    """An opportunity's place among the gaps, and how many companies follow one of them."""

    waiting: Waiting
    gap: Gap | None
    followers: int


@register.simple_tag
def listed_as_gap(scenario: Scenario) -> Listed | None:
    """None when something fits, or when it is not open. One statement, three when it is listed."""
    waiting = Waiting.objects.shown().filter(scenario=scenario).first()
    if waiting is None:
        return None
    gaps = Gap.objects.open().filter(
        models.Q(sector=scenario.sector_id, sector__isnull=False)
        | models.Q(area=scenario.area_id, area__isnull=False)
        | models.Q(requirement__in=waiting.unmet.all())
    )
    followers = Follow.objects.filter(gap__in=gaps).values("organisation").distinct().count()
    return Listed(waiting, gaps.order_by("-dimension").first(), followers)
