"""Pages of the exposure report."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from marketplace.exposure import rules
from marketplace.exposure.models import Policy, State
from marketplace.organisations.models import Organisation
from marketplace.reports.exposure import Period, report_of, rows_of, usual_period
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.verdicts import require

SUPPLIERS_PER_PAGE = 50


def _period(query: QueryDict) -> Period:
    """The days asked for; what is no day is the usual one, and days the wrong way round are turned."""
    usual = usual_period()
    first, last = _day(query.get("from"), usual.first), _day(query.get("to"), usual.last)
    return Period(min(first, last), max(first, last))


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise


@require_GET
@signed_in
def exposure(request: SignedInRequest) -> HttpResponse:
    """Who was seen, by size; and the policy with what it costs."""
    require(rules.may_read_report(request.user))
    return render(request, "reports/exposure.html", {"report": report_of(_period(request.GET)), **_policies(request)})


def _policies(request: HttpRequest) -> dict[str, Any]:
    active = Policy.objects.active().select_related("made_by").first()
    latest = Policy.objects.filter(state__in=[State.TRYING, State.READY]).select_related("made_by").first()
    if active and latest and latest.pk < active.pk:
        latest = None  # tried before the one that was adopted
    return {
        "active": active,
        "latest": latest,
        "may_set": rules.may_set_policy(request.user),
        "may_adopt": rules.may_adopt(request.user, latest) if latest else None,
        "size_labels": dict(Organisation.size_classes()),
    }


@require_GET
@signed_in
def suppliers(request: SignedInRequest) -> HttpResponse:
    """The suppliers behind the figures: all, those of one size, or those never shown."""
    require(rules.may_read_report(request.user))
    period, size = _period(request.GET), request.GET.get("size", "")
    labels = dict(Organisation.size_classes())
    rows = [row for row in rows_of(period) if size not in labels or row.organisation.size_class == size]
    if request.GET.get("unseen"):
        rows = [row for row in rows if not row.seen.impressions]
    page = Paginator(rows, SUPPLIERS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "period": period, "size": labels.get(size, "")}
    return render(request, "reports/exposure_suppliers.html", context)
