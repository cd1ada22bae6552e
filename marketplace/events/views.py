"""Pages of events: the list, one event as each sees it, and what administrators do with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.audit.models import Entry
from marketplace.events import actions, rules
from marketplace.events.board import OFFERED, board_of, guests_of, own_meetings, who_could_come
from marketplace.events.forms import ArrangeForm, EnrolForm, EventForm, ReasonForm, TermsForm
from marketplace.events.models import Event, Exclusion, Meeting, Participant, State
from marketplace.events.obstacles import sentences
from marketplace.events.planning import STAGES, stage_of, subject_of
from marketplace.organisations.rules import may_write_for, organisation_ids
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.listing import paginate
from marketplace.web.verdicts import Refused, require


def _door(request: HttpRequest, pk: int) -> Event:
    return get_object_or_404(Event.objects.visible_to(request.user).select_related("region"), pk=pk)


def _managed(request: SignedInRequest, pk: int) -> Event:
    event = _door(request, pk)
    require(rules.may_manage(request.user, event))
    return event


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Published events for everybody; besides, one's own and those one runs."""
    rows = Event.objects.visible_to(request.user).select_related("region")
    context = {"listing": paginate(request, rows), "may_create": rules.may_create(request.user)}
    return render(request, "events/list.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def create(request: SignedInRequest) -> HttpResponse:
    """Begin an event."""
    require(rules.may_create(request.user))
    form = EventForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        content = form.content()
        where = once(
            request,
            form.cleaned_data["form_token"],
            lambda: actions.create(actor=request.user, **content),
            lambda event: event.get_absolute_url(),
        )
        messages.success(request, _("已建立。下一步：添加参会单位，再排位。"))
        return redirect(where)
    return render(request, "events/form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change it."""
    event = _managed(request, pk)
    require(rules.may_change(request.user, event))
    form = EventForm(request.POST or None, instance=event, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit(actor=request.user, event=event, **form.content())
        except Refused as refused:
            form.add_error(None, str(refused.reason))
        else:
            messages.success(request, _("已保存。场次、桌数或要求有变的，请重新排位。"))
            return redirect(event)
    return render(request, "events/form.html", {"form": form, "event": event})


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The announcement for everybody, their times for those who take part, the plan for those who run it."""
    event = _door(request, pk)
    context: dict[str, Any] = {"event": event, "manages": rules.may_manage(request.user, event)}
    own = organisation_ids(request.user)
    mine = list(event.participants.filter(organisation_id__in=own).with_organisations()) if own else []
    context["mine"] = [(row, may_write_for(request.user, row.organisation)) for row in mine]
    if mine and event.state == State.PUBLISHED:
        context["meetings"] = own_meetings(event, [row.organisation_id for row in mine])
    if context["manages"]:
        context |= _plan_of(request, event)
    return render(request, "events/detail.html", context)


def _plan_of(request: HttpRequest, event: Event) -> dict[str, Any]:
    meetings = list(event.meetings.with_parties())
    departments, suppliers = guests_of(event, meetings)
    return {
        "board": board_of(event, meetings),
        "count": len(meetings),
        "fixed": sum(meeting.fixed for meeting in meetings),
        "guests": ((_("需求单位"), departments, False), (_("供给单位"), suppliers, True)),
        "exclusions": event.exclusions.select_related("department", "supplier"),
        "obstacles": sentences(event),
        "may_plan": rules.may_plan(request.user, event),
        "may_publish": rules.may_publish(request.user, event),
        "may_change": rules.may_change(request.user, event),
        "arrange_form": ArrangeForm(event=event),
        "reason_form": ReasonForm(),
        "history": Entry.objects.about(event).select_related("actor")[:30],
        **_progress_of(event),
    }


def _progress_of(event: Event) -> dict[str, Any]:
    return {"stage": stage_of(event) if event.is_owed else 0, "stages": len(STAGES)}


@require_GET
@signed_in
def progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the plan is: a fragment that asks again; once it is made, the page is loaded anew."""
    event = _managed(request, pk)
    if not event.is_owed:
        answer = HttpResponse(status=204)
        answer.headers["HX-Refresh"] = "true"
        return answer
    return render(request, "events/_progress.html", {"event": event, **_progress_of(event)})


@require_http_methods(["GET", "POST"])
@signed_in
def enrol(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose who comes, one side at a time."""
    event = _managed(request, pk)
    require(rules.may_change(request.user, event))
    side = "supplier" if request.GET.get("side") == "supplier" else "department"
    words = request.GET.get("q", "").strip()[:60]
    rows = who_could_come(event, departments=side == "department", words=words)
    form = EnrolForm(request.POST or None, candidates=[row.organisation.pk for row in rows])
    if request.method == "POST" and form.is_valid():
        new = actions.enrol(actor=request.user, event=event, organisations=form.cleaned_data["organisations"])
        messages.success(
            request, ngettext("已添加 %(n)d 家单位，并已通知。", "已添加 %(n)d 家单位，并已通知。", new) % {"n": new}
        )
        return redirect(event)
    context = {"event": event, "form": form, "rows": rows[:OFFERED], "more": len(rows) > OFFERED, "side": side}
    return render(request, "events/enrol.html", {**context, "words": words})


@require_http_methods(["GET", "POST"])
@signed_in
def terms(request: SignedInRequest, pk: int) -> HttpResponse:
    """How often an organisation meets, and when it cannot."""
    seen = Participant.objects.filter(event__in=Event.objects.visible_to(request.user))
    participant = get_object_or_404(seen.select_related("event__region", "organisation"), pk=pk)
    require(rules.may_set_terms(request.user, participant))
    form = TermsForm(request.POST or None, participant=participant)
    if request.method == "POST" and form.is_valid():
        actions.set_terms(actor=request.user, participant=participant, **form.cleaned_data)
        messages.success(request, _("已保存，排位时会照此安排。"))
        return redirect(participant.event)
    return render(request, "events/terms.html", {"participant": participant, "event": participant.event, "form": form})


@require_POST
@signed_in
def leave_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take somebody off the list."""
    seen = Participant.objects.filter(event__in=Event.objects.visible_to(request.user))
    participant = get_object_or_404(seen.select_related("event__region", "organisation"), pk=pk)
    actions.leave_out(actor=request.user, participant=participant)
    messages.success(request, _("已移出“%(name)s”。") % {"name": participant.organisation.name})
    return redirect(participant.event)


@require_POST
@signed_in
def plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have it planned."""
    event = _managed(request, pk)
    actions.ask_for_plan(actor=request.user, event=event)
    messages.success(request, _("已开始排位，固定的会面保持不动。"))
    return redirect(event)


@require_POST
@signed_in
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Announce it."""
    event = _managed(request, pk)
    actions.publish(actor=request.user, event=event)
    messages.success(request, _("已发布，参会单位已收到各自的时间。"))
    return redirect(event)


@require_POST
@signed_in
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Call it off."""
    event = _managed(request, pk)
    actions.cancel(actor=request.user, event=event, reason=request.POST.get("reason", "")[:500])
    messages.success(request, _("已取消，并已通知参会单位。"))
    return redirect(event)


@require_POST
@signed_in
def arrange(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set a meeting by hand: the opportunity and capability of the two that fit best."""
    event = _managed(request, pk)
    form = ArrangeForm(request.POST, event=event)
    if not form.is_valid():
        messages.error(request, _("请选择双方和场次。"))
        return redirect(event)
    department, supplier = form.cleaned_data["department"], form.cleaned_data["supplier"]
    scenario, capability, weight = subject_of(department.pk, supplier.pk)
    meeting = actions.arrange(
        actor=request.user, event=event, scenario=scenario, capability=capability, slot=form.cleaned_data["slot"],
        weight=weight,
    )  # fmt: skip
    messages.success(request, _("已固定“%(name)s”。") % {"name": meeting})
    return redirect(event)


def _meeting(request: SignedInRequest, pk: int) -> Meeting:
    seen = Meeting.objects.visible_to(request.user).with_parties().select_related("event__region")
    return get_object_or_404(seen, pk=pk)


@require_GET
@signed_in
def meeting(request: SignedInRequest, pk: int) -> HttpResponse:
    """One meeting: who, about what, when, where; and what those who run the event may do with it."""
    found = _meeting(request, pk)
    context = {
        "meeting": found,
        "event": found.event,
        "may_change": rules.may_change(request.user, found.event),
        "reason_form": ReasonForm(),
    }
    return render(request, "events/meeting.html", context)


@require_POST
@signed_in
def fix(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep it where it is, or let it go."""
    found = _meeting(request, pk)
    fixed = request.POST.get("fixed") == "yes"
    actions.fix(actor=request.user, meeting=found, fixed=fixed)
    messages.success(request, _("已固定，重新排位时不动。") if fixed else _("已取消固定。"))
    return redirect(found)


@require_POST
@signed_in
def forbid(request: SignedInRequest, pk: int) -> HttpResponse:
    """Never seat these two."""
    found = _meeting(request, pk)
    actions.forbid(
        actor=request.user, event=found.event, department=found.department, supplier=found.supplier,
        reason=request.POST.get("reason", "")[:500],
    )  # fmt: skip
    messages.success(request, _("已设为不安排；重新排位后空出的桌会给别人。"))
    return redirect(found.event)


@require_POST
@signed_in
def allow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let two meet again."""
    seen = Exclusion.objects.filter(event__in=Event.objects.visible_to(request.user))
    found = get_object_or_404(seen.select_related("event__region", "department", "supplier"), pk=pk)
    actions.allow(actor=request.user, exclusion=found)
    messages.success(request, _("已取消，重新排位时可以安排。"))
    return redirect(found.event)
