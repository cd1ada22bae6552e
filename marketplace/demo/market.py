"""What the demonstration shows of the market as a whole; it needs the matches, so it comes after them."""

from datetime import time, timedelta

from django.db import transaction
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.demo.accounts import PROVINCE
from marketplace.demo.fixtures import Row, read
from marketplace.demo.world import Progress, World
from marketplace.events import actions as events
from marketplace.events.board import who_could_come
from marketplace.events.models import Event
from marketplace.events.planning import make_owed_plans
from marketplace.exposure import actions as exposure
from marketplace.pairing.fairness import try_owed_policies
from marketplace.pairing.panel import PER_PAGE, panel_of_scenario

DAYS_OF_LOOKS = 30


@transaction.atomic
def build_market(world: World, tell: Progress) -> None:
    """One planned and published event of everybody, a month of looks at match lists, a policy that was tried.

    `tell` hears how many meetings the event has, and how many looks there were.
    """
    province = User.objects.get(email=PROVINCE)
    for row in read("events"):
        tell("meetings", _event(world, province, row))
    tell("looks", _looks(world))
    exposure.try_policy(actor=province, gini_target=0.25, small_share=None)
    try_owed_policies()


def _event(world: World, province: User, row: Row) -> int:
    event = events.create(
        actor=province,
        title=row["title"],
        introduction=row["introduction"],
        place=row["place"],
        region=None,
        held_on=timezone.localdate() + timedelta(days=int(row["days_ahead"])),
        slot_starts=[time.fromisoformat(start) for start in row["starts"]],
        slot_minutes=row["slot_minutes"],
        tables=row["tables"],
        small_share=row["small_share"],
        small_least=row["small_least"],
    )
    for departments in (True, False):
        # All departments, and the suppliers that have something to say to one of them.
        guests = [each for each in who_could_come(event, departments=departments) if departments or each.fit]
        events.enrol(actor=province, event=event, organisations=[each.organisation for each in guests])
    _terms(world, event, row)
    event = events.ask_for_plan(actor=province, event=event)
    make_owed_plans()
    event.refresh_from_db()
    return events.publish(actor=province, event=event).meetings.count()


def _terms(world: World, event: Event, row: Row) -> None:
    """What some have said about their time, each by its own owner."""
    closed, most = row.get("closed") or {}, row.get("most") or {}
    for key in sorted({*closed, *most}):
        participant = event.participants.filter(organisation=world.organisations[key]).first()
        if participant is not None:
            events.set_terms(
                actor=world.owners[key],
                participant=participant,
                most=most.get(key, participant.most),
                closed=closed.get(key, ()),
            )


def _looks(world: World) -> int:
    """Each department opens its lists now and then over the past month; every third time it reads on to the end."""
    today, looks = timezone.localdate(), 0
    for number, scenario in enumerate(world.scenarios.values()):
        rows = panel_of_scenario(scenario).rows
        for back in range(number % 9, DAYS_OF_LOOKS, 9):
            read_to = PER_PAGE if (number + back) % 3 == 0 else 3
            places = [(row.capability.organisation_id, place) for place, row in enumerate(rows[:read_to], 1)]
            looks += exposure.count_seen(seen=places, on=today - timedelta(days=back)) > 0
    return looks
