"""A case's thread: every entry of the journal about it, from the posting on, and the stations on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.applications.models import Application
from marketplace.audit.models import Entry
from marketplace.cases.models import Case, State
from marketplace.scenarios.models import Scenario


@dataclass(frozen=True, slots=True)
class Station:
    """A stop on the way from posting to benchmark: done, present, or ahead."""

    label: str | Promise
    status: str  # "done", "now", "ahead"
    at: datetime | None = None


ORDER = [State.PREPARING, State.CONTRACTED, State.BUILDING, State.TRIAL, State.ACCEPTED, State.IN_OPERATION]


def stations(case: Case) -> list[Station]:
    """The stations of a case; a paused or ended one stands where it stopped."""
    present = (
        ORDER.index(State(case.paused_from if case.state == State.ON_HOLD else case.state))
        if (case.state in ORDER or case.paused_from)
        else 0
    )
    way = [
        Station(_("发布机会"), "done", case.scenario.published_at),
        Station(_("企业申请"), "done", case.application.submitted_at),
        Station(_("部门接受"), "done", case.application.decided_at),
    ]
    for place, state in enumerate(ORDER):
        status = "done" if place < present else "now" if place == present else "ahead"
        way.append(Station(state.label, status))
    way.append(Station(_("标杆示范"), "done" if case.benchmark_on else "ahead"))
    return way


def thread(case: Case) -> Sequence[Entry]:
    """All that was done to the case, its application and its opportunity, oldest first. One statement."""
    types = ContentType.objects.get_for_models(Case, Application, Scenario)
    about = (
        models.Q(target_type=types[Case], target_id=str(case.pk))
        | models.Q(target_type=types[Application], target_id=str(case.application_id))
        | models.Q(target_type=types[Scenario], target_id=str(case.scenario_id))
    )
    shown = Entry.objects.filter(about).exclude(verb__startswith="pairing.")  # each side keeps its marks to itself
    return list(shown.select_related("actor").order_by("at", "pk"))
