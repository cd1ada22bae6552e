"""Plans in the database: what is asked for is made once, whole, around what is fixed, and found again after a crash."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction

from marketplace.events import actions
from marketplace.events.models import Event, Meeting, State
from marketplace.events.obstacles import SENTENCES, sentences
from marketplace.events.planning import make_owed_plans
from marketplace.pairing import actions as pairing
from tests.events.market import draft_event, matched_market, planned_event
from tests.world import make_world

pytestmark = pytest.mark.django_db


def _pairs(event: Event) -> set[tuple[str, str, int]]:
    return {(str(each.department), str(each.supplier), each.slot) for each in event.meetings.with_parties()}


def test_everybody_meets_everybody_where_there_is_room() -> None:
    world = make_world()
    matched_market(world)
    event = planned_event(world)
    assert event.state == State.PLANNED
    assert event.meetings.count() == 4
    assert event.plan_objective == pytest.approx(0.9 + 0.4 + 0.3 + 0.6)
    assert event.plan_bound == pytest.approx(event.plan_objective)
    assert (event.plan_gap, event.is_owed) == (pytest.approx(0.0, abs=1e-6), False)
    assert event.plan_share == 0.5
    for slot in (0, 1):
        there = event.meetings.filter(slot=slot)
        assert {each.department_id for each in there} == {world.department.pk, world.other_department.pk}


def test_one_table_goes_to_the_best_pair() -> None:
    world = make_world()
    wanted, offered = matched_market(world)
    event = planned_event(world, tables=1)
    best = event.meetings.order_by("-weight").first()
    assert best is not None
    assert (best.scenario, best.capability, best.weight) == (wanted[0], offered[0], 0.9)
    assert event.meetings.count() == 2


def test_nothing_is_planned_that_nobody_asked_for() -> None:
    world = make_world()
    draft_event(world)
    assert make_owed_plans() == 0


def test_planning_again_keeps_what_is_fixed_and_forbidden() -> None:
    world = make_world()
    matched_market(world)
    event = planned_event(world)
    kept = event.meetings.with_parties().get(department=world.department, supplier=world.other_company)
    actions.fix(actor=world.province, meeting=kept, fixed=True)
    actions.forbid(
        actor=world.province, event=event, department=world.department, supplier=world.company, reason="已在合作"
    )
    actions.ask_for_plan(actor=world.province, event=event)
    make_owed_plans()
    event.refresh_from_db()
    kept.refresh_from_db()
    assert kept.fixed
    assert not event.meetings.filter(department=world.department, supplier=world.company).exists()
    assert event.plan_objective == pytest.approx(0.4 + 0.3 + 0.6)


def test_who_is_away_or_excluded_by_either_side_is_not_seated() -> None:
    world = make_world()
    wanted, offered = matched_market(world)
    pairing.mark_for_supplier(
        actor=world.dave,
        scenario=wanted[1],
        capability=offered[1],
        kind="excluded",
        exclusion="other",
        reason="不做港口",
    )
    event = draft_event(world)
    carol = event.participants.get(organisation=world.company)
    actions.set_terms(actor=world.carol, participant=carol, most=1, closed=[0])
    actions.ask_for_plan(actor=world.province, event=event)
    make_owed_plans()
    assert _pairs(event) & {(str(world.department), str(world.company), 1)}
    assert not event.meetings.filter(supplier=world.company, slot=0).exists()
    assert event.meetings.filter(supplier=world.company).count() == 1
    assert not event.meetings.filter(department=world.other_department, supplier=world.other_company).exists()


def _killed_before_the_end() -> None:
    """What is left of a worker that dies before its transaction is committed: the database rolls it back."""
    with transaction.atomic():
        assert make_owed_plans() == 1
        raise KeyboardInterrupt


def test_a_worker_killed_on_the_way_leaves_the_old_plan_and_the_debt() -> None:
    world = make_world()
    matched_market(world)
    event = planned_event(world)
    before = _pairs(event)
    actions.ask_for_plan(actor=world.province, event=event)
    with pytest.raises(KeyboardInterrupt):
        _killed_before_the_end()
    event.refresh_from_db()
    assert event.is_owed
    assert _pairs(event) == before
    assert make_owed_plans() == 1
    event.refresh_from_db()
    assert not event.is_owed


def test_a_contradiction_leaves_the_old_plan_and_says_why() -> None:
    world = make_world()
    matched_market(world)
    event = planned_event(world)
    meeting = event.meetings.with_parties().get(department=world.department, supplier=world.company)
    actions.fix(actor=world.province, meeting=meeting, fixed=True)
    participant = event.participants.get(organisation=world.company)
    actions.set_terms(actor=world.carol, participant=participant, most=2, closed=[meeting.slot])
    actions.ask_for_plan(actor=world.province, event=event)
    make_owed_plans()
    event.refresh_from_db()
    assert event.meetings.count() == 4
    assert not event.is_owed
    (sentence,) = sentences(event)
    assert world.company.name in sentence
    assert f"{event.slot_starts[meeting.slot]:%H:%M}" in sentence


def test_what_a_plan_falls_short_of_is_said_by_name() -> None:
    world = make_world()
    matched_market(world)
    event = planned_event(world, small_least=3, slot_starts=["09:00", "09:30", "10:00"])
    (sentence,) = sentences(event)
    assert world.company.name in sentence
    assert "3" in sentence


def test_every_obstacle_has_its_sentence() -> None:
    values = {"a": "甲", "b": "乙", "time": "09:00", "table": 1, "needed": 2, "had": 1}
    assert all("{" not in str(text).format(**values) for text in SENTENCES.values())


@pytest.mark.parametrize("same", ["department", "supplier", "table"])
def test_the_database_refuses_what_no_plan_may_hold(same: str) -> None:
    world = make_world()
    wanted, offered = matched_market(world)
    event = draft_event(world)
    rows = {"event": event, "slot": 0, "weight": 0.5}
    first = {"department": world.department, "supplier": world.company, "table": 0}
    second = {"department": world.other_department, "supplier": world.other_company, "table": 1, same: first[same]}
    Meeting.objects.create(**rows, **first, scenario=wanted[0], capability=offered[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(**rows, **second, scenario=wanted[1], capability=offered[1])


def _another_worker() -> int:
    try:
        return make_owed_plans()
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_make_the_same_plan() -> None:
    world = make_world()
    matched_market(world)
    event = actions.ask_for_plan(actor=world.province, event=draft_event(world))
    with ThreadPoolExecutor(1) as threads, transaction.atomic():
        Event.objects.select_for_update().get(pk=event.pk)  # the first worker holds it
        assert threads.submit(_another_worker).result(timeout=60) == 0
    assert make_owed_plans() == 1
    assert make_owed_plans() == 0
