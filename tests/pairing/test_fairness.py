"""Fair lists: tried before, in force afterwards, at the cost that was shown, and renewed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.audit.models import Entry
from marketplace.exposure import actions
from marketplace.exposure.models import Policy, Price, State
from marketplace.organisations import actions as organisations
from marketplace.organisations.models import Organisation
from marketplace.pairing.fairness import in_fair_order, lists_of_market, renew_prices, try_owed_policies
from marketplace.pairing.panel import panel_of_scenario
from marketplace.scenarios.models import Scenario
from marketplace.web.verdicts import Refused
from tests.events.market import match, matched_market, other_capability, other_scenario
from tests.world import World, make_world, published_capability, published_scenario

pytestmark = pytest.mark.django_db


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _one_sided(world: World) -> list[Scenario]:
    """Dave's larger firm stands a little before Carol's small one in every list."""
    organisations.update_profile(actor=world.dave, organisation=world.other_company, size="large")
    wanted = [published_scenario(world, title=f"机会{n}") for n in range(6)]
    offered = [published_capability(world), other_capability(world)]
    for scenario in wanted:
        match(scenario, offered[0], 0.70)
        match(scenario, offered[1], 0.71)
    return wanted


def _firsts(wanted: list[Scenario]) -> set[str]:
    return {panel_of_scenario(scenario).rows[0].capability.organisation.name for scenario in wanted}


def test_a_policy_is_tried_before_it_changes_anything() -> None:
    world = make_world()
    wanted = _one_sided(world)
    policy = actions.try_policy(actor=world.province, gini_target=None, small_share=55)
    assert policy.state == State.TRYING
    with pytest.raises(Refused, match="还没有试算完"):
        actions.adopt(actor=world.province, policy=policy)
    assert (try_owed_policies(), try_owed_policies()) == (1, 0)
    policy.refresh_from_db()
    assert (policy.state, policy.result["met"], policy.result["lists"]) == (State.READY, True, 6)
    assert policy.result["before"]["small"] < 0.5 < 0.55 <= policy.result["after"]["small"]
    assert 0 < policy.result["loss"] <= policy.result["worst"] < 0.02
    assert _firsts(wanted) == {world.other_company.name}


def test_lists_keep_the_policy_in_force_and_forget_it_afterwards() -> None:
    world = make_world()
    wanted = _one_sided(world)
    policy = actions.try_policy(actor=world.province, gini_target=None, small_share=55)
    try_owed_policies()
    policy.refresh_from_db()
    policy = actions.adopt(actor=world.province, policy=policy)
    assert world.company.name in _firsts(wanted)
    panel = panel_of_scenario(wanted[0])
    assert panel.fair
    assert {round(row.match.score, 2) for row in panel.rows} == {0.70, 0.71}  # the figures are what they were
    assert panel.best == 0.71
    page = _client(world.alice).get(reverse("pairing:of-scenario", args=[wanted[0].pk])).content.decode()
    assert "兼顾小微企业" in page
    actions.end(actor=world.province, policy=policy)
    assert _firsts(wanted) == {world.other_company.name}
    verbs = list(Entry.objects.about(policy).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["exposure.try", "exposure.adopt", "exposure.end"]


def test_one_policy_at_a_time() -> None:
    world = make_world()
    _one_sided(world)
    for share in (52, 55):
        policy = actions.try_policy(actor=world.province, gini_target=None, small_share=share)
        try_owed_policies()
        policy.refresh_from_db()
        actions.adopt(actor=world.province, policy=policy)
    assert [row.small_share for row in Policy.objects.active()] == [55]
    assert Policy.objects.filter(state=State.ENDED).count() == 1


def test_what_cannot_be_reached_is_not_adopted() -> None:
    world = make_world()
    _one_sided(world)
    policy = actions.try_policy(actor=world.province, gini_target=None, small_share=100)
    try_owed_policies()
    policy.refresh_from_db()
    assert not policy.result["met"]
    with pytest.raises(Refused, match="达不到"):
        actions.adopt(actor=world.province, policy=policy)


def test_prices_are_renewed_when_they_are_old() -> None:
    world = make_world()
    wanted = _one_sided(world)
    policy = actions.try_policy(actor=world.province, gini_target=None, small_share=55)
    try_owed_policies()
    policy.refresh_from_db()
    actions.adopt(actor=world.province, policy=policy)
    assert renew_prices() == 0
    assert Price.objects.get(organisation=world.company).price < 0
    for scenario in wanted:  # now the small one leads everywhere by itself
        match_row = panel_of_scenario(scenario).rows
        for row in match_row:
            if row.capability.organisation == world.company:
                row.match.score = 0.95
                row.match.save(update_fields=["score"])
    assert renew_prices(at=timezone.now() + timedelta(hours=2)) == 1
    assert not Price.objects.exists()
    policy.refresh_from_db()
    assert (policy.state, policy.result["loss"]) == (State.ACTIVE, 0.0)


def test_who_may_and_what_must_be_asked() -> None:
    world = make_world()
    for somebody in (world.hefei_admin, world.alice, world.carol):
        with pytest.raises(Refused):
            actions.try_policy(actor=somebody, gini_target=0.3, small_share=None)
    with pytest.raises(ValidationError, match="至少填写一项"):
        actions.try_policy(actor=world.province, gini_target=None, small_share=None)
    page = _client(world.province).post(reverse("exposure:try"), {"small_share": "140"}).content.decode()
    assert "field-error" in page
    assert 'value="140"' in page
    page = _client(world.province).post(reverse("exposure:try"), {"small_share": ""}).content.decode()
    assert "请至少填写一项目标" in page
    assert not Policy.objects.exists()


def test_lists_hold_what_is_open_and_public() -> None:
    world = make_world()
    wanted, _offered = matched_market(world)
    lists, suppliers = lists_of_market()
    assert (len(lists.scores), lists.count) == (2, 2)
    assert [supplier.pk for supplier in suppliers] == sorted([world.company.pk, world.other_company.pk])
    Organisation.objects.filter(pk=world.other_company.pk).update(state="suspended")
    Scenario.objects.filter(pk=wanted[1].pk).update(closes_at=timezone.now() - timedelta(days=1))
    lists, suppliers = lists_of_market()
    assert (len(lists.scores), lists.count) == (1, 1)


def test_without_a_policy_a_list_is_as_it_was() -> None:
    world = make_world()
    scenario = other_scenario(world)
    assert in_fair_order([], {}) == ([], False)
    assert not panel_of_scenario(scenario).fair
