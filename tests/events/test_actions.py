"""Who may do what with an event, what is told to whom, and what the forms say to bad input."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from marketplace.audit.models import Entry
from marketplace.events import actions, rules
from marketplace.events.models import Event, State
from marketplace.events.planning import make_owed_plans
from marketplace.notifications.models import Notification
from marketplace.taxonomy.models import Region
from marketplace.web.forms import new_token
from marketplace.web.verdicts import Refused
from tests.events.market import draft_event, matched_market, planned_event
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _published(world: World) -> Event:
    matched_market(world)
    return actions.publish(actor=world.province, event=planned_event(world))


def test_both_sides_are_told_their_times_once() -> None:
    world = make_world()
    event = _published(world)
    assert event.state == State.PUBLISHED
    told = Notification.objects.get(recipient=world.carol, kind="event_times")
    for meeting in event.meetings.with_parties().filter(supplier=world.company):
        line = f"{event.slot_starts[meeting.slot]:%H:%M} #{meeting.table_number} {meeting.department.name}"
        assert line in told.context["times"]
    assert Notification.objects.filter(kind="event_times").count() == 4
    # The same plan published again changes nobody's times: nobody is told.
    actions.ask_for_plan(actor=world.province, event=event)
    make_owed_plans()
    event.refresh_from_db()
    actions.publish(actor=world.province, event=event)
    assert Notification.objects.filter(kind="event_times").count() == 4


def test_only_those_whose_times_change_are_told_again() -> None:
    world = make_world()
    event = _published(world)
    meeting = event.meetings.with_parties().get(department=world.department, supplier=world.company)
    actions.forbid(
        actor=world.province, event=event, department=meeting.department, supplier=meeting.supplier, reason="改期"
    )
    actions.ask_for_plan(actor=world.province, event=event)
    make_owed_plans()
    event.refresh_from_db()
    told = Notification.objects.filter(kind="event_times").order_by("pk")
    before = told.count()
    actions.publish(actor=world.province, event=event)
    moved = {row.recipient for row in told[before:]}
    assert {world.alice, world.carol} <= moved
    assert all(row.context["times"] for row in told[before:])


def test_times_are_seen_by_both_sides_only_and_only_when_published() -> None:
    world = make_world()
    matched_market(world)
    event = planned_event(world)
    meeting = event.meetings.get(department=world.department, supplier=world.company)
    address = reverse("events:meeting", args=[meeting.pk])
    assert _client(world.carol).get(address).status_code == 404
    actions.publish(actor=world.province, event=event)
    assert _client(world.carol).get(address).status_code == 200
    assert _client(world.alice).get(address).status_code == 200
    assert _client(world.bob).get(address).status_code == 404
    page = _client(world.carol).get(event.get_absolute_url()).content.decode()
    assert world.department.name in page
    # The public reads the announcement, not who meets whom.
    public = Client().get(event.get_absolute_url()).content.decode()
    assert event.place in public
    assert world.company.name not in public


def test_a_meeting_set_by_hand_is_fixed_and_others_make_room() -> None:
    world = make_world()
    wanted, offered = matched_market(world)
    event = planned_event(world)
    standing = event.meetings.get(department=world.department, supplier=world.company)
    other = 1 - standing.slot
    meeting = actions.arrange(
        actor=world.province, event=event, scenario=wanted[0], capability=offered[0], slot=other, weight=0.9
    )
    assert (meeting.slot, meeting.fixed) == (other, True)
    assert event.meetings.filter(department=world.department, supplier=world.company).count() == 1
    with pytest.raises(Refused, match="已有一场固定的会面"):
        actions.arrange(actor=world.province, event=event, scenario=wanted[0], capability=offered[0], slot=0)
    with pytest.raises(Refused, match=world.department.name):
        actions.arrange(actor=world.province, event=event, scenario=wanted[0], capability=offered[1], slot=other)
    with pytest.raises(Refused, match="没有这一场"):
        actions.arrange(actor=world.province, event=event, scenario=wanted[0], capability=offered[1], slot=7)


def test_what_is_fixed_is_not_forbidden_unawares() -> None:
    world = make_world()
    matched_market(world)
    event = planned_event(world)
    meeting = event.meetings.with_parties().first()
    assert meeting is not None
    actions.fix(actor=world.province, meeting=meeting, fixed=True)
    with pytest.raises(Refused, match="请先取消固定"):
        actions.forbid(
            actor=world.province, event=event, department=meeting.department, supplier=meeting.supplier, reason="不行"
        )
    actions.fix(actor=world.province, meeting=meeting, fixed=False)
    exclusion = actions.forbid(
        actor=world.province, event=event, department=meeting.department, supplier=meeting.supplier, reason="不行"
    )
    assert event.meetings.count() == 3
    actions.allow(actor=world.province, exclusion=exclusion)
    assert not event.exclusions.exists()


def test_who_leaves_takes_its_meetings_along() -> None:
    world = make_world()
    matched_market(world)
    event = planned_event(world)
    actions.leave_out(actor=world.province, participant=event.participants.get(organisation=world.company))
    assert not event.meetings.filter(supplier=world.company).exists()
    assert event.meetings.count() == 2


def test_called_off_with_a_reason_that_everybody_reads() -> None:
    world = make_world()
    event = _published(world)
    with pytest.raises(Refused, match="请写明原因"):
        actions.cancel(actor=world.province, event=event, reason=" ")
    actions.cancel(actor=world.province, event=event, reason="场馆停电")
    assert Notification.objects.filter(kind="event_cancelled", context__reason="场馆停电").count() == 4
    with pytest.raises(Refused, match="已取消"):
        actions.ask_for_plan(actor=world.province, event=event)
    assert "场馆停电" in Client().get(event.get_absolute_url()).content.decode()


def test_a_city_runs_its_own_events_only() -> None:
    world = make_world()
    event = draft_event(world)
    assert not rules.may_manage(world.hefei_admin, event)
    with pytest.raises(Refused):
        actions.ask_for_plan(actor=world.hefei_admin, event=event)
    wuhu = Region.objects.get(key="340200")
    own = draft_event(world, region=Region.objects.get(key="340100"))
    with pytest.raises(Refused, match="本地区"):
        actions.edit(actor=world.hefei_admin, event=own, region=wuhu)
    assert actions.ask_for_plan(actor=world.hefei_admin, event=own).is_owed
    for nobody in (world.alice, world.carol, world.judge):
        with pytest.raises(Refused):
            actions.create(actor=nobody, title="自办")


def test_terms_are_set_by_the_organisation_until_the_times_are_published() -> None:
    world = make_world()
    event = _published(world)
    participant = event.participants.get(organisation=world.company)
    with pytest.raises(Refused, match="联系主办方"):
        actions.set_terms(actor=world.carol, participant=participant, most=1, closed=[])
    with pytest.raises(Refused):
        actions.set_terms(actor=world.dave, participant=participant, most=1, closed=[])
    changed = actions.set_terms(actor=world.province, participant=participant, most=1, closed=[1, 9])
    assert (changed.most, changed.closed) == (1, [1])


def test_everything_is_in_the_journal() -> None:
    world = make_world()
    event = _published(world)
    verbs = set(Entry.objects.about(event).values_list("verb", flat=True))
    assert verbs == {"events.create", "events.enrol", "events.ask_for_plan", "events.publish"}


def _sent(**changes: Any) -> dict[str, Any]:
    return {
        "form_token": new_token(),
        "title": "春季对接会",
        "place": "合肥",
        "held_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "starts": "09:00、09:30 14:00",
        "slot_minutes": "25",
        "tables": "10",
        "small_share": "30",
        "small_least": "1",
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"starts": "九点"}, "“九点”不是时间"),
        ({"starts": "09:00 09:10"}, "重叠"),
        ({"starts": " ".join(f"{h:02d}:{m}" for h in range(8, 21) for m in ("00", "30"))}, "最多 24 场"),
        ({"held_on": "2020-01-01"}, "日期已过"),
        ({"tables": "0"}, "1"),
        ({"small_share": "120"}, "100"),
        ({"title": ""}, "title"),
    ],
)
def test_bad_input_is_told_beside_its_field(changes: dict[str, Any], expected: str) -> None:
    world = make_world()
    page = _client(world.province).post(reverse("events:create"), _sent(**changes)).content.decode()
    assert expected in page
    assert "field-error" in page
    assert 'value="合肥"' in page
    assert not Event.objects.exists()


def test_a_good_form_sent_twice_makes_one_event() -> None:
    world = make_world()
    sent = _sent()
    client = _client(world.province)
    places = {client.post(reverse("events:create"), sent).headers["Location"] for _turn in range(2)}
    event = Event.objects.get()
    assert places == {event.get_absolute_url()}
    assert [f"{start:%H:%M}" for start in event.slot_starts] == ["09:00", "09:30", "14:00"]


def test_enrolling_by_page_tells_them() -> None:
    world = make_world()
    matched_market(world)
    event = actions.create(
        actor=world.province, title="春", place="合肥", held_on=timezone.localdate(), slot_starts=["09:00"], tables=1
    )
    client = _client(world.province)
    address = reverse("events:enrol", args=[event.pk])
    page = client.get(f"{address}?side=supplier").content.decode()
    assert world.company.name in page
    assert world.department.name not in page
    client.post(f"{address}?side=supplier", {"organisations": [world.company.pk]})
    assert [row.organisation for row in event.participants.all()] == [world.company]
    assert Notification.objects.filter(recipient=world.carol, kind="event_enrolled").count() == 1
    client.post(f"{address}?side=supplier", {"organisations": [world.company.pk]})
    assert event.participants.count() == 1


def test_the_page_asks_until_the_plan_is_made() -> None:
    world = make_world()
    matched_market(world)
    event = actions.ask_for_plan(actor=world.province, event=draft_event(world))
    client = _client(world.province)
    address = reverse("events:progress", args=[event.pk])
    assert address in client.get(event.get_absolute_url()).content.decode()
    assert address in client.get(address).content.decode()
    make_owed_plans()
    answer = client.get(address)
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
