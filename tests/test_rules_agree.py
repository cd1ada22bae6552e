"""`may_view` and `visible_to` are two answers to one question: they agree for every person and every record."""

import pytest
from django.contrib.auth.models import AnonymousUser

from marketplace.applications.models import Application
from marketplace.capabilities import rules as capability_rules
from marketplace.capabilities.models import Capability
from marketplace.cases import actions as cases
from marketplace.cases import rules as case_rules
from marketplace.cases.models import Case
from marketplace.events import actions as event_actions
from marketplace.events import rules as event_rules
from marketplace.events.models import Event, Meeting
from marketplace.events.planning import make_owed_plans
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios import rules as scenario_rules
from marketplace.scenarios.models import Scenario
from tests.events.market import draft_event, match, other_capability
from tests.world import (
    draft_capability,
    draft_scenario,
    make_world,
    published_capability,
    published_scenario,
    submitted_application,
)

pytestmark = pytest.mark.django_db


def test_can_and_visible_to_agree() -> None:
    world = make_world()
    first = published_scenario(world)
    first_open = published_scenario(world, title="第二个")
    scenarios.submit(actor=world.alice, scenario=draft_scenario(world, title="待审"))
    draft_scenario(world, title="草稿")
    published_capability(world)
    draft_capability(world, name="未发布")
    case = cases.accept_application(actor=world.alice, application=submitted_application(world, first), reason="好")
    draft = draft_event(world)
    event_actions.ask_for_plan(actor=world.province, event=draft)
    make_owed_plans()
    published = event_actions.ask_for_plan(actor=world.province, event=draft_event(world, title="第二场"))
    match(first_open, other_capability(world), 0.8)
    make_owed_plans()
    event_actions.publish(actor=world.province, event=published)
    people = [
        AnonymousUser(),
        world.province,
        world.hefei_admin,
        world.alice,
        world.bob,
        world.carol,
        world.dave,
        world.judge,
    ]
    for user in people:
        for model, rule in (
            (Scenario, scenario_rules.may_view), (Capability, capability_rules.may_view), (Case, case_rules.may_view),
            (Event, event_rules.may_view), (Meeting, event_rules.may_view_meeting),
        ):  # fmt: skip
            seen = set(model.objects.visible_to(user).values_list("pk", flat=True))
            allowed = {row.pk for row in model.objects.all() if rule(user, row)}
            assert seen == allowed, (user, model)
    assert Application.objects.visible_to(world.bob).count() == 0
    assert Application.objects.visible_to(world.dave).count() == 0
    assert case in Case.objects.visible_to(world.hefei_admin)
