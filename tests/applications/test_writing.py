"""Writing, handing in, revising: nothing is lost, and what was received can be proven."""

import hashlib
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.applications import actions
from marketplace.applications.models import Application, Attachment, Receipt, State
from marketplace.audit.models import Entry
from marketplace.organisations.models import Membership
from marketplace.scenarios import actions as scenarios
from marketplace.taxonomy.models import CooperationMode
from marketplace.web.verdicts import Refused
from tests.world import application_content, make_world, person, published_scenario, submitted_application

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _client(user: object) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)  # type: ignore[arg-type]
    return client


def _typed(application: Application, **changes: str) -> dict[str, str]:
    version = Application.objects.values_list("version", flat=True).get(pk=application.pk)
    return {"form_token": "6a1c1d4e-6a53-4e0c-9a55-3a3e9a5ce0aa", "version": str(version), **changes}


def _pdf(name: str, body: bytes = b"%PDF-1.4 plan") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, "application/pdf")


def test_a_draft_saves_itself_field_by_field_and_hands_in() -> None:
    world = make_world()
    scenario = published_scenario(world)
    carol = _client(world.carol)
    start = carol.post(
        reverse("applications:apply", args=[scenario.pk]),
        {"organisation": world.company.pk, "form_token": "0f4cdd0c-6c86-4c9e-9d9f-0d9f5e1f1d11"},
    )
    application = Application.objects.get()
    assert start.headers["Location"] == reverse("applications:edit", args=[application.pk])

    saved = carol.post(
        reverse("applications:autosave", args=[application.pk]),
        _typed(application, proposal="先试跑", price_wan="六十"),
    )
    application.refresh_from_db()
    assert (application.proposal, application.price_wan, application.state) == ("先试跑", None, State.DRAFT)
    assert "报价" in saved.content.decode()
    assert 'name="version"' in saved.content.decode()

    page = carol.get(reverse("applications:edit", args=[application.pk])).content.decode()
    assert "先试跑" in page
    missing = carol.post(reverse("applications:edit", args=[application.pk]), _typed(application, intent="submit"))
    assert missing.status_code == 200
    assert Application.objects.get().state == State.DRAFT

    full = {name: str(value) for name, value in application_content().items()}
    done = carol.post(reverse("applications:edit", args=[application.pk]), _typed(application, intent="submit", **full))
    assert done.status_code == 302
    assert Application.objects.get().state == State.SUBMITTED


def test_exactly_the_chosen_parts_are_asked() -> None:
    world = make_world()
    scenario = published_scenario(world)
    scenarios.set_terms(actor=world.alice, scenario=scenario, parts=["proposal", "resources"])
    application = actions.draft(
        actor=world.carol, scenario=scenario, organisation=world.company, proposal="做", contact_phone="1"
    )
    page = _client(world.carol).get(reverse("applications:edit", args=[application.pk])).content.decode()
    names = ("proposal", "data_needed", "compute_needed", "team", "price_wan")
    asked = [name for name in names if f'name="{name}"' in page]
    assert asked == ["proposal", "data_needed", "compute_needed"]
    with pytest.raises(Refused, match="所需数据、所需算力"):
        actions.submit(actor=world.carol, application=application)
    with pytest.raises(Refused, match="已有单位开始申请"):
        scenarios.set_terms(actor=world.alice, scenario=scenario, parts=["proposal"])


def test_a_later_change_of_the_mode_changes_nothing_for_what_has_begun() -> None:
    world = make_world()
    scenario = published_scenario(world)
    actions.draft(actor=world.carol, scenario=scenario, organisation=world.company)
    CooperationMode.objects.filter(key="procurement").update(parts=["team"])
    scenario.refresh_from_db()
    assert "price" in scenario.terms.parts


