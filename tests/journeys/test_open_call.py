"""An open call from sealed applications of a consortium and a rival to the award; failure, and the second place."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.applications import actions
from marketplace.applications.models import Application, Partner, State
from marketplace.audit.models import Entry
from marketplace.cases import actions as cases
from marketplace.cases.models import Case
from marketplace.organisations import actions as organisations
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import CooperationMode, Region
from marketplace.web.verdicts import Refused
from tests.world import World, application_content, credit_code, make_world, person, published_scenario

pytestmark = pytest.mark.django_db


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _applied(world: World, scenario: Scenario) -> tuple[Application, Application]:
    """Carol leads with Frank's institute; Dave applies alone."""
    frank = person("frank")
    institute = organisations.register(
        actor=frank, kind="institute", name="合肥试验研究院", credit_code=credit_code(7),
        region=Region.objects.get(key="340100"),
    )  # fmt: skip
    institute = organisations.verify(actor=world.province, organisation=institute)
    joint = actions.draft(actor=world.carol, scenario=scenario, organisation=world.company, **application_content())
    actions.invite_partner(actor=world.carol, application=joint, organisation=institute, share="算法")
    with pytest.raises(Refused, match="还没有确认"):
        actions.submit(actor=world.carol, application=joint)
    actions.confirm_partnership(actor=frank, partner=Partner.objects.get())
    alone = actions.draft(
        actor=world.dave, scenario=scenario, organisation=world.other_company, **application_content()
    )
    return actions.submit(actor=world.carol, application=joint), actions.submit(actor=world.dave, application=alone)


def test_from_open_call_to_award_to_failure_to_the_second_place() -> None:
    world = make_world()
    scenario = published_scenario(world, mode=CooperationMode.objects.get(key="open-call"))
    joint, alone = _applied(world, scenario)
    alice = _client(world.alice)
    assert alice.get(joint.get_absolute_url()).status_code == 404
    assert scenario.closes_at is not None
    with time_machine.travel(scenario.closes_at + timedelta(hours=9)):
        assert scenarios.end_overdue() == 1
        table = alice.get(reverse("applications:applicants", args=[scenario.pk])).content.decode()
        assert "联合 合肥试验研究院" in table
        sent = alice.post(reverse("applications:choose", args=[scenario.pk]), {
            "form_token": "0f4cdd0c-6c86-4c9e-9d9f-0d9f5e1f1d11", "chosen": joint.pk, "reason": "联合体更完整",
            f"place_{alone.pk}": "2", "intent": "send",
        })  # fmt: skip
        assert sent.status_code == 302
        until = Application.objects.get(pk=joint.pk).notice_until
        assert until is not None
    after = timezone.make_aware(datetime.combine(until + timedelta(days=1), datetime.min.time()))
    assert actions.finish_notices(at=after) == 1
    first = Case.objects.get()
    assert (first.supplier, first.state) == (world.company, "preparing")

    with time_machine.travel(after):
        cases.take_step(actor=world.alice, case=first, step="end", reason="联合体内部意见不一")
        moved = Application.objects.get(pk=alone.pk)
        assert (moved.state, Scenario.objects.get(pk=scenario.pk).state) == (State.CHOSEN, "closed")
        assert moved.notice_until is not None
        again = timezone.make_aware(datetime.combine(moved.notice_until + timedelta(days=1), datetime.min.time()))
    assert actions.finish_notices(at=again) == 1
    assert Case.objects.get(state="preparing").supplier == world.other_company
    assert Scenario.objects.get(pk=scenario.pk).state == "awarded"
    verbs = list(Entry.objects.about(alone).order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "applications.draft", "applications.submit", "applications.keep", "applications.move_up",
        "applications.choose", "applications.accept",
    ]  # fmt: skip
