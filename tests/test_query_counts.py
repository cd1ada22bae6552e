"""Lists and pages cost the same statements whatever they hold."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.labelling.models import Pair
from marketplace.learning.noting import note_all
from marketplace.pairing.feed import renew_all
from tests.events.market import draft_event, matched_market, planned_event
from tests.labelling.campaigns import grade_pair, open_campaign, turns_of
from tests.pairing.worlds import matched_pair
from tests.world import make_world, published_capability, published_scenario

pytestmark = pytest.mark.django_db


def _statements(client: Client, address: str, capture: CaptureQueriesContext) -> int:
    client.get(address)  # content types and the like are read once per process
    with capture as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("name", "expected"), [("scenarios:list", 7), ("capabilities:list", 8), ("cases:list", 4)])
def test_public_lists(name: str, expected: int) -> None:
    world = make_world()
    client = Client()
    published_scenario(world)
    published_capability(world)
    one = _statements(client, reverse(name), CaptureQueriesContext(connection))
    for number in range(12):
        published_scenario(world, title=f"机会{number}")
        published_capability(world, name=f"能力{number}")
    many = _statements(client, reverse(name), CaptureQueriesContext(connection))
    assert (one, many) == (expected, expected)


def test_the_list_of_events() -> None:
    world = make_world()
    client = Client()
    client.force_login(world.province, backend="allauth.account.auth_backends.AuthenticationBackend")
    draft_event(world)
    one = _statements(client, reverse("events:list"), CaptureQueriesContext(connection))
    for number in range(12):
        draft_event(world, title=f"第{number}场")
    many = _statements(client, reverse("events:list"), CaptureQueriesContext(connection))
    assert (one, many) == (6, 6)


def test_an_event_as_its_organisers_see_it() -> None:
    world = make_world()
    client = Client()
    client.force_login(world.province, backend="allauth.account.auth_backends.AuthenticationBackend")
    matched_market(world)
    few = planned_event(world, tables=1)
    two = _statements(client, few.get_absolute_url(), CaptureQueriesContext(connection))
    full = planned_event(world, title="第二场")
    four = _statements(client, full.get_absolute_url(), CaptureQueriesContext(connection))
    assert (few.meetings.count(), full.meetings.count()) == (2, 4)
    assert (two, four) == (13, 13)


def test_an_opportunity_as_its_department_sees_it() -> None:
    world = make_world()
    scenario = published_scenario(world)
    client = Client()
    client.force_login(world.alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert _statements(client, scenario.get_absolute_url(), CaptureQueriesContext(connection)) == 13


def test_the_pages_of_matches() -> None:
    world = make_world()
    scenario, capability = matched_pair(world)
    pages = {
        "alice": reverse("pairing:of-scenario", args=[scenario.pk]),
        "carol": reverse("pairing:of-capability", args=[capability.pk]),
        "carol ": reverse("pairing:recommended"),
        "carol  ": reverse("pairing:pair", args=[scenario.pk, capability.pk]),
    }

    def counts() -> list[int]:
        found = []
        for name, address in pages.items():
            client = Client()
            user = getattr(world, name.strip())
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            found.append(_statements(client, address, CaptureQueriesContext(connection)))
        return found

    one = counts()
    for number in range(6):
        published_scenario(world, title=f"机会{number}")
        published_capability(world, name=f"能力{number}")
    renew_all(lambda _n: None)
    assert (one, counts()) == ([15, 15, 14, 14], [15, 15, 14, 14])


def test_labelling_and_learning() -> None:
    world = make_world()
    campaign = open_campaign(world)
    turn = turns_of(world.judge)[0]
    grade_pair(Pair.objects.order_by("-pk")[0], 0, 3)
    note_all()
    judge, province = Client(), Client()
    for client, user in ((judge, world.judge), (province, world.province)):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    pages = [
        (judge, reverse("labelling:turn", args=[turn.pk]), 17),
        (judge, reverse("labelling:list"), 7),
        (province, reverse("labelling:list"), 7),
        (province, campaign.get_absolute_url(), 14),
        (province, reverse("learning:versions"), 8),
        (province, reverse("learning:pairs"), 5),
    ]
    few = [_statements(client, address, CaptureQueriesContext(connection)) for client, address, _count in pages]
    for pair in Pair.objects.all():
        grade_pair(pair, 0, 3)
    note_all()
    many = [_statements(client, address, CaptureQueriesContext(connection)) for client, address, _count in pages]
    assert few == many == [count for _client, _address, count in pages]
