"""The demonstration world, built through the actions."""

import pytest

from marketplace.applications.models import Application
from marketplace.audit.models import Entry
from marketplace.capabilities.models import Capability
from marketplace.cases.models import Case
from marketplace.demo.fixtures import read, read_judgements
from marketplace.demo.labelling import mark
from marketplace.demo.market import build_market
from marketplace.demo.world import build
from marketplace.events.models import Event
from marketplace.pairing.feed import capability_ref, feed_changes, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.seeding import load_seeds
from matching.models import Document, Match

pytestmark = pytest.mark.django_db


def test_everything_passes_its_rules() -> None:
    list(load_seeds())
    told: dict[str, int] = {}
    build("cases", told.__setitem__)
    assert Scenario.objects.count() == told["scenarios"] == 169
    assert Capability.objects.count() == told["capabilities"] == 200
    assert Application.objects.count() == told["applications"] == len(list(read("applications")))
    assert Case.objects.count() == told["cases"] == len(list(read("cases")))
    # Built by people's actions, so the journal knows all of it.
    assert Entry.objects.filter(verb="scenarios.publish").count() == 169
    assert Entry.objects.filter(verb="applications.accept").count() >= 1


def _matches_as_judged() -> None:
    """Stored matches for the judged pairs, as if the engine had agreed with the judges."""
    feed_changes()
    places = {row.ref: row for row in Document.objects.all()}
    titles = {row["key"]: row["title"] for row in read("scenarios")}
    names = {row["key"]: row["name"] for row in read("capabilities")}
    demands = {title: scenario_ref(pk) for pk, title in Scenario.objects.values_list("pk", "title")}
    supplies = {name: capability_ref(pk) for pk, name in Capability.objects.values_list("pk", "name")}
    for scenario, grades in read_judgements().items():
        for capability, grade in grades.items():
            demand, supply = places.get(demands[titles[scenario]]), places.get(supplies[names[capability]])
            if demand and supply:
                score = {1: 0.2, 2: 0.6, 3: 0.9}[grade]
                Match.objects.create(
                    demand=demand, supply=supply, score=score, for_demand=score, for_supply=score, made_by="judges",
                    demand_fingerprint=demand.fingerprint, supply_fingerprint=supply.fingerprint,
                )  # fmt: skip


def test_an_event_is_planned_and_published() -> None:
    list(load_seeds())
    world = build("posted", lambda _part, _count: None)
    _matches_as_judged()
    told: dict[str, int] = {}
    build_market(world, told.__setitem__)
    event = Event.objects.get()
    assert (event.state, event.meetings.count()) == ("published", told["meetings"])
    assert told["meetings"] > 50
    assert event.plan_gap < 0.02
    assert event.plan_share >= event.small_share / 100
    assert Entry.objects.about(event).filter(verb="events.publish").exists()


def test_stage_stops_early() -> None:
    list(load_seeds())
    build("people", lambda _part, _count: None)
    assert not Scenario.objects.exists()


def test_departments_have_looked_and_people_have_graded() -> None:
    list(load_seeds())
    world = build("posted", lambda _part, _count: None)
    marked = mark(world)
    assert Mark.objects.count() == marked
    assert set(Mark.objects.values_list("kind", flat=True)) == {"interested", "contacted", "excluded"}
    assert "price" in set(Mark.objects.values_list("exclusion", flat=True))
