"""Looks are counted once, by people who were shown the list, in sums that never lose a count."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.exposure.actions import count_seen
from marketplace.exposure.models import BEYOND, Impression
from marketplace.exposure.seals import Shown, seal, unseal
from marketplace.organisations.models import Organisation
from tests.events.market import matched_market
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 3)


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


def _client(user: Any = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _counts() -> dict[tuple[int, int], int]:
    return {(row.organisation_id, row.place): row.count for row in Impression.objects.all()}


def test_counts_are_added_up() -> None:
    world = make_world()
    one, other = world.company.pk, world.other_company.pk
    assert count_seen(seen=[(one, 1), (other, 2), (one, 15), (one, 30)], on=DAY) == 3
    count_seen(seen=[(one, 1)], on=DAY, times=4)
    count_seen(seen=[(one, 1)], on=DAY + timedelta(days=1))
    assert {key: n for key, n in _counts().items() if key[1] != 1} == {(other, 2): 1, (one, BEYOND): 2}
    assert Impression.objects.get(organisation=one, place=1, day=DAY).count == 5
    assert count_seen(seen=[], on=DAY) == 0
    assert count_seen(seen=[(987654321, 1)], on=DAY) == 0  # an organisation that is gone


def _count_many(pairs: list[tuple[int, int]]) -> None:
    try:
        for _turn in range(10):
            count_seen(seen=pairs, on=DAY)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_two_at_a_time_lose_nothing_and_wait_for_nobody() -> None:
    world = make_world()
    pairs = [(world.company.pk, 1), (world.other_company.pk, 2)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(_count_many, [pairs, pairs[::-1], pairs, pairs[::-1]]))
    assert _counts() == {(world.company.pk, 1): 40, (world.other_company.pk, 2): 40}


@given(st.integers(1, 10**9), st.text(max_size=20), st.integers(1, 41), st.lists(st.integers(1, 10**9), max_size=50))
@settings(max_examples=30)
def test_a_seal_tells_what_was_shown(viewer: int, subject: str, first: int, organisations: list[int]) -> None:
    shown = Shown(viewer, subject, first, organisations)
    assert unseal(seal(shown)) == shown


@pytest.mark.parametrize("broken", ["", "x", "a:b:c"])
def test_a_broken_seal_tells_nothing(broken: str) -> None:
    assert unseal(broken) is None
    assert unseal(seal(Shown(1, "s", 1, [2]))[:-1] + "!") is None


def _sealed(world: World, first: int = 1) -> str:
    return seal(Shown(world.alice.pk, "scenario:1", first, [world.company.pk, world.other_company.pk]))


def test_only_what_came_into_view_is_counted_and_only_once() -> None:
    world = make_world()
    client, address = _client(world.alice), reverse("exposure:seen")
    assert client.post(address, {"seal": _sealed(world), "count": 1}).status_code == 204
    assert _counts() == {(world.company.pk, 1): 1}
    assert client.post(address, {"seal": _sealed(world), "count": 2}).status_code == 204
    assert client.post(address, {"seal": _sealed(world), "count": 2}).status_code == 204
    assert client.post(address, {"seal": _sealed(world), "count": 999}).status_code == 204
    assert _counts() == {(world.company.pk, 1): 1, (world.other_company.pk, 2): 1}
    client.post(address, {"seal": _sealed(world, first=11), "count": 2})
    assert _counts()[world.company.pk, BEYOND] == 1


def test_nobody_counts_who_was_not_shown_the_list() -> None:
    world = make_world()
    address, sealed = reverse("exposure:seen"), _sealed(world)
    assert _client().post(address, {"seal": sealed, "count": 2}).status_code == 403
    assert _client(world.bob).post(address, {"seal": sealed, "count": 2}).status_code == 400
    for bad in ({"seal": "made-up", "count": 2}, {"seal": sealed, "count": "viele"}, {"seal": sealed}, {}):
        assert _client(world.alice).post(address, bad).status_code == 400
    assert _counts() == {}


def test_a_machine_is_slowed_down() -> None:
    world = make_world()
    client, address = _client(world.alice), reverse("exposure:seen")
    answers = [client.post(address, {"seal": _sealed(world), "count": 1}).status_code for _n in range(62)]
    assert (answers[0], answers[59], answers[60], answers[61]) == (204, 204, 429, 429)


def test_the_department_s_panel_carries_the_seal_and_nobody_else_s() -> None:
    world = make_world()
    wanted, _offered = matched_market(world)
    address = reverse("pairing:of-scenario", args=[wanted[0].pk])
    page = _client(world.alice).get(address).content.decode()
    assert "data-seen=" in page
    sealed = page.split('data-seen="')[1].split('"')[0]
    assert unseal(sealed) == Shown(
        world.alice.pk, f"scenario:{wanted[0].pk}", 1, [world.company.pk, world.other_company.pk]
    )
    assert "data-seen=" not in _client(world.province).get(address).content.decode()
    assert Impression.objects.count() == 0  # reading counts nothing


def test_every_size_has_its_class() -> None:
    world = make_world()
    classes = dict(Organisation.size_classes())
    assert {world.company.size_class, world.other_company.size_class} == {"small", "unsized"}
    assert set(classes) == {"micro", "small", "medium", "large", "unsized", "university", "institute"}
    assert (world.company.is_small, world.other_company.is_small) == (True, False)
