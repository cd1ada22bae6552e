"""Choosing: whom, who is next in line, and what everybody is told, seen before it is sent."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.applications import actions, rules
from marketplace.applications.forms import ChoiceForm, DecisionForm
from marketplace.applications.models import UNDECIDED_STATES, Application
from marketplace.applications.views.doors import application_door
from marketplace.notifications.kinds import phrase
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.taxonomy.workdays import add_workdays
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.verdicts import Refused, require


@dataclass(frozen=True, slots=True)
class Letter:
    """What one applicant will be told."""

    name: str
    title: str
    body: str


@require_http_methods(["GET", "POST"])
@signed_in
def choose(request: SignedInRequest, scenario_pk: int) -> HttpResponse:
    """Choose one; the button shows every text first, a second one sends them."""
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=scenario_pk)
    require(rules.may_list_applicants(request.user, scenario))
    rows = Application.objects.visible_to(request.user).filter(scenario=scenario, state__in=UNDECIDED_STATES)
    applications = list(rows.with_parties().order_by("submitted_at", "pk"))
    if not applications:
        raise Refused(_("没有可以选定的申请：还没有收到、仍在密封，或都已有结果。"))
    require(rules.may_choose(request.user, applications[0]))
    terms = terms_of(scenario)
    form = ChoiceForm(
        request.POST or None,
        applications=applications,
        notice_days=terms.notice_days,
        initial={"chosen": request.GET.get("chosen")},
    )
    letters: list[Letter] = []
    if request.method == "POST" and form.is_valid():
        if request.POST.get("intent") == "send":
            return _send(request, scenario, form)
        letters = _letters(scenario, form)
    context = {"form": form, "scenario": scenario, "terms": terms, "letters": letters}
    return render(request, "applications/choose.html", context)


def _send(request: SignedInRequest, scenario: Scenario, form: ChoiceForm) -> HttpResponse:
    def do() -> Application:
        return actions.accept(
            actor=request.user,
            application=form.cleaned_data["chosen"],
            reason=form.cleaned_data["reason"],
            reserves=form.reserves(),
            letters=form.letters(),
        )

    where = once(request, form.cleaned_data["form_token"], do, lambda chosen: chosen.get_absolute_url())
    messages.success(request, _("已选定，所有申请单位都已收到通知。"))
    return redirect(where)


def _letters(scenario: Scenario, form: ChoiceForm) -> list[Letter]:
    chosen, kept, said = form.cleaned_data["chosen"], form.reserves(), form.letters()
    made = []
    for row in form.applications:
        kind, reason = "application_declined", said[row.pk] or _("已选定其他申请单位。感谢参与，欢迎关注其他机会。")
        if row in kept:
            kind, reason = "application_reserve", said[row.pk] or _("列为候补。原选定单位未能签约时，按名次递补。")
        if row == chosen and form.notice_days:
            until = add_workdays(timezone.localdate(), form.notice_days)
            kind, reason = "application_chosen", str(until)
        elif row == chosen:
            kind, reason = "application_accepted", form.cleaned_data["reason"]
        context = {
            "scenario": scenario.title,
            "department": scenario.department.name,
            "organisation": row.organisation.name,
            "reason": reason,
        }
        made.append(Letter(row.organisation.name, *phrase(kind, context)))
    return made


@require_POST
@signed_in
def give_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """The chosen company steps back, with a reason."""
    application = application_door(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因，发布单位需要知道。"))
        return redirect(application)
    actions.give_up(actor=request.user, application=application, reason=form.cleaned_data["reason"])
    messages.success(request, _("已放弃，并已通知发布单位。"))
    return redirect(application)
