"""A small event for tests: the two departments and two companies of the small market, with matches as if computed."""

from datetime import time, timedelta

from django.db import models
from django.utils import timezone

from marketplace.capabilities import actions as capabilities
from marketplace.capabilities.models import Capability
from marketplace.events import actions
from marketplace.events.models import Event
from marketplace.events.planning import make_owed_plans
from marketplace.pairing.feed import capability_ref, feed_changes, scenario_ref
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Region
from matching.models import Document, Match
from tests.world import World, draft_capability, published_capability, published_scenario, scenario_content


def match(scenario: Scenario, capability: Capability, score: float) -> Match:
    """A stored match, as the worker writes it."""
    feed_changes()
    Document.objects.update(matched_fingerprint=models.F("fingerprint"), matched_by="test")
    demand = Document.objects.get(ref=scenario_ref(scenario.pk))
    supply = Document.objects.get(ref=capability_ref(capability.pk))
    return Match.objects.create(
        demand=demand,
        supply=supply,
        score=score,
        for_demand=score,
        for_supply=score,
        demand_fingerprint=demand.fingerprint,
        supply_fingerprint=supply.fingerprint,
        made_by="test",
    )


def other_scenario(world: World) -> Scenario:
    """Bob's, in Wuhu."""
    content = scenario_content(title="集装箱箱号识别", region=Region.objects.get(key="340200"))
    draft = scenarios.draft(actor=world.bob, department=world.other_department, **content)
    return scenarios.publish(actor=world.province, scenario=scenarios.submit(actor=world.bob, scenario=draft))


def other_capability(world: World) -> Capability:
    """Dave's."""
    given = draft_capability(world, name="通用识别")
    content = {
        name: getattr(given, name) for name in ("name", "summary", "scenes", "technology", "evidence", "maturity")
    }
    content["sectors"] = list(given.sectors.all())
    draft = capabilities.draft(actor=world.dave, organisation=world.other_company, **content)
    return capabilities.publish(actor=world.dave, capability=draft)


def matched_market(world: World) -> tuple[list[Scenario], list[Capability]]:
    """Carol's company fits Alice's department best, Dave's both a little."""
    wanted = [published_scenario(world), other_scenario(world)]
    offered = [published_capability(world), other_capability(world)]
    for scenario, scores in zip(wanted, ([0.9, 0.4], [0.3, 0.6]), strict=True):
        for capability, score in zip(offered, scores, strict=True):
            match(scenario, capability, score)
    return wanted, offered


def draft_event(world: World, **changes: object) -> Event:
    """The province's event with everybody enrolled: two slots, two tables."""
    content = {
        "title": "智慧医疗对接会",
        "introduction": "带上能演示的设备。",
        "place": "合肥滨湖会议中心",
        "region": None,
        "held_on": timezone.localdate() + timedelta(days=14),
        "slot_starts": [time(9, 0), time(9, 30)],
        "slot_minutes": 25,
        "tables": 2,
        "small_share": 0,
        "small_least": 0,
        **changes,
    }
    event = actions.create(actor=world.province, **content)
    everybody = [world.department, world.other_department, world.company, world.other_company]
    actions.enrol(actor=world.province, event=event, organisations=everybody)
    return event


def planned_event(world: World, **changes: object) -> Event:
    """The same, planned."""
    event = actions.ask_for_plan(actor=world.province, event=draft_event(world, **changes))
    assert make_owed_plans() == 1
    event.refresh_from_db()
    return event