def test_revising_keeps_every_receipt_and_the_department_sees_what_was_received() -> None:
    world = make_world()
    scenario = published_scenario(world)
    draft = actions.draft(
        actor=world.carol, scenario=scenario, organisation=world.company, files=[_pdf("a.pdf")], **application_content()
    )
    application = actions.submit(actor=world.carol, application=draft)
    old = Attachment.objects.get()
    actions.drop_attachment(actor=world.carol, attachment=old)
    actions.edit(
        actor=world.carol, application=application, files=[_pdf("b.pdf")], price_wan=Decimal("55"), proposal="新方案"
    )
    for_alice = _client(world.alice).get(application.get_absolute_url()).content.decode()
    assert "新方案" not in for_alice
    assert "a.pdf" in for_alice
    assert "b.pdf" not in for_alice
    pending = Attachment.objects.get(name="b.pdf")
    path = reverse("applications:attachment", args=[application.pk, pending.pk])
    assert _client(world.alice).get(path).status_code == 404

    actions.submit(actor=world.carol, application=application)
    application.refresh_from_db()
    assert (application.proposal, application.price_wan, application.revision_draft) == ("新方案", Decimal("55"), None)
    first, second = Receipt.objects.order_by("number")
    assert first.content["fields"]["price_wan"] == "60.00"
    assert [file["name"] for file in first.content["files"]] == ["a.pdf"]
    assert [file["name"] for file in second.content["files"]] == ["b.pdf"]
    assert second.content["before"] == first.sha256
    raw = _client(world.alice).get(reverse("applications:receipt-content", args=[application.pk, 1])).content
    assert hashlib.sha256(raw).hexdigest() == first.sha256
    assert json.loads(raw)["organisation"]["credit_code"] == world.company.credit_code
    assert old.file.storage.exists(old.file.name)


def test_a_receipt_cannot_be_changed() -> None:
    world = make_world()
    submitted_application(world, published_scenario(world))
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Receipt.objects.update(sha256="0" * 64)
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        Receipt.objects.all().delete()


def test_nothing_is_received_after_the_deadline_to_the_second() -> None:
    world = make_world()
    scenario = published_scenario(world)
    application = submitted_application(world, scenario)
    actions.edit(actor=world.carol, application=application, proposal="改")
    with pytest.raises(Refused, match="截止时间"):
        actions.submit(actor=world.carol, application=application, at=scenario.closes_at)
    actions.submit(actor=world.carol, application=application, at=scenario.closes_at - timedelta(seconds=1))
    assert Receipt.objects.count() == 2


def test_two_authors_do_not_overwrite_each_other() -> None:
    world = make_world()
    scenario = published_scenario(world)
    application = actions.draft(actor=world.carol, scenario=scenario, organisation=world.company, proposal="甲")
    colleague = person("erin")
    Membership.objects.create(organisation=world.company, user=colleague, role="viewer")
    with pytest.raises(Refused, match="查看人"):
        actions.edit(actor=colleague, application=application, proposal="乙")
    actions.add_coauthor(actor=world.carol, application=application, person=colleague)
    seen = _typed(application, proposal="我写的", intent="save")
    actions.edit(actor=colleague, application=application, proposal="乙")

    page = _client(world.carol).post(reverse("applications:edit", args=[application.pk]), seen).content.decode()
    assert "共同填写人保存过新内容" in page
    assert "我写的" in page
    assert Application.objects.get().proposal == "乙"
    with pytest.raises(Refused, match="查看人"):
        actions.submit(actor=colleague, application=application)
    with pytest.raises(Refused, match="本单位的成员"):
        actions.add_coauthor(actor=world.carol, application=application, person=world.dave)
    actions.remove_coauthor(actor=world.carol, application=application, person=colleague)
    with pytest.raises(Refused, match="查看人"):
        actions.edit(actor=colleague, application=application, proposal="丙")


def test_every_change_is_in_the_journal() -> None:
    world = make_world()
    application = submitted_application(world, published_scenario(world))
    actions.edit(actor=world.carol, application=application, proposal="改")
    actions.submit(actor=world.carol, application=application)
    actions.withdraw(actor=world.carol, application=application)
    verbs = list(Entry.objects.about(application).order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "applications.draft", "applications.submit", "applications.edit", "applications.revise",
        "applications.withdraw",
    ]  # fmt: skip
    entry = Entry.objects.get(verb="applications.revise")
    assert entry.detail["sha256"] == Receipt.objects.get(number=2).sha256
    assert entry.at <= timezone.now()
