"""Bundles from stored reasons: shown where two together do what neither does, with who takes on which need."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.capabilities.models import Capability
from marketplace.pairing import actions
from marketplace.pairing.bundles import proposals_for
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Requirement
from matching.engine.sentences import passages
from matching.models import Document, Match
from tests.events.market import match, other_capability
from tests.world import World, make_world, published_capability, published_scenario

pytestmark = pytest.mark.django_db
NEAR, FAR = 0.6, 0.05  # cosines: an answer, and none
PAIN = "老人说方言，热线的机器听不懂。来电高峰时要等半个小时以上。"


def _scenario(world: World, **changes: Any) -> Scenario:
    content = {"pain": PAIN, "goals": "", "direction": "", "required": [], "preferred": [], **changes}
    return published_scenario(world, **content)


def _reasons(scenario: Scenario, *near: str, **outcomes: str) -> dict[str, Any]:
    """As the engine stores them: near to the sentences that begin so, far from all others."""
    texts = passages(Document.objects.get(ref=f"scenario:{scenario.pk}").content.fields)
    return {
        "needs": [NEAR if text.text.startswith(near) else FAR for text in texts],
        "requirements": [
            {"key": key.replace("_", "-"), "strength": "required", "outcome": outcome}
            for key, outcome in outcomes.items()
        ],
    }


def _two(world: World, **changes: Any) -> tuple[Scenario, Capability, Capability]:
    scenario = _scenario(world, **changes)
    return scenario, published_capability(world), other_capability(world)


def _store(scenario: Scenario, capability: Capability, score: float, *near: str, **outcomes: str) -> None:
    stored = match(scenario, capability, score)
    stored.reasons = _reasons(scenario, *near, **outcomes)
    stored.save(update_fields=["reasons"])


def test_two_that_complement_each_other() -> None:
    world = make_world()
    scenario, one, other = _two(world)
    _store(scenario, one, 0.4, "老人")
    _store(scenario, other, 0.3, "来电")
    (proposal,) = proposals_for(scenario)
    assert list(proposal.members) == sorted([one, other], key=lambda each: str(each.pk))
    assert [(line.text[:2], line.taker) for line in proposal.lines] == [("老人", one), ("来电", other)]
    assert proposal.probability > 0.9
    assert proposal.single_probability < 0.1


def test_one_that_does_it_all_needs_nobody() -> None:
    world = make_world()
    scenario, one, other = _two(world)
    _store(scenario, one, 0.4, "老人", "来电")
    _store(scenario, other, 0.3, "来电")
    assert proposals_for(scenario) == []


def test_a_requirement_binds_each_partner_or_one_as_the_reference_data_says() -> None:
    world = make_world()
    scenario, one, other = _two(world)
    _store(scenario, one, 0.4, "老人", dialect="met", on_premises="met")
    _store(scenario, other, 0.3, "来电", dialect="unknown", on_premises="met")
    assert Requirement.objects.get(key="dialect").shareable
    (proposal,) = proposals_for(scenario)
    lines = {line.text: line for line in proposal.lines if line.is_requirement}
    dialect, premises = lines[Requirement.objects.get(key="dialect").name], lines["本地化部署"]
    assert (dialect.each, dialect.taker) == (False, one)
    assert (premises.each, premises.taker) == (True, None)
    stored = Match.objects.get(supply__ref=f"capability:{other.pk}", demand__ref=f"scenario:{scenario.pk}")
    stored.reasons = _reasons(scenario, "来电", dialect="unknown", on_premises="missed")
    stored.save(update_fields=["reasons"])
    assert proposals_for(scenario) == []


def test_what_was_excluded_or_withdrawn_or_rewritten_is_left_out() -> None:
    world = make_world()
    scenario, one, other = _two(world)
    _store(scenario, one, 0.4, "老人")
    _store(scenario, other, 0.3, "来电")
    mark = actions.mark_for_department(
        actor=world.alice,
        scenario=scenario,
        capability=other,
        kind="excluded",
        exclusion="other",
        reason="合作过，不合适",
    )
    assert proposals_for(scenario) == []
    actions.unmark(actor=world.alice, mark=mark)
    assert len(proposals_for(scenario)) == 1
    Document.objects.filter(ref=f"scenario:{scenario.pk}").update(fingerprint="another text")
    assert proposals_for(scenario) == []


def test_matches_made_before_needs_were_stored_are_left_out() -> None:
    world = make_world()
    scenario, one, other = _two(world)
    match(scenario, one, 0.4)
    match(scenario, other, 0.3)
    assert proposals_for(scenario) == []


def test_the_page_says_who_does_what(django_assert_max_num_queries: Any) -> None:
    world = make_world()
    scenario, one, other = _two(world)
    _store(scenario, one, 0.4, "老人")
    _store(scenario, other, 0.3, "来电")
    client = Client()
    client.force_login(world.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("pairing:bundles", args=[scenario.pk])
    with django_assert_max_num_queries(14):
        page = client.get(address).content.decode()
    assert one.organisation.name in page
    assert "来电高峰" in page
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert address in client.get(reverse("pairing:of-scenario", args=[scenario.pk])).content.decode()
    Document.objects.filter(ref=f"scenario:{scenario.pk}").update(fingerprint="another text")
    assert client.get(address, headers={"HX-Request": "true"}).content.decode().strip() == ""
    assert "没有更好的组合" in client.get(address).content.decode()
