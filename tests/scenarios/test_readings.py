"""Requirements are proposed from the typed text and count only when a person has confirmed them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.pairing.feed import scenario_document
from marketplace.scenarios.forms import ScenarioForm
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.readings import readings_of
from marketplace.taxonomy.models import CooperationMode, Kind, PriorityArea, Region, Sector
from marketplace.web.forms import new_token
from tests.world import World, draft_scenario, make_world

pytestmark = pytest.mark.django_db


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _posting(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "form_token": new_token(),
        "intent": "save",
        "department": world.department.pk,
        "title": "窗口材料预审",
        "area": PriorityArea.objects.get(key="digital-anhui").pk,
        "sector": Sector.objects.get(key="government-services").pk,
        "kind": Kind.objects.get(key="governance").pk,
        "region": Region.objects.get(key="340100").pk,
        "mode": CooperationMode.objects.get(key="procurement").pk,
        "summary": "四十六个窗口。",
        "pain": "系统须本地化部署，无需驻场；最好支持方言。预算50-100万元。",
        "closes_on": (timezone.localdate() + timedelta(days=20)).isoformat(),
        "contact_phone": "0551-55501234",
        **changes,
    }


def test_what_is_only_proposed_never_counts() -> None:
    world = make_world()
    client = _client(world.alice)
    assert client.post(reverse("scenarios:create"), _posting(world)).status_code == 302
    scenario = Scenario.objects.get()
    assert not scenario.required.exists()
    assert not scenario.preferred.exists()
    assert scenario_document(scenario).facets.asked == {}


def test_answers_are_kept_as_given_and_reach_the_engine() -> None:
    world = make_world()
    answers = {
        "requirements-on-premises": "required",
        "requirements-dialect": "preferred",
        "requirements-onsite-service": "no",
    }
    sent = _posting(world, **answers, compute="2张推理卡")
    assert _client(world.alice).post(reverse("scenarios:create"), sent).status_code == 302
    scenario = Scenario.objects.get()
    assert [row.key for row in scenario.required.all()] == ["on-premises"]
    assert [row.key for row in scenario.preferred.all()] == ["dialect"]
    assert [row.key for row in scenario.waived.all()] == ["onsite-service"]
    facets = scenario_document(scenario).facets
    assert facets.asked == {"on-premises": "required", "dialect": "preferred"}
    assert facets.cards == 2.0

    readings = readings_of(ScenarioForm(instance=scenario, departments=[world.department]))
    assert readings.waiting == []
    assert {row.requirement.key: row.answer for row in readings.rows if row.answer} == {
        "on-premises": "required",
        "dialect": "preferred",
        "onsite-service": "no",
    }


def test_a_live_request_names_each_sentence_and_writes_nothing() -> None:
    world = make_world()
    client = _client(world.alice)
    page = client.post(reverse("scenarios:read"), _posting(world), headers={"HX-Request": "true"}).content.decode()
    assert "从文字中读到 3 项要求" in page
    assert "<q>系统须<mark>本地化部署</mark>，无需驻场</q>" in page
    assert "文字像是“不要求”" in page
    assert "读到“50–100 万元”" in page
    assert 'data-adopt="budget_wan" data-value="100.0"' in page
    assert Scenario.objects.count() == 0


def test_an_answer_that_differs_from_the_text_is_pointed_out() -> None:
    world = make_world()
    sent = _posting(world, **{"requirements-onsite-service": "required"})
    page = _client(world.alice).post(reverse("scenarios:read"), sent).content.decode()
    assert "与文字不同，文字像是“不要求”" in page


def test_the_button_reads_without_javascript_and_loses_nothing() -> None:
    world = make_world()
    sent = _posting(world, intent="read", title="", **{"requirements-mobile": "preferred"})
    page = _client(world.alice).post(reverse("scenarios:create"), sent).content.decode()
    assert "从文字中读到 3 项要求" in page
    assert "field-error" not in page
    assert "四十六个窗口。" in page
    assert 'id="id_requirements-mobile-preferred" value="preferred" checked' in page
    assert Scenario.objects.count() == 0


@pytest.mark.parametrize(("language", "message"), [("zh-hans", "不是可选的答案"), ("en", "is not one of the answers")])
def test_an_answer_out_of_the_blue_is_refused_beside_the_field(language: str, message: str) -> None:
    world = make_world()
    client = _client(world.alice)
    client.cookies["django_language"] = language
    sent = _posting(world, **{"requirements-mobile": "perhaps<script>"})
    page = client.post(reverse("scenarios:create"), sent).content.decode()
    assert message in page
    assert "<script>" not in page.replace("<script src", "")
    assert "窗口材料预审" in page
    assert Scenario.objects.count() == 0


def test_an_unknown_requirement_is_ignored() -> None:
    world = make_world()
    sent = _posting(world, **{"requirements-levitation": "required"})
    assert _client(world.alice).post(reverse("scenarios:create"), sent).status_code == 302
    assert not Scenario.objects.get().required.exists()


def test_only_people_who_may_post_can_ask() -> None:
    world = make_world()
    assert _client(world.carol).post(reverse("scenarios:read"), _posting(world)).status_code == 403
    assert Client().post(reverse("scenarios:read"), _posting(world)).status_code == 302


def test_fields_that_are_filled_get_no_proposal() -> None:
    world = make_world()
    scenario = draft_scenario(world, pain="预算90万元，芜湖市港口，现有2张推理卡。", compute="")
    facts = readings_of(ScenarioForm(instance=scenario, departments=[world.department])).facts
    assert (facts["budget_wan"], facts["region"]) == ([], [])
    assert [proposal.value for proposal in facts["compute"]] == ["2张推理卡"]
