"""Near-duplicates on pages: beside a form that is being filled, and for a record that stands."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.accounts.rules import is_administrator
from marketplace.capabilities import rules as capability_rules
from marketplace.capabilities.models import Capability
from marketplace.organisations.rules import belongs_to
from marketplace.pairing import meaning
from marketplace.pairing.prints import text_of_capability, text_of_scenario
from marketplace.pairing.similar import Side, similar_to
from marketplace.pairing.typed import capability_typed, scenario_typed
from marketplace.scenarios import rules as scenario_rules
from marketplace.scenarios.models import Scenario
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.verdicts import Refused, require

TRIES = 4  # how often a page asks for the worker's answer before it is content with the words


def _but(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else None


@require_POST
@signed_in
def typed(request: SignedInRequest, side: Side) -> HttpResponse:
    """What is like the text typed so far: a fragment of the form. The worker is asked for the meaning."""
    rules = scenario_rules if side == "scenario" else capability_rules
    require(rules.may_draft(request.user))
    read = scenario_typed if side == "scenario" else capability_typed
    text = read(request.POST, request.user)
    but = _but(request.POST.get("similar_but"))
    context = {
        "found": similar_to(user=request.user, side=side, text=text, but=but) if text.title or text.body else [],
        "side": side,
        "token": meaning.ask(side, text, request.user.pk),
        "but": but or "",
        "tries": TRIES,
    }
    return render(request, "pairing/_similar.html", context)


@require_GET
@signed_in
def by_meaning(request: SignedInRequest, token: str) -> HttpResponse:
    """The same once the worker has compared meanings; asks again a few times while it has not."""
    question = meaning.asked(token)
    if question is None or question.person != request.user.pk:
        raise Http404
    side: Side = "scenario" if question.side == "scenario" else "capability"
    but, cosines = _but(request.GET.get("but")), meaning.answer(token)
    tries = min(_but(request.GET.get("tries")) or 0, TRIES)
    context = {
        "found": similar_to(user=request.user, side=side, text=question.text, but=but, cosines=cosines),
        "side": side,
        "token": token if cosines is None and tries else "",
        "but": but or "",
        "tries": max(tries - 1, 0),
        "compared": cosines is not None,
    }
    return render(request, "pairing/_similar.html", context)


@require_GET
@signed_in
def to_scenario(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is like an opportunity that stands: for its department and those who review it."""
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=pk)
    _for_insiders(request, scenario.department_id)
    found = similar_to(user=request.user, side="scenario", text=text_of_scenario(scenario), but=pk)
    return render(request, "pairing/similar.html", {"record": scenario, "found": found, "side": "scenario"})


@require_GET
@signed_in
def to_capability(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is like a capability that stands."""
    capability = get_object_or_404(Capability.objects.visible_to(request.user).with_terms(), pk=pk)
    _for_insiders(request, capability.organisation_id)
    found = similar_to(user=request.user, side="capability", text=text_of_capability(capability), but=pk)
    return render(request, "pairing/similar.html", {"record": capability, "found": found, "side": "capability"})


def _for_insiders(request: HttpRequest, organisation_id: int) -> None:
    if not belongs_to(request.user, organisation_id) and not is_administrator(request.user):
        raise Refused(_("只有本单位和管理员可以查找相似的内容。"))
