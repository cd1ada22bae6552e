"""Pages of those who run campaigns: new ones, how they stand, disagreements, export."""

import io

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.labelling import actions, rules
from marketplace.labelling.export import collect, write_zip
from marketplace.labelling.forms import CampaignForm, GradeForm, HandOverForm
from marketplace.labelling.guideline import GUIDELINE
from marketplace.labelling.models import LABELLERS_OF_A_PAIR, Campaign, Pair
from marketplace.labelling.reading import read_pair
from marketplace.labelling.standing import agreement_of, progress_of_all
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.listing import paginate
from marketplace.web.verdicts import require


def _campaign(request: SignedInRequest, pk: int) -> Campaign:
    require(rules.may_run(request.user))
    return get_object_or_404(Campaign.objects.visible_to(request.user).with_progress(), pk=pk)


def _pair(request: SignedInRequest, pk: int) -> Pair:
    require(rules.may_run(request.user))
    pairs = Pair.objects.select_related("campaign", "scenario", "capability", "demand_text", "supply_text")
    return get_object_or_404(pairs.prefetch_related("assignments__labeller"), pk=pk)


@require_http_methods(["GET", "POST"])
@signed_in
def create(request: SignedInRequest) -> HttpResponse:
    """A new campaign."""
    require(rules.may_run(request.user))
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data

        def make() -> Campaign:
            return actions.create(
                actor=request.user,
                name=cleaned["name"],
                note=cleaned["note"],
                scenarios=form.chosen(),
                labellers=list(cleaned["labellers"]),
                sizes=form.sizes(),
            )

        try:
            address = once(request, cleaned["form_token"], make, Campaign.get_absolute_url)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("批次已创建，正在抽取候选。抽完后标注人会收到通知。"))
            return redirect(address)
    return render(request, "labelling/form.html", {"form": form})


@require_GET
@signed_in
def campaign(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far it is, how well people agree, what is to be decided."""
    found = _campaign(request, pk)
    disputed = Pair.objects.disputed().filter(campaign=found).decidable_by(request.user)
    gap = models.Max("assignments__grade") - models.Min("assignments__grade")
    rows = disputed.annotate(apart=gap).order_by("-apart", "pk").select_related("scenario", "capability")
    context = {
        "campaign": found,
        "labellers": progress_of_all(found),
        "agreement": agreement_of(found),
        "guideline": GUIDELINE,
        "listing": paginate(request, rows.prefetch_related("assignments")),
        "single": Pair.objects.filter(campaign=found)
        .annotate(turns=models.Count("assignments"))
        .filter(turns__lt=LABELLERS_OF_A_PAIR)
        .count(),
        "may_end": rules.may_end(request.user, found),
        "may_reopen": rules.may_reopen(request.user, found),
        "hand_over": HandOverForm(campaign=found),
    }
    return render(request, "labelling/campaign.html", context)


@require_GET
@signed_in
def pair(request: SignedInRequest, pk: int) -> HttpResponse:
    """A disagreement: both texts, both grades, and the decision."""
    found = _pair(request, pk)
    require(rules.may_decide(request.user, found))
    return _show_pair(request, found, GradeForm())


@require_POST
@signed_in
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Settle it."""
    found = _pair(request, pk)
    require(rules.may_decide(request.user, found))
    form = GradeForm(request.POST)
    if not form.is_valid():
        return _show_pair(request, found, form)
    actions.decide(actor=request.user, pair=found, **form.cleaned_data)
    messages.success(request, _("已裁定。两位标注人原来的等级仍然保留。"))
    following = Pair.objects.disputed().filter(campaign=found.campaign).decidable_by(request.user).first()
    return redirect("labelling:pair", following.pk) if following else redirect(found.campaign)


def _show_pair(request: SignedInRequest, found: Pair, form: GradeForm) -> HttpResponse:
    demand, supply = read_pair(found.demand_text, found.supply_text)
    context = {
        "pair": found,
        "campaign": found.campaign,
        "demand": demand,
        "supply": supply,
        "guideline": GUIDELINE,
        "form": form,
    }
    return render(request, "labelling/pair.html", context)


@require_POST
@signed_in
def close(request: SignedInRequest, pk: int) -> HttpResponse:
    """End it."""
    found = actions.close(actor=request.user, campaign=_campaign(request, pk))
    messages.success(request, _("批次已结束，已有的等级都保留。"))
    return redirect(found)


@require_POST
@signed_in
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on."""
    found = actions.reopen(actor=request.user, campaign=_campaign(request, pk))
    messages.success(request, _("批次已重新开始。"))
    return redirect(found)


@require_POST
@signed_in
def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give what one has not graded to another."""
    found = _campaign(request, pk)
    form = HandOverForm(request.POST, campaign=found)
    if not form.is_valid():
        messages.error(request, _("请选择转交人和接手人。"))
        return redirect(found)
    moved = actions.hand_over(actor=request.user, campaign=found, **form.cleaned_data)
    messages.success(request, _("已转交 %(n)s 对文本，接手人已收到通知。") % {"n": moved})
    return redirect(found)


@require_GET
@signed_in
def export(request: SignedInRequest, pk: int) -> HttpResponse:
    """The settled grades as a zip in BEIR form."""
    found = _campaign(request, pk)
    whole = request.GET.get("corpus") == "market"
    file = io.BytesIO()
    write_zip(collect(Campaign.objects.filter(pk=found.pk), whole_market=whole), file)
    headers = {"Content-Disposition": f'attachment; filename="labels-{found.pk}.zip"'}
    return HttpResponse(file.getvalue(), content_type="application/zip", headers=headers)
