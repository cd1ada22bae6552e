"""Makes the plans that are owed. Which they are is found by query: a worker killed on the way loses nothing.

The plan is written in one transaction with the mark that it is made, so that half a plan never shows.
"""

from collections.abc import Iterable
from typing import Any

import structlog
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.capabilities.models import Capability
from marketplace.events.models import Event, Meeting, Participant
from marketplace.pairing.feed import capability_ref, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.scenarios.models import Scenario
from marketplace.web.verdicts import Refused
from matching.engine.market.event import Encounter, Obstacle, Party, Plan, Seat, Wishes
from matching.engine.market.seating import plan
from matching.models import Match
from matching.ranker import standing_weights

log = structlog.get_logger(__name__)

STAGES = ("reading", "seating", "writing")
STAGE_SECONDS = 600

Best = dict[tuple[int, int], tuple[int, int, float]]


def make_owed_plans() -> int:
    """Make every plan that was asked for; returns how many. Several workers share them out."""
    made = 0
    for pk in Event.objects.owed().values_list("pk", flat=True):
        made += _make(pk)
    return made


def stage_of(event: Event) -> int:
    """How many of `STAGES` the worker has begun; 0 while it has not taken the plan up."""
    return int(cache.get(_stage_key(event.pk), 0))


def _stage_key(pk: int) -> str:
    return f"event-plan:{pk}"


def _begin(pk: int, stage: str) -> None:
    cache.set(_stage_key(pk), STAGES.index(stage) + 1, STAGE_SECONDS)


@transaction.atomic
def _make(pk: int) -> int:
    event = Event.objects.owed().select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
    if event is None:
        return 0  # another worker has it, or had it
    _begin(pk, "reading")
    began = timezone.now()
    participants = list(event.participants.with_organisations())
    fixed = list(event.meetings.filter(fixed=True))
    best = best_pairs([each.organisation_id for each in participants])
    _begin(pk, "seating")
    found = _plan(event, participants, fixed, best)
    _begin(pk, "writing")
    _write(event, found, fixed, best)
    seconds = (timezone.now() - began).total_seconds()
    log.info("event_planned", pk=pk, meetings=len(found.seats), gap=found.gap, seconds=round(seconds, 2))
    cache.delete(_stage_key(pk))
    return 1


def best_pairs(organisations: Iterable[int]) -> Best:
    """For each department and supplier among these: the opportunity and capability that fit best, and how well.

    What either side has excluded is left out, and what is not worth a talk even where talking costs half an hour.
    """
    ids = list(organisations)
    scenarios = dict(Scenario.objects.open().of_organisations(ids).values_list("pk", "department_id"))
    capabilities = dict(Capability.objects.public().of_organisations(ids).values_list("pk", "organisation_id"))
    demands = {scenario_ref(pk): pk for pk in scenarios}
    supplies = {capability_ref(pk): pk for pk in capabilities}
    excluded = set(
        Mark.objects.filter(kind=Mark.Kind.EXCLUDED, scenario__in=scenarios).values_list("scenario_id", "capability_id")
    )
    rows = Match.objects.filter(
        demand__ref__in=demands, supply__ref__in=supplies, demand__active=True, supply__active=True
    ).filter(score__gte=worth_a_seat())
    best: Best = {}
    ordered = rows.order_by("score", "-demand__ref", "-supply__ref").values_list("demand__ref", "supply__ref", "score")
    for demand, supply, score in ordered:
        scenario, capability = demands[demand], supplies[supply]
        if (scenario, capability) not in excluded:
            best[scenarios[scenario], capabilities[capability]] = (scenario, capability, score)  # the last is the best
    return best


def worth_a_seat() -> float:
    """From which probability two are seated: half of that from which a pair is worth an invitation."""
    return standing_weights().threshold / 2


def subject_of(department: int, supplier: int) -> tuple[Scenario, Capability, float]:
    """What two organisations would talk about: their best match with its probability, else the newest of each.

    Raises Refused where a side has nothing open to talk about.
    """
    scenarios = Scenario.objects.open().of_organisations([department]).select_related("department")
    capabilities = Capability.objects.public().of_organisations([supplier]).select_related("organisation")
    found = best_pairs([department, supplier]).get((department, supplier))
    if found:
        return scenarios.get(pk=found[0]), capabilities.get(pk=found[1]), found[2]
    newest, offered = scenarios.first(), capabilities.first()
    if newest is None or offered is None:
        raise Refused(_("双方要各有一项开放的机会和公开的能力，才能安排会面。"))
    return newest, offered, 0.0


def _plan(event: Event, participants: list[Participant], fixed: list[Meeting], best: Best) -> Plan:
    sides: dict[bool, list[Party]] = {True: [], False: []}
    for each in participants:
        party = Party(str(each.organisation_id), each.most, frozenset(each.closed), each.organisation.is_small)
        sides[each.organisation.is_department].append(party)
    weights = {pair: weight for pair, (_scenario, _capability, weight) in best.items()}
    weights |= {(meeting.department_id, meeting.supplier_id): meeting.weight for meeting in fixed}
    wishes = Wishes(
        slots=len(event.slot_starts),
        tables=event.tables,
        share=event.small_share / 100,
        least=event.small_least,
        fixed=[Seat(str(each.department_id), str(each.supplier_id), each.slot, each.table) for each in fixed],
        forbidden=frozenset((str(each.department_id), str(each.supplier_id)) for each in event.exclusions.all()),
    )
    pairs = [Encounter(str(one), str(other), weight) for (one, other), weight in weights.items()]
    return plan(sides[True], sides[False], pairs, wishes)


def _write(event: Event, found: Plan, fixed: list[Meeting], best: Best) -> None:
    event.plan_obstacles = [_as_json(obstacle) for obstacle in found.obstacles]
    event.planned_at = timezone.now()
    if any(obstacle.forbids_plan for obstacle in found.obstacles):
        event.save(update_fields=["plan_obstacles", "planned_at", "updated_at"])
        return  # the earlier plan stands until the contradiction is resolved
    event.meetings.filter(fixed=False).delete()
    kept = {(each.department_id, each.supplier_id) for each in fixed}
    new = []
    for seat in found.seats:
        pair = (int(seat.demand), int(seat.supply))
        if pair not in kept:
            scenario, capability, weight = best[pair]
            new.append(
                Meeting(
                    event=event, department_id=pair[0], supplier_id=pair[1], scenario_id=scenario,
                    capability_id=capability, slot=seat.slot, table=seat.table, weight=weight,
                )
            )  # fmt: skip
    Meeting.objects.bulk_create(new)
    event.plan_objective, event.plan_bound, event.plan_share = found.objective, found.bound, found.small_share
    event.settle(at=event.planned_at)
    event.save()


def _as_json(obstacle: Obstacle) -> dict[str, Any]:
    """As `events.obstacles` reads it."""
    return {
        "kind": obstacle.kind,
        "organisations": [int(ref) for ref in obstacle.refs],
        "slot": obstacle.slot,
        "table": obstacle.table,
        "needed": obstacle.needed,
        "had": obstacle.had,
    }
