"""Pages of applications."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.applications import actions, rules
from marketplace.applications.forms import ApplicationForm, DecisionForm
from marketplace.applications.models import Application, Attachment
from marketplace.audit.models import Entry
from marketplace.organisations.rules import belongs_to, organisation_ids, writing_organisations
from marketplace.pairing.panel import results_for_applicants
from marketplace.scenarios.models import Scenario
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.listing import paginate
from marketplace.web.uploads import download
from marketplace.web.verdicts import require


def _door(request: HttpRequest, pk: int) -> Application:
    return get_object_or_404(Application.objects.visible_to(request.user).with_parties(), pk=pk)


@require_GET
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """What one's own organisations have applied for."""
    rows = Application.objects.visible_to(request.user).filter(organisation_id__in=organisation_ids(request.user))
    rows = rows.with_parties().order_by("-updated_at", "-pk")
    return render(request, "applications/mine.html", {"listing": paginate(request, rows)})


@require_GET
@signed_in
def applicants(request: SignedInRequest, scenario_pk: int) -> HttpResponse:
    """The department's table: applicants side by side with their match reasons."""
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=scenario_pk)
    require(rules.may_list_applicants(request.user, scenario))
    rows = Application.objects.visible_to(request.user).received().filter(scenario=scenario).with_parties()
    listing = paginate(request, rows.prefetch_related("attachments").order_by("submitted_at", "pk"))
    results = results_for_applicants(scenario, listing.rows)
    context = {
        "scenario": scenario,
        "listing": listing,
        "rows": [
            {
                "application": row,
                "match": results.get(row.organisation_id),
                "may_decide": rules.may_decide(request.user, row),
            }
            for row in listing.rows
        ],
        "form": DecisionForm(),
    }
    return render(request, "applications/applicants.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def apply(request: SignedInRequest, scenario_pk: int) -> HttpResponse:
    """Apply for an opportunity: keep as a draft, or hand in at once."""
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=scenario_pk)
    form = ApplicationForm(
        request.POST or None,
        request.FILES or None,
        organisations=writing_organisations(request.user, departments=False),
    )
    if request.method == "POST" and form.is_valid():

        def do() -> Application:
            application = actions.draft(
                actor=request.user,
                scenario=scenario,
                organisation=form.cleaned_data["organisation"],
                files=form.uploads(),
                **form.content(),
            )
            return actions.submit(actor=request.user, application=application) if form.handing_in else application

        where = once(request, form.cleaned_data["form_token"], do, lambda application: application.get_absolute_url())
        messages.success(request, _("申请已提交，对方已收到通知。") if form.handing_in else _("草稿已保存。"))
        return redirect(where)
    if request.method == "GET":
        require(rules.may_apply(request.user, scenario))
    return render(request, "applications/form.html", {"form": form, "scenario": scenario})


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on with a draft."""
    application = _door(request, pk)
    require(rules.may_edit(request.user, application))
    form = ApplicationForm(
        request.POST or None, request.FILES or None, instance=application, organisations=[application.organisation]
    )
    if request.method == "POST" and form.is_valid():
        changed = actions.edit(actor=request.user, application=application, files=form.uploads(), **form.content())
        if form.handing_in:
            actions.submit(actor=request.user, application=changed)
        messages.success(request, _("申请已提交，对方已收到通知。") if form.handing_in else _("已保存。"))
        return redirect(changed)
    context = {"form": form, "scenario": application.scenario, "application": application}
    return render(request, "applications/form.html", context)


@require_GET
@signed_in
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application, for both sides."""
    application = _door(request, pk)
    context = {
        "application": application,
        "scenario": application.scenario,
        "own": belongs_to(request.user, application.organisation_id),
        "match": results_for_applicants(application.scenario, [application]).get(application.organisation_id),
        "attachments": application.attachments.all(),
        "may_edit": rules.may_edit(request.user, application),
        "may_submit": rules.may_submit(request.user, application),
        "may_withdraw": rules.may_withdraw(request.user, application),
        "may_decide": rules.may_decide(request.user, application),
        "may_list": rules.may_list_applicants(request.user, application.scenario),
        "case": getattr(application, "case", None),
        "history": Entry.objects.about(application).select_related("actor")[:30],
        "form": DecisionForm(),
    }
    return render(request, "applications/detail.html", context)


@require_POST
@signed_in
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand in."""
    application = actions.submit(actor=request.user, application=_door(request, pk))
    messages.success(request, _("申请已提交，对方已收到通知。"))
    return redirect(application)


@require_POST
@signed_in
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back."""
    application = actions.withdraw(actor=request.user, application=_door(request, pk))
    messages.success(request, _("申请已撤回。"))
    return redirect(application)


@require_POST
@signed_in
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say no, with a reason."""
    application = _door(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明理由，申请单位需要知道原因。"))
        return redirect(application)
    actions.decline(actor=request.user, application=application, reason=form.cleaned_data["reason"])
    messages.success(request, _("已答复，并已通知申请单位。"))
    return redirect("applications:applicants", scenario_pk=application.scenario_id)


@require_GET
@signed_in
def attachment(request: SignedInRequest, pk: int, attachment_pk: int) -> HttpResponse:
    """A file, for both sides only."""
    return cast(HttpResponse, download(get_object_or_404(Attachment, pk=attachment_pk, application=_door(request, pk))))
