"""Gaps: found and closed by query, public without leaking, followed by companies, seen by departments."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.audit.models import Entry
from marketplace.gaps import actions
from marketplace.gaps.models import Follow, Gap, Waiting
from marketplace.notifications.models import Notification
from marketplace.pairing import actions as pairing
from marketplace.pairing.feed import capability_ref, feed_changes, scenario_ref
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Sector
from marketplace.web.verdicts import Refused
from matching.models import Document, Match
from tests.world import World, draft_scenario, make_world, published_capability, published_scenario

pytestmark = pytest.mark.django_db
ON_PREMISES = {"key": "on-premises", "strength": "required", "outcome": "met"}
STAYS = {"key": "data-stays-in-domain", "strength": "required", "outcome": "unknown"}


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _computed(scenario: Scenario, capability: Any = None, score: float = 0.0) -> None:
    """The engine has matched this opportunity, with this capability at this score."""
    feed_changes()
    demand = Document.objects.get(ref=scenario_ref(scenario.pk))
    Document.objects.filter(pk=demand.pk).update(matched_fingerprint=demand.fingerprint)
    if capability is not None:
        supply = Document.objects.get(ref=capability_ref(capability.pk))
        values = {"score": score, "for_demand": score, "for_supply": score}
        values |= {"reasons": {"requirements": [ON_PREMISES, STAYS]}, "made_by": "test"}
        prints = {"demand_fingerprint": demand.fingerprint, "supply_fingerprint": supply.fingerprint}
        Match.objects.update_or_create(demand=demand, supply=supply, defaults={**values, **prints})


def _listed(world: World, **changes: Any) -> Scenario:
    scenario = published_scenario(world, **changes)
    _computed(scenario)
    actions.follow_market()
    return scenario


def test_an_opportunity_that_nothing_fits_opens_its_gaps_and_an_answer_closes_them() -> None:
    world = make_world()
    capability = published_capability(world)
    scenario = published_scenario(world)
    _computed(scenario, capability, 0.2)
    actions.follow_market()
    waiting = Waiting.objects.get()
    assert (waiting.scenario, [row.key for row in waiting.unmet.all()]) == (scenario, ["data-stays-in-domain"])
    assert {(gap.dimension, gap.term.key) for gap in Gap.objects.open()} == {
        ("area", "smart-healthcare"),
        ("sector", "health"),
        ("requirement", "data-stays-in-domain"),
    }
    assert actions.follow_market() == 0

    _computed(scenario, capability, 0.9)
    actions.follow_market()
    waiting.refresh_from_db()
    assert waiting.ended == Waiting.Ended.ANSWERED
    assert not Gap.objects.open().exists()

    _computed(scenario, capability, 0.1)
    actions.follow_market()
    assert Gap.objects.open().count() == 3
    assert Waiting.objects.count() == 2


def test_nothing_is_said_while_matches_are_computed() -> None:
    world = make_world()
    published_scenario(world)
    feed_changes()
    assert actions.follow_market() == 0
    scenario = _listed(world, title="第二个")
    scenarios.edit(actor=world.alice, scenario=scenario, pain="改写后的问题，匹配要重新计算。")
    feed_changes()
    actions.follow_market()
    assert Waiting.objects.running().count() == 1  # stays until the new text is matched


def test_a_capability_that_the_department_excluded_answers_nothing() -> None:
    world = make_world()
    capability, scenario = published_capability(world), published_scenario(world)
    _computed(scenario, capability, 0.9)
    actions.follow_market()
    assert not Waiting.objects.exists()
    pairing.mark_for_department(
        actor=world.alice,
        scenario=scenario,
        capability=capability,
        kind="excluded",
        exclusion="other",
        reason="试过，不行",
    )
    actions.follow_market()
    assert Waiting.objects.running().get().scenario == scenario


def test_what_is_not_public_never_shows() -> None:
    world = make_world()
    draft_scenario(world, title="绝密草稿")
    held = _listed(world, title="将被搁置的机会")
    capability = published_capability(world)
    _computed(held, capability, 0.3)
    actions.follow_market()
    public = Client()
    pages = [reverse("gaps:list"), reverse("gaps:atom"), *(gap.get_absolute_url() for gap in Gap.objects.all())]
    shown = [public.get(page).content.decode() for page in pages]
    assert all("将被搁置的机会" in page for page in shown)
    # Neither drafts, nor who comes near, nor how near, nor whom to call.
    for secret in ("绝密草稿", capability.name, world.company.name, "0.3", "30 %", "0551-55501234"):
        assert not any(secret in page for page in shown), secret
    scenarios.hold(actor=world.alice, scenario=held, reason="预算未定")
    # The page asks the market itself: it does not wait for the clock.
    assert not any("将被搁置的机会" in public.get(page).content.decode() for page in pages)
    actions.follow_market()
    assert Waiting.objects.get().ended == Waiting.Ended.WITHDRAWN
    assert not Gap.objects.open().exists()


def test_an_opportunity_past_its_deadline_is_no_gap() -> None:
    world = make_world()
    scenario = _listed(world)
    Scenario.objects.filter(pk=scenario.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    assert not Waiting.objects.shown().exists()
    actions.follow_market()
    assert not Gap.objects.open().exists()


def test_followers_are_told_once_of_what_is_new_and_when_it_closes() -> None:
    world = make_world()
    first = _listed(world)
    sector = Gap.objects.get(dimension="sector")
    area = Gap.objects.get(dimension="area")
    client = _client(world.carol)
    for gap in (sector, area, sector):
        assert client.post(reverse("gaps:follow", args=[gap.pk])).status_code == 302
    assert Follow.objects.count() == 2
    second = _listed(world, title="出院随访外呼")
    told = Notification.objects.filter(recipient=world.carol, kind="gap_new")
    assert [row.url for row in told] == [second.get_absolute_url()]
    assert not Notification.objects.filter(recipient=world.dave, kind="gap_new").exists()

    client.post(reverse("gaps:unfollow", args=[area.pk]))
    for scenario in (first, second):
        scenarios.withdraw(actor=world.alice, scenario=scenario, reason="不做了")
    actions.follow_market()
    assert Notification.objects.filter(recipient=world.carol, kind="gap_closed").count() == 1
    assert "已经补上" in client.get(sector.get_absolute_url()).content.decode()
    assert {"gaps.list", "gaps.unlist", "gaps.open", "gaps.close", "gaps.follow", "gaps.unfollow"} <= set(
        Entry.objects.values_list("verb", flat=True)
    )


def test_departments_do_not_follow_but_see_that_theirs_is_listed() -> None:
    world = make_world()
    scenario = _listed(world)
    gap = Gap.objects.get(dimension="sector")
    with pytest.raises(Refused):
        actions.follow(actor=world.alice, gap=gap, organisation=world.department)
    with pytest.raises(Refused):
        actions.follow(actor=world.dave, gap=gap, organisation=world.company)
    assert _client(world.alice).post(reverse("gaps:follow", args=[gap.pk])).status_code == 403
    assert Client().post(reverse("gaps:follow", args=[gap.pk])).status_code == 302
    page = _client(world.alice).get(scenario.get_absolute_url()).content.decode()
    assert "已列入市场缺口" in page
    assert "还没有单位关注" in page
    actions.follow(actor=world.carol, gap=gap, organisation=world.company)
    actions.follow(actor=world.dave, gap=gap, organisation=world.other_company)
    assert "2 家单位在关注" in _client(world.alice).get(scenario.get_absolute_url()).content.decode()
    assert "已列入市场缺口" not in _client(world.carol).get(scenario.get_absolute_url()).content.decode()


def test_the_page_the_interface_and_the_feed_agree() -> None:
    world = make_world()
    for number in range(5):
        _listed(world, title=f"机会{number}号", sector=Sector.objects.get(key="health" if number else "industry"))
    client = Client()
    page = client.get(reverse("gaps:list")).content.decode()
    assert "4 个机会在等" in page
    assert page.index("医疗健康</a>") < page.index("工业</a>")
    rows = client.get("/api/v1/gaps/?dimension=sector").json()["results"]
    assert {row["key"]: row["waiting"] for row in rows} == {"health": 4, "industry": 1}
    feed = client.get(reverse("gaps:atom"))
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    assert feed.content.decode().count("<entry>") == 5
    narrowed = client.get(reverse("gaps:list"), {"by": "area", "sector": "industry"}).content.decode()
    assert "1 个机会在等" in narrowed


@pytest.mark.parametrize(
    "query", ["by=nonsense", "sector=nope", "by=requirement&region=%00", "page=x", "by=sector&by=x"]
)
def test_any_query_gets_a_page(query: str) -> None:
    world = make_world()
    _listed(world)
    assert Client().get(f"{reverse('gaps:list')}?{query}").status_code == 200


def test_statements_do_not_grow() -> None:
    world = make_world()
    client = Client()

    def statements() -> list[int]:
        counts = []
        for address in (reverse("gaps:list"), Gap.objects.get(dimension="area").get_absolute_url(), "/api/v1/gaps/"):
            client.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            counts.append(len(captured))
        return counts

    _listed(world)
    few = statements()
    for number, key in enumerate(("industry", "agriculture", "finance", "health", "health", "nev")):
        _listed(world, title=f"机会{number}", sector=Sector.objects.get(key=key))
    assert statements() == few
