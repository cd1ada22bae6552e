"""Draws the pairs of a campaign. Loads the encoder: workers and commands only call it."""

from dataclasses import dataclass

from marketplace.capabilities.models import Capability
from marketplace.labelling.models import Campaign
from marketplace.pairing.feed import capability_ref, is_matched, scenario_ref
from marketplace.scenarios.models import Scenario
from matching.actions import keep_texts
from matching.engine.encoder import Encoder
from matching.models import KeptText
from matching.pooling import Pool, draw


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pair that was drawn, with the texts as they stood."""

    scenario: Scenario
    capability: Capability
    demand_text: KeptText
    supply_text: KeptText
    drawn_by: list[str]


def draw_pairs(campaign: Campaign, encoder: Encoder) -> list[Drawn] | None:
    """All pairs of a campaign, opportunity by opportunity; None while the engine still works on one of its texts.

    Opportunities that are no longer open are left out, and so is a department's own pair with itself.
    """
    scenarios = list(Scenario.objects.open().filter(pk__in=campaign.scenarios.values("pk")).order_by("pk"))
    if not all(is_matched(scenario_ref(scenario.pk)) for scenario in scenarios):
        return None
    pools = {
        scenario.pk: draw(encoder, scenario_ref(scenario.pk), campaign.sizes, seed=campaign.seed + scenario.pk)
        for scenario in scenarios
    }
    keys = {ref: int(ref.partition(":")[2]) for pool in pools.values() for ref in pool}
    capabilities = Capability.objects.public().in_bulk(list(keys.values()))
    texts = keep_texts([*(scenario_ref(scenario.pk) for scenario in scenarios), *keys])
    return [drawn for scenario in scenarios for drawn in _of(scenario, pools[scenario.pk], capabilities, texts)]


def _of(scenario: Scenario, pool: Pool, capabilities: dict[int, Capability], texts: dict[str, KeptText]) -> list[Drawn]:
    demand = texts[scenario_ref(scenario.pk)]
    return [
        Drawn(scenario, capability, demand, texts[capability_ref(capability.pk)], sources)
        for ref, sources in sorted(pool.items())
        if (capability := capabilities.get(int(ref.partition(":")[2]))) is not None
        and capability.organisation_id != scenario.department_id
    ]
