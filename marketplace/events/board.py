"""What the pages of an event show: the plan as a table, somebody's own meetings, who else could come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from marketplace.capabilities.models import Capability
from marketplace.events.models import Event, Meeting, Participant
from marketplace.events.planning import best_pairs
from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import Scenario

OFFERED = 100  # organisations on one page to choose from


@dataclass(frozen=True, slots=True)
class Slot:
    """A column of the plan."""

    number: int
    begins: datetime
    ends: datetime
    meetings: Sequence[Meeting]


@dataclass(frozen=True, slots=True)
class Board:
    """The plan: slots across, tables down; a cell is a meeting or empty."""

    slots: Sequence[Slot]
    rows: Sequence[tuple[int, Sequence[Meeting | None]]]


@dataclass(frozen=True, slots=True)
class Guest:
    """A participant with how often it meets."""

    participant: Participant
    meetings: int
    closed: Sequence[datetime]


def board_of(event: Event, meetings: Iterable[Meeting]) -> Board:
    """The plan as a table of the tables that are used."""
    at = {(meeting.slot, meeting.table): meeting for meeting in meetings}
    times = event.slots
    slots = [
        Slot(number, begins, ends, [at[key] for key in sorted(at) if key[0] == number])
        for number, (begins, ends) in enumerate(times)
    ]
    used = sorted({table for _slot, table in at})
    rows = [(table + 1, [at.get((slot, table)) for slot in range(len(times))]) for table in used]
    return Board(slots, rows)


def guests_of(event: Event, meetings: Sequence[Meeting]) -> tuple[list[Guest], list[Guest]]:
    """Departments and suppliers that come. One statement."""
    counts: dict[int, int] = {}
    for meeting in meetings:
        for pk in (meeting.department_id, meeting.supplier_id):
            counts[pk] = counts.get(pk, 0) + 1
    times = event.slots
    sides: tuple[list[Guest], list[Guest]] = ([], [])
    for row in event.participants.with_organisations():
        closed = [times[slot][0] for slot in row.closed if slot < len(times)]
        guest = Guest(row, counts.get(row.organisation_id, 0), closed)
        sides[0 if row.organisation.is_department else 1].append(guest)
    return sides


def own_meetings(event: Event, ids: Sequence[int]) -> list[Meeting]:
    """The meetings of these organisations, in the order of the day."""
    own = event.meetings.filter(models.Q(department_id__in=ids) | models.Q(supplier_id__in=ids))
    return list(own.with_parties())


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could come, and how well it fits the best of those on the other side who come already."""

    organisation: Organisation
    fit: float


def who_could_come(event: Event, *, departments: bool, words: str = "") -> list[Candidate]:
    """Verified organisations that have something to talk about and are not on the list yet, those that fit best first.

    A fixed number of statements.
    """
    rows = Organisation.objects.verified().exclude(participations__event=event)
    if departments:
        rows = rows.departments().filter(pk__in=Scenario.objects.open().values("department_id"))
    else:
        rows = rows.suppliers().filter(pk__in=Capability.objects.public().values("organisation_id"))
    if words:
        rows = rows.filter(name__icontains=words)
    found = list(rows.select_related("region"))
    come = set(event.participants.values_list("organisation_id", flat=True))
    fits: dict[int, float] = {}
    for (department, supplier), (_scenario, _capability, score) in best_pairs(
        [*come, *(row.pk for row in found)]
    ).items():
        here, there = (department, supplier) if departments else (supplier, department)
        if there in come:
            fits[here] = max(fits.get(here, 0.0), score)
    candidates = [Candidate(row, fits.get(row.pk, 0.0)) for row in found]
    return sorted(candidates, key=lambda each: (-each.fit, each.organisation.name))
