"""Notes what people's deeds say about pairs. What is not noted yet is found by query; noting twice changes nothing.

A deed is noted with the texts as they stood and with its place in the list, since people mark what stands on top. What
was shown above a marked pair and left alone is noted too, as a weak sign: further down, nobody may have looked.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import models, transaction

from marketplace.applications.models import Application
from marketplace.applications.models import State as ApplicationState
from marketplace.capabilities.models import Capability
from marketplace.labelling.models import Pair
from marketplace.learning import strength
from marketplace.learning.models import TrainingPair
from marketplace.learning.strength import Strength
from marketplace.pairing.feed import capability_ref, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.pairing.panel import WORTH_SHOWING
from matching.actions import keep_texts
from matching.models import Match

BATCH = 500
RECEIVED = [state for state in ApplicationState if state not in {ApplicationState.DRAFT, ApplicationState.WITHDRAWN}]
KEPT = ["scenario", "capability", "source", "voice", "grade", "weight", "exclusion", "rank"]
KEPT += ["demand_text", "supply_text", "happened_at"]
Source, Voice = TrainingPair.Source, TrainingPair.Voice


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capability stands in an opportunity's list, from 1, and its score there."""

    rank: int
    score: float


Places = dict[int, dict[int, Place]]


def note_all() -> int:
    """Bring the training pairs in line with marks, applications and labels; returns how many were written."""
    _forget()
    marks = Mark.objects.exclude(training__happened_at=models.F("marked_at")).select_related("scenario")
    return (
        _in_batches(marks, _note_marks)
        + _in_batches(_owed_applications(), _note_applications)
        + _in_batches(Pair.objects.settled().exclude(training__happened_at=models.F("settled_at")), _note_labels)
    )


def _in_batches(owed: "models.QuerySet[Any]", note: "Callable[[list[Any]], int]") -> int:
    """By key, so that what cannot be noted yet holds nothing up."""
    written, last = 0, 0
    while True:
        with transaction.atomic():
            locked = owed.filter(pk__gt=last).select_for_update(of=("self",), skip_locked=True)
            rows = list(locked.order_by("pk")[:BATCH])
            if not rows:
                return written
            written += note(rows)
            last = rows[-1].pk


def _note_marks(marks: list[Mark]) -> int:
    places = _places({mark.scenario_id for mark in marks})
    rows = [
        TrainingPair(
            mark=mark,
            scenario_id=mark.scenario_id,
            capability_id=mark.capability_id,
            source=mark.kind,
            voice=Voice.DEMAND if mark.organisation_id == mark.scenario.department_id else Voice.SUPPLY,
            exclusion=mark.exclusion,
            rank=_rank(places, mark.scenario_id, mark.capability_id),
            happened_at=mark.marked_at,
            **_said(strength.of_mark(mark)),
        )
        for mark in marks
    ]
    written = _write(rows, "mark")
    _note_passed_over(places)
    return written


def _owed_applications() -> "models.QuerySet[Application]":
    """Declined ones too: one was chosen, which says nothing against the others. Sealed ones are not read."""
    decided = models.When(state=ApplicationState.ACCEPTED, then=models.F("decided_at"))
    counted = Application.objects.filter(state__in=RECEIVED).opened()
    dated = counted.annotate(at=models.Case(decided, default=models.F("submitted_at")))
    return dated.exclude(training__happened_at=models.F("at"))


def _note_applications(applications: list[Application]) -> int:
    places = _places({application.scenario_id for application in applications})
    rows = []
    for application in applications:
        capability, share = application.capability_id, 1.0
        if capability is None:
            capability, share = _best_of(application, places), strength.GUESSED
        if capability is None:
            continue
        accepted = application.state == ApplicationState.ACCEPTED
        said = strength.ACCEPTED if accepted else strength.APPLIED
        rows.append(
            TrainingPair(
                application=application,
                scenario_id=application.scenario_id,
                capability_id=capability,
                source=Source.ACCEPTED if accepted else Source.APPLIED,
                voice=Voice.DEMAND if accepted else Voice.SUPPLY,
                rank=_rank(places, application.scenario_id, capability),
                **_said(said, share),
                happened_at=cast(datetime, application.decided_at if accepted else application.submitted_at),
            )
        )
    return _write(rows, "application")


def _best_of(application: Application, places: Places) -> int | None:
    """The applicant's capability that stands highest in the opportunity's list, or its only one."""
    own = set(Capability.objects.public().of_organisations([application.organisation_id]).values_list("pk", flat=True))
    listed = [pk for pk in places.get(application.scenario_id, {}) if pk in own]
    return listed[0] if listed else own.pop() if len(own) == 1 else None


