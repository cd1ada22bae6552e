"""Verbs of events."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.actions import record
from marketplace.capabilities.models import Capability
from marketplace.events import rules
from marketplace.events.models import (
    FOR_DEPARTMENTS,
    FOR_SUPPLIERS,
    Event,
    Exclusion,
    Meeting,
    Participant,
    State,
)
from marketplace.notifications.actions import tell
from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import Scenario
from marketplace.web.hints import hint
from marketplace.web.verdicts import Refused, require

PLAN = "marketplace.events.tasks.make_plans"


@transaction.atomic
def create(*, actor: User, **content: Any) -> Event:
    """Begin an event; only administrators and those who take part see it until it is published."""
    require(rules.may_create(actor))
    require(rules.may_hold_in(actor, content.get("region")))
    event = Event(created_by=actor, **content)
    event.full_clean()
    event.save()
    record(actor=actor, verb="events.create", target=event)
    return event


@transaction.atomic
def edit(*, actor: User, event: Event, **content: Any) -> Event:
    """Change place, day, slots or wishes. A plan made before stays until the next one."""
    locked = _locked(event)
    require(rules.may_change(actor, locked))
    require(rules.may_hold_in(actor, content.get("region", locked.region)))
    changed = sorted(name for name, value in content.items() if getattr(locked, name) != value)
    for name, value in content.items():
        setattr(locked, name, value)
    locked.full_clean()
    last = len(locked.slot_starts)
    if locked.meetings.filter(slot__gte=last).exists() or locked.meetings.filter(table__gte=locked.tables).exists():
        raise Refused(_("已有会面排在要去掉的场次或桌上；请先取消其固定并重新排位。"))
    locked.save()
    record(actor=actor, verb="events.edit", target=locked, detail={"fields": changed})
    return locked


@transaction.atomic
def enrol(*, actor: User, event: Event, organisations: Iterable[Organisation]) -> int:
    """Add those who come, each with the usual number of meetings; their people are told. Returns how many are new."""
    locked = _locked(event)
    require(rules.may_change(actor, locked))
    there = set(locked.participants.values_list("organisation_id", flat=True))
    new = [organisation for organisation in organisations if organisation.pk not in there]
    if any(organisation.state != Organisation.State.VERIFIED for organisation in new):
        raise Refused(_("只有已核验的单位可以参会。"))
    slots = len(locked.slot_starts)
    for organisation in new:
        usual = FOR_DEPARTMENTS if organisation.is_department else FOR_SUPPLIERS
        Participant.objects.create(event=locked, organisation=organisation, most=min(usual, slots))
        tell(
            recipients=User.objects.filter(memberships__organisation=organisation),
            kind="event_enrolled",
            context={"event": locked.title, "organisation": organisation.name, "day": locked.held_on.isoformat()},
            url=locked.get_absolute_url(),
            dedupe_key=f"event-enrolled:{locked.pk}:{organisation.pk}",
        )
    if new:
        record(actor=actor, verb="events.enrol", target=locked, detail={"organisations": [each.pk for each in new]})
    return len(new)


@transaction.atomic
def leave_out(*, actor: User, participant: Participant) -> None:
    """Take somebody off the list, with the meetings planned for it."""
    event = _locked(participant.event)
    require(rules.may_change(actor, event))
    organisation = participant.organisation_id
    side = "department" if participant.organisation.is_department else "supplier"
    gone, _by_model = event.meetings.filter(**{f"{side}_id": organisation}).delete()
    record(
        actor=actor,
        verb="events.leave_out",
        target=event,
        detail={"organisation": organisation, "meetings": gone},
    )
    participant.delete()


@transaction.atomic
def set_terms(*, actor: User, participant: Participant, most: int, closed: Sequence[int]) -> Participant:
    """How often it meets at most, and which slots it cannot make; the next plan keeps to it."""
    locked = (
        Participant.objects.select_for_update(of=("self",))
        .select_related("event__region", "organisation")
        .get(pk=participant.pk)
    )
    require(rules.may_set_terms(actor, locked))
    locked.most = most
    locked.closed = sorted({slot for slot in closed if 0 <= slot < len(locked.event.slot_starts)})
    locked.full_clean()
    locked.save()
    detail = {"organisation": locked.organisation_id, "most": most, "closed": locked.closed}
    record(actor=actor, verb="events.set_terms", target=locked.event, detail=detail)
    return locked


@transaction.atomic
def ask_for_plan(*, actor: User, event: Event, at: datetime | None = None) -> Event:
    """Have the worker plan, or plan again around what is fixed; it is found by query if the hint is lost."""
    locked = _locked(event)
    require(rules.may_plan(actor, locked))
    locked.plan_wanted_at = at or timezone.now()
    locked.save(update_fields=["plan_wanted_at", "updated_at"])
    record(actor=actor, verb="events.ask_for_plan", target=locked)
    hint(PLAN)
    return locked


@transaction.atomic
def fix(*, actor: User, meeting: Meeting, fixed: bool) -> Meeting:
    """Keep a meeting where it is when planning again, or let it go."""
    event = _locked(meeting.event)
    require(rules.may_change(actor, event))
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    locked.fixed = fixed
    locked.save(update_fields=["fixed"])
    verb = "events.fix" if fixed else "events.release"
    record(actor=actor, verb=verb, target=event, detail={"meeting": str(locked), "slot": locked.slot})
    return locked


@transaction.atomic
def arrange(
    *, actor: User, event: Event, scenario: Scenario, capability: Capability, slot: int, weight: float = 0.0
) -> Meeting:
    """Set a meeting by hand, fixed. What stands in its way and is not fixed makes room until the next plan."""
    locked = _locked(event)
    require(rules.may_change(actor, locked))
    department, supplier = scenario.department, capability.organisation
    _require_free(locked, department, supplier, slot)
    here = locked.meetings.filter(slot=slot)
    here.filter(department=department).delete()
    here.filter(supplier=supplier).delete()
    locked.meetings.filter(department=department, supplier=supplier).delete()
    taken = set(here.values_list("table", flat=True))
    free = [table for table in range(locked.tables) if table not in taken]
    if not free:
        crowded = here.filter(fixed=False).order_by("weight", "pk").first()
        if crowded is None:
            raise Refused(_("这一场的桌子已全部固定给其他会面，请换一场。"))
        free = [crowded.table]
        crowded.delete()
    meeting = Meeting.objects.create(
        event=locked, department=department, supplier=supplier, scenario=scenario, capability=capability,
        slot=slot, table=free[0], weight=weight, fixed=True,
    )  # fmt: skip
    record(actor=actor, verb="events.arrange", target=locked, detail={"meeting": str(meeting), "slot": slot})
    return meeting


def _require_free(event: Event, department: Organisation, supplier: Organisation, slot: int) -> None:
    """Both take part and can make it, and nothing fixed stands in the way."""
    if not 0 <= slot < len(event.slot_starts):
        raise Refused(_("没有这一场。"))
    if event.exclusions.filter(department=department, supplier=supplier).exists():
        raise Refused(_("这两家已设为不安排会面，请先取消。"))
    fixed = event.meetings.filter(fixed=True)
    if fixed.filter(department=department, supplier=supplier).exists():
        raise Refused(_("这两家已有一场固定的会面。"))
    _require_free_party(event, department, slot, fixed.filter(department=department))
    _require_free_party(event, supplier, slot, fixed.filter(supplier=supplier))


def _require_free_party(event: Event, organisation: Organisation, slot: int, fixed: "models.QuerySet[Meeting]") -> None:
    name = {"name": organisation.name}
    terms = event.participants.filter(organisation=organisation).first()
    if terms is None:
        raise Refused(_("“%(name)s”不在参会单位里。") % name)
    if slot in terms.closed:
        raise Refused(_("“%(name)s”不能参加这一场。") % name)
    if fixed.filter(slot=slot).exists():
        raise Refused(_("“%(name)s”在这一场已有固定的会面。") % name)
    if fixed.count() >= terms.most:
        raise Refused(_("“%(name)s”固定的会面已达到上限。") % name)


@transaction.atomic
def forbid(*, actor: User, event: Event, department: Organisation, supplier: Organisation, reason: str) -> Exclusion:
    """Never seat these two at this event; a meeting planned for them goes."""
    locked = _locked(event)
    require(rules.may_change(actor, locked))
    if not reason.strip():
        raise Refused(_("请写明原因。"))
    pair = locked.meetings.filter(department=department, supplier=supplier)
    if pair.filter(fixed=True).exists():
        raise Refused(_("这场会面是固定的，请先取消固定。"))
    pair.delete()
    exclusion, _new = Exclusion.objects.update_or_create(
        event=locked, department=department, supplier=supplier, defaults={"reason": reason.strip()}
    )
    record(
        actor=actor, verb="events.forbid", target=locked, detail={"pair": str(exclusion), "reason": exclusion.reason}
    )
    return exclusion


@transaction.atomic
def allow(*, actor: User, exclusion: Exclusion) -> None:
    """Let two organisations meet again."""
    event = _locked(exclusion.event)
    require(rules.may_change(actor, event))
    record(actor=actor, verb="events.allow", target=event, detail={"pair": str(exclusion)})
    exclusion.delete()


@transaction.atomic
def publish(*, actor: User, event: Event, at: datetime | None = None) -> Event:
    """Announce it. Everybody who takes part is told the times; published again, only those whose times changed."""
    locked = _locked(event)
    require(rules.may_publish(actor, locked))
    locked.publish(at=at or timezone.now())
    locked.save()
    record(actor=actor, verb="events.publish", target=locked, detail={"meetings": locked.meetings.count()})
    meetings = list(locked.meetings.select_related("department", "supplier"))
    for participant in locked.participants.with_organisations():
        _tell_times(locked, participant.organisation, meetings)
    return locked


def _tell_times(event: Event, organisation: Organisation, meetings: Sequence[Meeting]) -> None:
    own = [meeting for meeting in meetings if organisation.pk in (meeting.department_id, meeting.supplier_id)]
    lines = [
        f"{event.slot_starts[meeting.slot]:%H:%M} #{meeting.table_number} "
        f"{(meeting.supplier if organisation.is_department else meeting.department).name}"
        for meeting in own
    ]
    times = "；".join(lines)
    print_ = hashlib.sha256(f"{event.held_on} {event.place} {times}".encode()).hexdigest()[:16]
    tell(
        recipients=User.objects.filter(memberships__organisation=organisation),
        kind="event_times" if own else "event_without_times",
        context={
            "event": event.title,
            "organisation": organisation.name,
            "day": event.held_on.isoformat(),
            "place": event.place,
            "times": times,
        },
        url=event.get_absolute_url(),
        dedupe_key=f"event-times:{event.pk}:{organisation.pk}:{print_}",
    )


@transaction.atomic
def cancel(*, actor: User, event: Event, reason: str) -> Event:
    """Call it off, with the reason that everybody who takes part reads."""
    locked = _locked(event)
    require(rules.may_change(actor, locked))
    if not reason.strip():
        raise Refused(_("请写明原因。"))
    locked.cancel(reason=reason.strip())
    locked.plan_wanted_at = None
    locked.save()
    record(actor=actor, verb="events.cancel", target=locked, detail={"reason": locked.state_reason})
    tell(
        recipients=User.objects.filter(memberships__organisation__participations__event=locked).distinct(),
        kind="event_cancelled",
        context={"event": locked.title, "reason": locked.state_reason},
        url=locked.get_absolute_url(),
    )
    return locked


def _locked(event: Event) -> Event:
    """The event, locked: one change of its plan at a time."""
    locked: Event = Event.objects.select_for_update(of=("self",)).select_related("region").get(pk=event.pk)
    if locked.state == State.CANCELLED:
        raise Refused(_("对接会已取消，不能再改。"))
    return locked
