"""Keeps the prints by which near-duplicates are found in line with the texts. What is owed is found by query."""

from collections.abc import Collection
from typing import Any

from django.db import models, transaction

from marketplace.capabilities.models import Capability
from marketplace.pairing.models import Print
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Region
from marketplace.web.templatetags.marketplace import day, money_range, money_wan
from matching.engine.duplicates import METHOD, Text, bands_of

BATCH = 200
SCENARIO_TEXTS = ("summary", "pain", "goals", "foundation", "direction")
CAPABILITY_TEXTS = ("summary", "scenes", "evidence", "technology", "highlights")


def known_places() -> frozenset[str]:
    """Names of cities as they stand in texts."""
    return frozenset(Region.objects.filter(level=Region.Level.CITY).values_list("name_zh", flat=True))


def text_of_scenario(scenario: Scenario) -> Text:
    """An opportunity as it is compared; `with_terms` rows cost no further statement."""
    return Text(
        title=scenario.title,
        body="\n".join(filter(None, (getattr(scenario, name) for name in SCENARIO_TEXTS))),
        place=scenario.region.name if scenario.region else "",
        facts=facts_of(
            owner=scenario.department.name,
            deadline=day(scenario.closes_at) if scenario.closes_at else "",
            amount=money_wan(scenario.budget_wan) if scenario.budget_wan is not None else "",
        ),
    )


def text_of_capability(capability: Capability) -> Text:
    """A capability as it is compared."""
    low, high = capability.price_min_wan, capability.price_max_wan
    price = money_range(low, high) if low is not None and high is not None else money_wan(high or low)
    return Text(
        title=capability.name,
        body="\n".join(filter(None, (getattr(capability, name) for name in CAPABILITY_TEXTS))),
        facts=facts_of(owner=capability.organisation.name, amount=price),
    )


def facts_of(**facts: str) -> dict[str, str]:
    """Facts that are known; what is empty differs from nothing."""
    return {name: value for name, value in facts.items() if value}


def renew_prints(limit: int = BATCH) -> int:
    """Print what was written or changed since; returns how many texts were printed."""
    places = known_places()
    scenarios = Scenario.objects.with_terms()
    capabilities = Capability.objects.with_terms()
    return _renew(scenarios, "scenario", places, limit) + _renew(capabilities, "capability", places, limit)


@transaction.atomic
def _renew(rows: "models.QuerySet[Any]", side: str, places: Collection[str], limit: int) -> int:
    owed = rows.exclude(print__revision=models.F("revision"), print__method=METHOD).order_by("pk")
    texts = [(row, _text(row)) for row in owed.select_for_update(skip_locked=True, of=("self",))[:limit]]
    Print.objects.bulk_create(
        [
            Print(**{side: row}, revision=row.revision, method=METHOD, bands=bands_of(text, places).all)
            for row, text in texts
        ],
        update_conflicts=True,
        unique_fields=[side],
        update_fields=["revision", "method", "bands"],
    )
    return len(texts)


def _text(row: Scenario | Capability) -> Text:
    return text_of_scenario(row) if isinstance(row, Scenario) else text_of_capability(row)
