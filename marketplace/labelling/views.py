"""The labeller's desk: one pair at a time, both texts side by side, nothing that could sway."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from marketplace.accounts.rules import is_province_administrator
from marketplace.labelling import actions, rules
from marketplace.labelling.forms import GradeForm, NoteForm
from marketplace.labelling.guideline import GUIDELINE
from marketplace.labelling.models import Assignment, Campaign
from marketplace.labelling.reading import read_pair
from marketplace.labelling.standing import Progress, own_progress
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.listing import paginate
from marketplace.web.verdicts import require


def _turn(request: HttpRequest, pk: int) -> Assignment:
    turns = Assignment.objects.visible_to(request.user).select_related(
        "pair__campaign", "pair__scenario", "pair__capability", "pair__demand_text", "pair__supply_text"
    )
    return get_object_or_404(turns, pk=pk)


@require_GET
@signed_in
def campaigns(request: SignedInRequest) -> HttpResponse:
    """The campaigns that the person labels in or runs, with progress."""
    require(rules.may_enter(request.user))
    runs = is_province_administrator(request.user)
    rows = Campaign.objects.visible_to(request.user)
    listing = paginate(request, rows.with_progress() if runs else rows)
    mine = own_progress(request.user)
    context = {
        "listing": listing,
        "rows": [{"campaign": row, "progress": mine.get(row.pk)} for row in listing.rows],
        "runs": runs,
    }
    return render(request, "labelling/campaigns.html", context)


@require_GET
@signed_in
def next_turn(request: SignedInRequest, pk: int) -> HttpResponse:
    """Where the person left off."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    return redirect(_next_address(request, campaign))


@require_GET
@signed_in
def turn(request: SignedInRequest, pk: int) -> HttpResponse:
    """One pair to grade."""
    return render(request, "labelling/turn.html", _desk(request, _turn(request, pk)))


@require_POST
@signed_in
def grade(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the grade and bring the next pair."""
    found = _turn(request, pk)
    form = GradeForm(request.POST)
    if not form.is_valid():
        return render(request, "labelling/turn.html", {**_desk(request, found), "form": form}, status=200)
    actions.grade(actor=request.user, assignment=found, grade=form.cleaned_data["grade"])
    return _onward(request, found.pair.campaign)


@require_POST
@signed_in
def skip(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put the pair off and bring the next."""
    found = _turn(request, pk)
    actions.skip(actor=request.user, assignment=found)
    return _onward(request, found.pair.campaign)


@require_POST
@signed_in
def note(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the note while it is written."""
    found = _turn(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return render(request, "labelling/_saved.html", {"errors": form.errors["note"]})
    kept = actions.write_note(actor=request.user, assignment=found, note=form.cleaned_data["note"])
    if not request.headers.get("HX-Request"):
        return redirect("labelling:turn", kept.pk)
    return render(request, "labelling/_saved.html", {"note_saved": True})


def _desk(request: SignedInRequest, found: Assignment) -> dict[str, Any]:
    """Everything on the page of one pair: no score, no rank, no source, and nobody else's grade."""
    own = Assignment.objects.visible_to(request.user).filter(pair__campaign=found.pair.campaign_id)
    demand, supply = read_pair(found.pair.demand_text, found.pair.supply_text)
    return {
        "turn": found,
        "campaign": found.pair.campaign,
        "demand": demand,
        "supply": supply,
        "guideline": GUIDELINE,
        "may_grade": rules.may_grade(request.user, found),
        "progress": own_progress(request.user).get(found.pair.campaign_id, Progress(0, 0)),
        "before": own.filter(position__lt=found.position).order_by("-position").values_list("pk", flat=True).first(),
        "after": own.filter(position__gt=found.position).order_by("position").values_list("pk", flat=True).first(),
    }


def _next_address(request: SignedInRequest, campaign: Campaign) -> str:
    waiting = Assignment.objects.visible_to(request.user).filter(pair__campaign=campaign).waiting()
    pk = waiting.values_list("pk", flat=True).first()
    return reverse("labelling:turn", args=[pk]) if pk else reverse("labelling:list")


def _onward(request: SignedInRequest, campaign: Campaign) -> HttpResponse:
    address = _next_address(request, campaign)
    if address != reverse("labelling:list"):
        return redirect(address)
    messages.success(request, _("“%(name)s”已全部标完，谢谢。") % {"name": campaign.name})
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)
