"""The exposure report: its figures are those of the rows behind them, over the period that was asked for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.exposure.actions import count_seen
from marketplace.reports.exposure import Period, report_of, rows_of
from tests.events.market import other_capability
from tests.world import World, make_world, published_capability

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 3)


def _market(world: World) -> None:
    published_capability(world)
    other_capability(world)
    count_seen(seen=[(world.company.pk, 1), (world.other_company.pk, 2)], on=DAY, times=3)
    count_seen(seen=[(world.company.pk, 4), (world.company.pk, 20)], on=DAY + timedelta(days=1))
    count_seen(seen=[(world.other_company.pk, 1)], on=DAY + timedelta(days=40), times=100)


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_figures_by_size() -> None:
    world = make_world()
    _market(world)
    report = report_of(Period(DAY, DAY + timedelta(days=9)))
    sizes = {row.key: row for row in report.sizes}
    assert set(sizes) == {"small", "unsized"}
    small = sizes["small"]
    assert (small.suppliers, small.seen.impressions, small.seen.firsts, small.seen.top_three) == (1, 5, 3, 3)
    assert small.of_impressions == 5 / 8
    assert small.of_firsts == 1.0
    worth = 3 * 1 + 1 * 0.430677
    other = 3 * 0.630930
    assert small.of_worth == pytest.approx(worth / (worth + other), abs=1e-5)
    assert report.gini == pytest.approx(abs(worth - other) / (2 * (worth + other)), abs=1e-5)
    assert (report.suppliers, report.unseen, report.total.impressions) == (2, 0, 8)


def test_the_rows_behind_add_up_to_the_figures() -> None:
    world = make_world()
    _market(world)
    period = Period(DAY, DAY)
    report, rows = report_of(period), rows_of(period)
    assert sum(row.seen.impressions for row in rows) == report.total.impressions == 6
    assert sum(row.seen.worth for row in rows) == pytest.approx(report.total.worth)
    assert [row.organisation for row in rows] == [world.company, world.other_company]


def test_a_period_without_looks() -> None:
    world = make_world()
    _market(world)
    report = report_of(Period(date(2020, 1, 1), date(2020, 1, 2)))
    assert (report.total.impressions, report.gini, report.unseen) == (0, 0.0, 2)


@pytest.mark.parametrize("query", ["", "?from=x&to=", "?from=2026-11-30&to=2026-11-01", "?from=9999-99-99"])
def test_any_period_gives_a_page(query: str) -> None:
    world = make_world()
    _market(world)
    for name in ("reports:exposure", "reports:exposure-suppliers"):
        assert _client(world.province).get(reverse(name) + query).status_code == 200


def test_each_size_leads_to_its_suppliers() -> None:
    world = make_world()
    _market(world)
    address = f"{reverse('reports:exposure-suppliers')}?size=small&from={DAY}&to={DAY}"
    page = _client(world.province).get(address).content.decode()
    assert world.company.name in page
    assert world.other_company.name not in page


def test_those_never_shown_are_one_click_away() -> None:
    world = make_world()
    published_capability(world)
    other_capability(world)
    count_seen(seen=[(world.company.pk, 1)], on=DAY)
    address = f"{reverse('reports:exposure-suppliers')}?unseen=yes&from={DAY}&to={DAY}"
    page = _client(world.province).get(address).content.decode()
    assert world.other_company.name in page
    assert world.company.name not in page
