"""Matches over the interface: the same rows and the same doors as the pages."""

import pytest
from django.test import Client

from marketplace.pairing.panel import panel_of_scenario
from tests.pairing.worlds import matched_pair
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


def _client(world: World, name: str) -> Client:
    client = Client()
    client.force_login(getattr(world, name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_interface_says_what_the_page_says() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    row = panel_of_scenario(scenario).rows[0]
    answer = _client(world, "alice").get(f"/api/v1/matches/?scenario={scenario.pk}").json()
    assert answer["computing"] is False
    (found,) = answer["results"]
    assert (found["scenario"], found["capability"]) == (scenario.pk, capability.pk)
    assert (found["score"], found["for_demand"]) == (row.match.score, row.match.for_demand)
    assert [each["name"] for each in found["shares"]] == [share.label for share in row.shares]
    assert {each["outcome"] for each in found["requirements"]} == {"met"}
    assert found["sentences"][0]["demand"] == row.pairs[0].demand
    assert found["mark"] is None
    other = _client(world, "carol").get(f"/api/v1/matches/?capability={capability.pk}").json()
    assert other["results"][0]["score"] == found["score"]


@pytest.mark.parametrize(("who", "status"), [("province", 200), ("alice", 200), ("bob", 403), ("carol", 403)])
def test_the_doors_are_those_of_the_page(who: str, status: int) -> None:
    world = make_world()
    scenario, _capability = matched_pair(world)
    assert _client(world, who).get(f"/api/v1/matches/?scenario={scenario.pk}").status_code == status
    assert Client().get(f"/api/v1/matches/?scenario={scenario.pk}").status_code == 403


@pytest.mark.parametrize("query", ["", "?scenario=1&capability=1", "?scenario=x", "?capability=99999999999999"])
def test_a_bad_question_is_answered_with_400(query: str) -> None:
    world = make_world()
    assert _client(world, "alice").get(f"/api/v1/matches/{query}").status_code == 400
