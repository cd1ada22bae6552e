"""The department's pages."""

from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.applications import actions, rules
from marketplace.applications.forms import DecisionForm
from marketplace.applications.models import Application, Attachment, Partner
from marketplace.applications.views.doors import application_door
from marketplace.pairing.panel import results_for_applicants
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.listing import paginate
from marketplace.web.verdicts import require


@require_GET
@signed_in
def applicants(request: SignedInRequest, scenario_pk: int) -> HttpResponse:
    """The department's table: applicants side by side with their match reasons. Sealed ones are only counted."""
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=scenario_pk)
    require(rules.may_list_applicants(request.user, scenario))
    terms = terms_of(scenario)
    rows = Application.objects.visible_to(request.user).received().filter(scenario=scenario).with_parties()
    files = models.Prefetch("attachments", Attachment.objects.received())
    partners = models.Prefetch("partners", Partner.objects.received().select_related("organisation"))
    listing = paginate(request, rows.opened().prefetch_related(files, partners).order_by("submitted_at", "pk"))
    results = results_for_applicants(scenario, listing.rows)
    context = {
        "scenario": scenario,
        "terms": terms,
        "sealed": Application.objects.received().filter(scenario=scenario).count() if terms.seals() else 0,
        "is_sealed": terms.seals(),
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


@require_POST
@signed_in
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say no, with a reason."""
    application = application_door(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明理由，申请单位需要知道原因。"))
        return redirect(application)
    actions.decline(actor=request.user, application=application, reason=form.cleaned_data["reason"])
    messages.success(request, _("已答复，并已通知申请单位。"))
    return redirect("applications:applicants", scenario_pk=application.scenario_id)