def _note_labels(pairs: list[Pair]) -> int:
    rows = [
        TrainingPair(
            label=pair,
            scenario_id=pair.scenario_id,
            capability_id=pair.capability_id,
            source=Source.LABEL,
            voice=Voice.LABELLERS,
            grade=pair.final_grade,
            weight=strength.LABELLED_WEIGHT,
            demand_text_id=pair.demand_text_id,
            supply_text_id=pair.supply_text_id,
            happened_at=cast(datetime, pair.settled_at),
        )
        for pair in pairs
    ]
    return _write(rows, "label")


def _note_passed_over(places: Places) -> None:
    """What stood above the lowest pair that the department marked for good, and that nobody did anything about."""
    good = Mark.objects.filter(scenario__in=places, kind__in=strength.MARKED)
    good = good.filter(organisation=models.F("scenario__department"))
    lowest: dict[int, tuple[int, Mark]] = {}
    for mark in good:
        rank = _rank(places, mark.scenario_id, mark.capability_id)
        if rank is not None and rank > lowest.get(mark.scenario_id, (0, mark))[0]:
            lowest[mark.scenario_id] = (rank, mark)
    rows = [
        TrainingPair(
            scenario_id=scenario,
            capability_id=capability,
            source=Source.SHOWN,
            voice=Voice.DEMAND,
            rank=place.rank,
            happened_at=mark.marked_at,
            **_said(strength.PASSED_OVER),
        )
        for scenario, (rank, mark) in sorted(lowest.items())
        for capability, place in places[scenario].items()
        if place.rank < rank and place.score >= WORTH_SHOWING
    ]
    _write(rows, None)
    _forget_what_is_known()


def _write(rows: Iterable[TrainingPair], by: str | None) -> int:
    """Keep the rows with their texts; those whose texts the engine never had are left for later."""
    rows = list(rows)
    missing = [row for row in rows if row.demand_text_id is None]
    texts = keep_texts(
        sorted({ref for row in missing for ref in (scenario_ref(row.scenario_id), capability_ref(row.capability_id))})
    )
    for row in missing:
        demand, supply = texts.get(scenario_ref(row.scenario_id)), texts.get(capability_ref(row.capability_id))
        if demand is not None and supply is not None:
            row.demand_text, row.supply_text = demand, supply
    ready = [row for row in rows if row.demand_text_id is not None]
    if by is None:
        TrainingPair.objects.bulk_create(ready, ignore_conflicts=True)
    else:
        TrainingPair.objects.bulk_create(
            ready, update_conflicts=True, unique_fields=[by], update_fields=[*KEPT, "noted_at"]
        )
    return len(ready)


def _said(said: Strength, share: float = 1.0) -> dict[str, Any]:
    return {"grade": said.grade, "weight": said.weight * share}


def _places(scenarios: set[int]) -> Places:
    """The lists of these opportunities, best first; one statement."""
    found: Places = {pk: {} for pk in scenarios}
    matches = Match.objects.filter(
        demand__ref__in=[scenario_ref(pk) for pk in scenarios],
        demand__active=True,
        supply__active=True,
        listed_for_demand=True,
    )
    ordered = matches.order_by("demand__ref", "-score", "supply__ref")
    for demand, supply, score in ordered.values_list("demand__ref", "supply__ref", "score"):
        own = found[int(demand.partition(":")[2])]
        own[int(supply.partition(":")[2])] = Place(len(own) + 1, score)
    return found


def _rank(places: Places, scenario: int, capability: int) -> int | None:
    place = places.get(scenario, {}).get(capability)
    return None if place is None else place.rank


@transaction.atomic
def _forget() -> None:
    """What is taken back counts no more. (Rows of deleted marks are gone with them.)"""
    TrainingPair.objects.filter(application__isnull=False).exclude(application__state__in=RECEIVED).delete()
    TrainingPair.objects.filter(label__isnull=False, label__final_grade__isnull=True).delete()
    _forget_what_is_known()


def _forget_what_is_known() -> None:
    """A pair that was passed over once and has been marked or applied for since is no weak sign any more."""
    same = {"scenario": models.OuterRef("scenario"), "capability": models.OuterRef("capability")}
    applied = Application.objects.filter(
        scenario=models.OuterRef("scenario"),
        organisation=models.OuterRef("capability__organisation"),
        state__in=RECEIVED,
    )
    shown = TrainingPair.objects.filter(source=Source.SHOWN)
    shown.filter(models.Exists(Mark.objects.filter(**same)) | models.Exists(applied)).delete()
