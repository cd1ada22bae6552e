"""A list counts what came into view, in a real browser, and nothing while nobody scrolls."""

from typing import Any

import pytest
from django.urls import reverse

from marketplace.exposure.models import Impression
from tests.events.market import matched_market
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]


def test_rows_that_come_into_view_are_counted(world: World, sign_in: Any) -> None:
    wanted, _offered = matched_market(world)
    page = sign_in(world.alice)
    page.set_viewport_size({"width": 390, "height": 640})
    address = reverse("pairing:of-scenario", args=[wanted[0].pk])
    with page.expect_response("**/exposure/seen/") as answer:
        page.goto(address)
    assert answer.value.status == 204
    page.wait_for_timeout(500)
    first = {(row.organisation_id, row.place) for row in Impression.objects.all()}
    assert first == {(world.company.pk, 1)}
    with page.expect_response("**/exposure/seen/") as answer:
        page.locator(".match-head").nth(1).scroll_into_view_if_needed()
    assert answer.value.status == 204
    page.wait_for_timeout(500)
    assert {(row.organisation_id, row.place, row.count) for row in Impression.objects.all()} == {
        (world.company.pk, 1, 1),
        (world.other_company.pk, 2, 1),
    }
