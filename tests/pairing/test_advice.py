"""What would raise a match: asked by the supplier, answered by the worker's own function, told in words."""

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.audit.models import Entry
from marketplace.capabilities import actions as capabilities
from marketplace.pairing import actions
from marketplace.pairing.advice import answer_waiting, told
from marketplace.pairing.feed import feed_changes, renew_all
from marketplace.pairing.models import Advice
from marketplace.scenarios import actions as scenarios
from marketplace.taxonomy.models import Requirement, Sector
from marketplace.web.verdicts import Refused
from matching.encoding import warm_encoder
from tests.pairing.worlds import matched_pair
from tests.world import make_world

pytestmark = pytest.mark.django_db
LOGIN = "allauth.account.auth_backends.AuthenticationBackend"


def test_asked_answered_and_true_once_done() -> None:
    world = make_world()
    lacking = [Requirement.objects.get(key="data-stays-in-domain")]
    scenario, capability = matched_pair(
        world, offered=[], lacking=lacking, sectors=[Sector.objects.get(key="agriculture")]
    )
    advice = actions.ask_advice(actor=world.carol, scenario=scenario, capability=capability)
    assert advice.state == Advice.State.WAITING
    assert told(scenario, capability).waiting
    assert Entry.objects.filter(verb="pairing.ask_advice").count() == 1

    assert answer_waiting(warm_encoder()) == 1
    assert answer_waiting(warm_encoder()) == 0
    found = told(scenario, capability)
    assert not found.waiting
    assert not found.outdated
    kinds = {change["kind"] for change in found.advice.result["changes"]}
    assert {"missed", "sector"} <= kinds
    assert [each.gain for each in found.raises] == sorted((each.gain for each in found.raises), reverse=True)
    assert all(each.gain >= 0.01 for each in found.raises)
    assert any("做到“数据不出域”并写明" in each.text for each in found.raises)
    assert found.together > max(
        change["after"] for change in found.advice.result["changes"] if change["kind"] != "sentence"
    )
    assert found.carriers

    promised = next(change for change in found.advice.result["changes"] if change["kind"] == "missed")
    capabilities.edit(
        actor=world.carol,
        capability=capability,
        lacking=[],
        offered=[Requirement.objects.get(key="data-stays-in-domain")],
    )
    renew_all(lambda _n: None)
    assert told(scenario, capability).outdated
    actions.ask_advice(actor=world.carol, scenario=scenario, capability=capability)
    assert answer_waiting(warm_encoder()) == 1
    assert told(scenario, capability).before == pytest.approx(promised["after"], abs=0.002)


def test_what_waits_for_reading_is_answered_later_and_what_is_gone_is_void() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    actions.ask_advice(actor=world.carol, scenario=scenario, capability=capability)
    scenarios.edit(actor=world.alice, scenario=scenario, goals="覆盖全部病历，十五秒内出结果。")
    feed_changes()
    assert answer_waiting(warm_encoder()) == 0
    assert Advice.objects.waiting().count() == 1
    renew_all(lambda _n: None)
    scenarios.withdraw(actor=world.alice, scenario=scenario, reason="预算取消")
    feed_changes()
    assert answer_waiting(warm_encoder()) == 1
    assert Advice.objects.get().state == Advice.State.VOID


def test_only_the_supplier_asks_and_sees() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    for stranger in (world.alice, world.dave, world.province):
        with pytest.raises(Refused):
            actions.ask_advice(actor=stranger, scenario=scenario, capability=capability)
    actions.ask_advice(actor=world.carol, scenario=scenario, capability=capability)
    assert [Advice.objects.visible_to(user).count() for user in (world.carol, world.alice, world.dave)] == [1, 0, 0]


def test_the_page_asks_waits_and_shows_without_scripts() -> None:
    world = make_world()
    scenario, capability = matched_pair(world, offered=[], lacking=[Requirement.objects.get(key="on-premises")])
    client = Client()
    client.force_login(world.carol, backend=LOGIN)
    arguments = [scenario.pk, capability.pk]
    page = reverse("pairing:pair", args=arguments)
    assert "算一算" in client.get(page).content.decode()
    answer = client.post(reverse("pairing:ask-advice", args=arguments))
    assert answer["Location"] == f"{page}#raise"
    assert "正在逐项改动" in client.get(page).content.decode()
    assert client.get(reverse("pairing:advice", args=arguments))["Location"] == f"{page}#raise"
    answer_waiting(warm_encoder())
    fragment = client.get(reverse("pairing:advice", args=arguments), headers={"HX-Request": "true"}).content.decode()
    assert "只有属实才可填写" in fragment
    assert "做到“" in fragment
    assert "<html" not in fragment
    client.force_login(world.alice, backend=LOGIN)
    assert "怎样提高匹配" not in client.get(page).content.decode()
    assert client.get(reverse("pairing:advice", args=arguments)).status_code == 403
