"""What a supplier states of its capability: met, not met, unknown; proposed from the text, kept when confirmed."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.capabilities.forms import CapabilityForm
from marketplace.capabilities.models import Capability
from marketplace.capabilities.readings import readings_of
from marketplace.cases import actions as cases
from marketplace.organisations import actions as organisations
from marketplace.organisations.models import Organisation
from marketplace.pairing.feed import capability_document, feed_changes
from marketplace.taxonomy.models import Requirement
from marketplace.web.forms import new_token
from matching.models import Document
from tests.world import (
    World,
    draft_capability,
    make_world,
    published_capability,
    published_scenario,
    submitted_application,
)

pytestmark = pytest.mark.django_db
TEXT = "支持本地化部署，暂不支持方言；等保三级正在测评。已在三家医院试点，报价60万元起。"


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _sent(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "form_token": new_token(),
        "intent": "save",
        "organisation": world.company.pk,
        "name": "病案质控",
        "summary": TEXT,
        **changes,
    }


def test_proposals_and_answers() -> None:
    world = make_world()
    page = _client(world.carol).post(reverse("capabilities:read"), _sent(world)).content.decode()
    assert "从文字中读到 2 项要求" in page
    assert "文字像是“能满足”" in page
    assert "文字像是“不支持”" in page
    assert "读到“试点”" in page
    assert "读到“不低于 60 万元”" in page
    assert 'data-adopt="price_min_wan" data-value="60.0"' in page
    assert Capability.objects.count() == 0


def test_unknown_is_neither_met_nor_missed() -> None:
    world = make_world()
    answers = {
        "requirements-on-premises": "met",
        "requirements-dialect": "unmet",
        "requirements-mlps-3": "unknown",
    }
    assert _client(world.carol).post(reverse("capabilities:create"), _sent(world, **answers)).status_code == 302
    capability = Capability.objects.get()
    facets = capability_document(capability).facets
    assert (set(facets.offered), set(facets.lacking)) == ({"on-premises"}, {"dialect"})


def test_saving_without_answers_keeps_everything_unknown() -> None:
    world = make_world()
    assert _client(world.carol).post(reverse("capabilities:create"), _sent(world)).status_code == 302
    facets = capability_document(Capability.objects.get()).facets
    assert (facets.offered, facets.lacking) == (frozenset(), frozenset())


def test_stored_answers_are_shown_again() -> None:
    world = make_world()
    dialect = Requirement.objects.get(key="dialect")
    capability = draft_capability(world, lacking=[dialect])
    rows = readings_of(CapabilityForm(instance=capability, organisations=[world.company])).rows
    assert {row.requirement.key: row.answer for row in rows if row.answer} == {
        "on-premises": "met",
        "data-stays-in-domain": "met",
        "dialect": "unmet",
    }


def test_the_profile_reaches_the_engine_and_a_change_is_fed_again() -> None:
    world = make_world()
    capability = published_capability(world)
    feed_changes()
    assert feed_changes() == 0
    organisations.update_profile(
        actor=world.carol,
        organisation=world.company,
        capacity=3,
        running_elsewhere=1,
        contract_min_wan=Decimal(20),
        contract_max_wan=Decimal(200),
    )
    assert feed_changes() == 1
    facets = Document.objects.get(ref=f"capability:{capability.pk}").facts
    assert (facets.contract_low, facets.contract_high, facets.capacity) == (20.0, 200.0, 2)


def test_cases_under_way_are_counted() -> None:
    world = make_world()
    organisations.update_profile(actor=world.carol, organisation=world.company, capacity=1)
    scenario = published_scenario(world)
    case = cases.accept_application(actor=world.alice, application=submitted_application(world, scenario), reason="好")
    company = Organisation.objects.get(pk=world.company.pk)
    assert (company.running, company.free_capacity) == (1, 0)
    cases.take_step(actor=world.alice, case=case, step="end", reason="不做了")
    company.refresh_from_db()
    assert (company.running, company.free_capacity) == (0, 1)
    assert Organisation.objects.get(pk=world.other_company.pk).free_capacity is None
