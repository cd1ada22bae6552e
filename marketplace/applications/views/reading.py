"""Pages that show applications to those concerned."""

from typing import cast

from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from marketplace.applications import rules
from marketplace.applications.actions.drafting import attempt_of
from marketplace.applications.forms import DecisionForm
from marketplace.applications.gates import answers
from marketplace.applications.models import Application, Attachment, Partner, Receipt
from marketplace.applications.parts import FIELDS, label_of, missing_labels
from marketplace.applications.receipts import canonical, hash_of
from marketplace.applications.views.doors import application_door
from marketplace.audit.models import Entry
from marketplace.organisations.rules import organisation_ids
from marketplace.pairing.panel import results_for_applicants
from marketplace.scenarios.models import ApplicationTerms
from marketplace.scenarios.terms import terms_of
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.listing import paginate
from marketplace.web.uploads import download

# Parts that the page shows as figures beside the text.
FIGURES = ("price_wan", "period_months", "compute_needed")


@require_GET
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """What one's own organisations have applied for."""
    rows = Application.objects.visible_to(request.user).of_organisations(organisation_ids(request.user))
    rows = rows.with_parties().order_by("-updated_at", "-pk")
    return render(request, "applications/mine.html", {"listing": paginate(request, rows)})


@require_GET
@signed_in
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application, for both sides."""
    application = application_door(request, pk)
    terms = terms_of(application.scenario)
    own = rules.is_applicant(request.user, application)
    asked = application.partners.active().filter(organisation_id__in=organisation_ids(request.user)).first()
    files = application.attachments.working() if own else application.attachments.received()  # type: ignore[attr-defined]  # its own manager
    context = {
        "application": application,
        "scenario": application.scenario,
        "terms": terms,
        "own": own,
        "sealed": terms.seals(),
        "texts": texts_of(application, terms),
        "match": results_for_applicants(application.scenario, [application]).get(application.organisation_id),
        "attachments": files,
        "partners": partners_of(application, own=own),
        "asked": asked,
        "may_answer": asked and rules.may_answer_partnership(request.user, asked),
        "receipts": application.receipts.all(),
        "gates": answers(attempt_of(application, terms, timezone.now())) if own else (),
        "missing": missing_labels(application, terms.parts) if own else (),
        "may_edit": rules.may_edit(request.user, application),
        "may_submit": rules.may_submit(request.user, application),
        "may_withdraw": rules.may_withdraw(request.user, application),
        "may_give_up": rules.may_give_up(request.user, application),
        "may_decide": rules.may_decide(request.user, application),
        "may_list": rules.may_list_applicants(request.user, application.scenario),
        "case": getattr(application, "case", None),
        "history": Entry.objects.about(application).select_related("actor")[:30],
        "form": DecisionForm(),
    }
    return render(request, "applications/detail.html", context)


def partners_of(application: Application, *, own: bool) -> "models.QuerySet[Partner]":
    """All ever asked for those who apply; for the department those of the last receipt."""
    rows = application.partners.select_related("organisation")
    return rows if own else rows.received()


def texts_of(application: Application, terms: ApplicationTerms) -> list[tuple[str, str]]:
    """Label and text of every asked or filled part that is running text, in the order of the menu."""
    names = [name for names in FIELDS.values() for name in names if name not in FIGURES]
    return [(label_of(name), getattr(application, name)) for name in names if getattr(application, name)]


@require_GET
@signed_in
def receipt(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """Proof of what was received and when; the hash is computed anew at every look."""
    application = application_door(request, pk)
    row = get_object_or_404(Receipt.objects.select_related("handed_in_by"), application=application, number=number)
    filled = [(label_of(name), text) for name, text in row.content["fields"].items() if text]
    context = {
        "application": application,
        "scenario": application.scenario,
        "receipt": row,
        "filled": filled,
        "holds": hash_of(row.content) == row.sha256,
        "latest": not application.receipts.filter(number__gt=number).exists(),
    }
    return render(request, "applications/receipt.html", context)


@require_GET
@signed_in
def receipt_content(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """The very bytes whose SHA-256 the receipt names."""
    row = get_object_or_404(Receipt, application=application_door(request, pk), number=number)
    response = HttpResponse(canonical(row.content), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{row.application.number}-{number}.json"'
    return response


@require_GET
@signed_in
def attachment(request: SignedInRequest, pk: int, attachment_pk: int) -> HttpResponse:
    """A file, for both sides only; the department's side sees what was received."""
    application = application_door(request, pk)
    files = Attachment.objects.filter(application=application)
    if not rules.is_applicant(request.user, application):
        files = files.filter(first_receipt__isnull=False)
    return cast(HttpResponse, download(get_object_or_404(files, pk=attachment_pk)))
