"""A pair that the worker has matched."""

from typing import Any

from marketplace.capabilities.models import Capability
from marketplace.pairing.feed import renew_all
from marketplace.scenarios.models import Scenario
from matching.models import Match
from tests.world import World, published_capability, published_scenario


def matched_pair(world: World, **capability: Any) -> tuple[Scenario, Capability]:
    """Alice's opportunity and Carol's capability, matched by the real engine."""
    made = published_capability(world, **capability)
    scenario = published_scenario(world)
    renew_all(lambda _n: None)
    return Scenario.objects.with_terms().get(pk=scenario.pk), Capability.objects.with_terms().get(pk=made.pk)


def the_match() -> Match:
    """The only one there is."""
    return Match.objects.select_related("demand", "supply").get()
