"""Gates: each answers with its reason and what to do, live and again under lock."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.applications import actions, gates
from marketplace.applications.gates import Attempt, Gate, Stop, answers, closed
from marketplace.applications.models import Application
from marketplace.organisations import actions as organisations
from marketplace.organisations.models import Organisation
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.taxonomy.models import Region
from marketplace.web.verdicts import Refused
from tests.world import World, application_content, make_world, published_scenario, submitted_application

pytestmark = pytest.mark.django_db


def _stops(scenario: Scenario, *who: Organisation) -> list[str]:
    attempt = Attempt(scenario, terms_of(scenario), who, timezone.now())
    return [answer.gate.key for answer in closed(attempt)]


def _draft(world: World, scenario: Scenario) -> Application:
    return actions.draft(actor=world.dave, scenario=scenario, organisation=world.other_company, **application_content())


def test_region_and_qualification_can_be_met_by_a_partner() -> None:
    world = make_world()
    scenario = published_scenario(world)
    hefei = Region.objects.get(key="340100")
    scenarios.set_terms(actor=world.alice, scenario=scenario, region=hefei, qualifications=["高新技术企业"])
    assert _stops(scenario, world.other_company) == ["region", "qualification"]
    Organisation.objects.filter(pk=world.company.pk).update(qualifications=["高新技术企业"])
    world.company.refresh_from_db()
    assert _stops(scenario, world.other_company, world.company) == []
    draft = _draft(world, scenario)
    with pytest.raises(Refused, match=r"只接受合肥的单位.*高新技术企业"):
        actions.submit(actor=world.dave, application=draft)


def test_a_suspended_company_does_not_get_through() -> None:
    world = make_world()
    scenario = published_scenario(world)
    draft = _draft(world, scenario)
    organisations.suspend(actor=world.province, organisation=world.other_company, reason="资料失实")
    suspended = Organisation.objects.get(pk=world.other_company.pk)
    (answer,) = closed(Attempt(scenario, terms_of(scenario), (suspended,), timezone.now(), draft.pk))
    assert answer.stop is not None
    assert "资料失实" in str(answer.stop.reason)
    with pytest.raises(Refused):
        actions.submit(actor=world.dave, application=draft)


def test_one_application_each() -> None:
    world = make_world()
    scenario = published_scenario(world)
    application = submitted_application(world, scenario)
    assert _stops(scenario, world.company) == ["one-each"]
    attempt = Attempt(scenario, terms_of(scenario), (world.company,), timezone.now(), application.pk)
    assert all(answer.open for answer in answers(attempt))


def test_an_app_above_adds_a_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "_GATES", dict(gates._GATES))
    world = make_world()
    scenario = published_scenario(world)
    draft = _draft(world, scenario)
    gate = Gate("double-funding", "不重复资助", lambda attempt: Stop("已领过标杆奖补。", "可以放弃其中一项。"))
    gates.add_gate(gate)
    gates.add_gate(gate)
    with pytest.raises(ValueError, match="double-funding"):
        gates.add_gate(Gate("double-funding", "别的", lambda attempt: None))
    client = Client()
    client.force_login(world.dave, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("applications:edit", args=[draft.pk])).content.decode()
    assert "已领过标杆奖补。" in page
    assert "可以放弃其中一项。" in page
    with pytest.raises(Refused, match="已领过标杆奖补"):
        actions.submit(actor=world.dave, application=draft)
    assert Application.objects.get(pk=draft.pk).state == "draft"
