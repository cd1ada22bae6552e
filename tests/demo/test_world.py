"""The demonstration world, built through the actions."""

import pytest

from marketplace.applications.models import Application
from marketplace.audit.models import Entry
from marketplace.capabilities.models import Capability
from marketplace.cases.models import Case
from marketplace.demo.fixtures import read
from marketplace.demo.labelling import mark
from marketplace.demo.world import build
from marketplace.pairing.models import Mark
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.seeding import load_seeds

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
