"""Sealed means sealed: before the deadline nobody of the department, and no administrator, reads anything."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.applications import actions
from marketplace.applications.models import Application
from marketplace.audit.models import Entry
from marketplace.learning.noting import note_all
from marketplace.notifications.models import Notification
from marketplace.reports.work import tasks_of
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import CooperationMode
from marketplace.web.verdicts import Refused
from tests.world import World, application_content, make_world, published_scenario

pytestmark = pytest.mark.django_db
SECRET = "只有我们知道的方案"


def _sealed(world: World) -> tuple[Scenario, Application]:
    scenario = published_scenario(world, mode=CooperationMode.objects.get(key="open-call"))
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan", "application/pdf")
    draft = actions.draft(
        actor=world.carol, scenario=scenario, organisation=world.company, files=[plan],
        **application_content(proposal=SECRET),
    )  # fmt: skip
    return scenario, actions.submit(actor=world.carol, application=draft)


def _read(user: User, path: str) -> tuple[int, str]:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(path)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, body.decode(errors="ignore")


def test_nobody_reads_before_the_deadline_and_all_of_them_after() -> None:
    world = make_world()
    Notification.objects.all().delete()  # of the verification of organisations, which is no secret
    scenario, application = _sealed(world)
    pages = [
        application.get_absolute_url(),
        reverse("applications:receipt", args=[application.pk, 1]),
        reverse("applications:receipt-content", args=[application.pk, 1]),
        reverse("applications:attachment", args=[application.pk, application.attachments.get().pk]),
    ]
    others = [
        scenario.get_absolute_url(),
        reverse("reports:work"),
        reverse("notifications:inbox"),
        reverse("applications:list"),
        reverse("learning:pairs"),
        reverse("reports:home"),
        f"/api/v1/scenarios/{scenario.pk}/",
    ]
    for user in (world.alice, world.province, world.hefei_admin):
        assert [_read(user, page)[0] for page in pages] == [404, 404, 404, 404]
        for page in others:
            status, body = _read(user, page)
            assert status in (200, 403)
            assert SECRET not in body
            assert world.company.name not in body
            assert world.carol.name not in body
    status, table = _read(world.alice, reverse("applications:applicants", args=[scenario.pk]))
    assert status == 200
    assert "1 份密封的申请" in table
    assert world.company.name not in table
    assert [_read(world.carol, page)[0] for page in pages] == [200, 200, 200, 200]

    with time_machine.travel(scenario.closes_at + timedelta(seconds=1)):
        for user in (world.alice, world.province, world.hefei_admin):
            assert [_read(user, page)[0] for page in pages] == [200, 200, 200, 200]
            assert SECRET in _read(user, pages[0])[1]
        assert world.company.name in _read(world.alice, reverse("applications:applicants", args=[scenario.pk]))[1]
        assert [task.url for task in tasks_of(world.alice) if "申请" in str(task.label)] == [pages[0]]


def test_nothing_is_told_and_nothing_learnt_before() -> None:
    world = make_world()
    mail.outbox.clear()
    scenario, application = _sealed(world)
    actions.edit(actor=world.carol, application=application, proposal="改过的方案")
    actions.submit(actor=world.carol, application=application)
    assert not Notification.objects.filter(recipient=world.alice, kind__startswith="application").exists()
    began = Entry.objects.about(scenario).get(verb="scenarios.begin_matching")
    assert began.actor_id is None
    assert note_all() == 0


def test_nobody_decides_or_opens_early() -> None:
    world = make_world()
    scenario, application = _sealed(world)
    for verb in (actions.accept, actions.decline):
        with pytest.raises(Refused, match="密封"):
            verb(actor=world.alice, application=application, reason="好")
    with pytest.raises(Refused, match="不能提前"):
        scenarios.edit(actor=world.alice, scenario=scenario, closes_at=scenario.closes_at - timedelta(days=1))
    later = scenarios.edit(actor=world.alice, scenario=scenario, closes_at=scenario.closes_at + timedelta(days=1))
    with time_machine.travel(later.closes_at + timedelta(seconds=1)), pytest.raises(Refused, match="已经开启"):
        scenarios.edit(actor=world.alice, scenario=later, closes_at=later.closes_at + timedelta(days=9))


def test_a_sealed_application_that_was_taken_back_stays_unknown() -> None:
    world = make_world()
    scenario, application = _sealed(world)
    actions.withdraw(actor=world.carol, application=application)
    assert not Notification.objects.filter(recipient=world.alice, kind="application_withdrawn").exists()
    assert _read(world.alice, application.get_absolute_url())[0] == 404
    with time_machine.travel(scenario.closes_at + timedelta(seconds=1)):
        assert _read(world.alice, reverse("applications:applicants", args=[scenario.pk]))[0] == 200


def test_a_draft_that_was_taken_back_was_never_received() -> None:
    world = make_world()
    scenario = published_scenario(world)
    draft = actions.draft(actor=world.carol, scenario=scenario, organisation=world.company, proposal=SECRET)
    actions.withdraw(actor=world.carol, application=draft)
    assert _read(world.alice, draft.get_absolute_url())[0] == 404
