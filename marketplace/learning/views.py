"""The administrators' page of the ranker: versions with their figures, trainings, and what is learnt from."""

from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.learning import actions, rules
from marketplace.learning.filters import TrainingPairFilter
from marketplace.learning.models import TrainingPair, TrainingRun
from marketplace.learning.versions import rows_of
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.listing import paginate
from marketplace.web.verdicts import require
from matching.engine.training import FEWEST, SLACK
from matching.models import RankerVersion
from matching.ranker import file_weights, standing_version, usable


@require_GET
@signed_in
def versions(request: SignedInRequest) -> HttpResponse:
    """What ranks now, what was tried, and what people's deeds have brought so far."""
    require(rules.may_run(request.user))
    listing = paginate(request, RankerVersion.objects.select_related("trained_by"))
    standing = standing_version()
    context = {
        "listing": listing,
        "rows": rows_of(listing.rows),
        "standing": standing,
        "standing_usable": standing is None or usable(standing),
        "file": file_weights(),
        "run": _latest_run(),
        "sources": _sources(),
        "slack": SLACK,
        "fewest": FEWEST,
    }
    return render(request, "learning/versions.html", context)


@require_GET
@signed_in
def run(request: SignedInRequest) -> HttpResponse:
    """How far the training is: a fragment of that page."""
    require(rules.may_run(request.user))
    latest = _latest_run()
    answer = render(request, "learning/_run.html", {"run": latest})
    if latest is not None and latest.state in ("done", "failed"):
        answer["HX-Refresh"] = "true"  # its record stands in the list now
    return answer


@require_GET
@signed_in
def pairs(request: SignedInRequest) -> HttpResponse:
    """The training pairs, newest first."""
    require(rules.may_run(request.user))
    rows = TrainingPair.objects.select_related("scenario", "capability")
    chosen = TrainingPairFilter(request.GET, queryset=rows, request=request)
    return render(request, "learning/pairs.html", {"filter": chosen, "listing": paginate(request, chosen.qs)})


@require_POST
@signed_in
def train(request: SignedInRequest) -> HttpResponse:
    """Ask for a training."""
    actions.ask_training(actor=request.user)
    messages.success(request, _("已安排训练。可以离开本页，结果会记在这里。"))
    return redirect("learning:versions")


@require_POST
@signed_in
def install(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a version stand."""
    require(rules.may_run(request.user))
    actions.install_version(actor=request.user, version=get_object_or_404(RankerVersion, pk=pk))
    return _installed(request)


@require_POST
@signed_in
def install_file(request: SignedInRequest) -> HttpResponse:
    """Let the weights that came with the code stand."""
    actions.install_version(actor=request.user, version=None)
    return _installed(request)


def _installed(request: SignedInRequest) -> HttpResponse:
    messages.success(request, _("已更换。所有匹配将在后台按这个版本重新计算。"))
    return redirect("learning:versions")


def _latest_run() -> TrainingRun | None:
    return TrainingRun.objects.select_related("asked_by", "version").first()


def _sources() -> list[dict[str, Any]]:
    """How many pairs of each source there are, and how many of them speak of the fit."""
    counted = TrainingPair.objects.order_by().values("source").annotate(n=models.Count("pk"), fit=models.Count("grade"))
    found = {row["source"]: row for row in counted}
    return [
        {"key": key, "label": label, "n": found[key]["n"], "fit": found[key]["fit"]}
        for key, label in TrainingPair.Source.choices
        if key in found
    ]
