"""Match panels, marks, invitations, recommendations."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.capabilities.models import Capability
from marketplace.exposure.seals import Shown, seal
from marketplace.organisations.rules import belongs_to, organisation_ids
from marketplace.pairing import actions, rules
from marketplace.pairing.advice import told
from marketplace.pairing.bundles import proposals_for
from marketplace.pairing.forms import InvitationForm, MarkForm
from marketplace.pairing.models import Mark
from marketplace.pairing.pair import pair_of
from marketplace.pairing.panel import Panel, panel_of_capability, panel_of_scenario, recommended
from marketplace.scenarios.models import Scenario
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.verdicts import Refused, require
from matching.ranker import standing_weights


def _scenario(request: HttpRequest, pk: int) -> Scenario:
    return get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=pk)


def _page(request: HttpRequest) -> int:
    """Which part of the list is asked for; anything that is no number is the first."""
    value = request.GET.get("page", "")
    return max(1, int(value)) if value.isdecimal() and len(value) < 4 else 1


def _capability(request: HttpRequest, pk: int) -> Capability:
    return get_object_or_404(Capability.objects.visible_to(request.user).with_terms(), pk=pk)


@require_GET
@signed_in
def of_scenario(request: SignedInRequest, pk: int) -> HttpResponse:
    """Capabilities ranked for an opportunity: a fragment of its page, or a page of its own."""
    scenario = _scenario(request, pk)
    require(rules.may_see_matches_of_scenario(request.user, scenario))
    panel = panel_of_scenario(scenario, page=_page(request))
    context = {
        "scenario": scenario,
        "panel": panel,
        "seal": _seal(request, scenario, panel),
        "side": "department",
        "may_mark": rules.may_mark_for_department(request.user, scenario),
        "may_invite": rules.may_invite(request.user, scenario),
        "exclusions": Mark.Exclusion.choices,
        "url": request.path,
    }
    template = "pairing/_panel.html" if request.headers.get("HX-Request") else "pairing/of_scenario.html"
    return render(request, template, context)


def _seal(request: SignedInRequest, scenario: Scenario, panel: Panel) -> str:
    """What the department is shown, for counting what it saw; others' looks are not counted."""
    if not belongs_to(request.user, scenario.department_id) or not panel.rows:
        return ""
    organisations = [row.capability.organisation_id for row in panel.rows]
    return seal(Shown(request.user.pk, f"scenario:{scenario.pk}", panel.first, organisations))


@require_GET
@signed_in
def bundles(request: SignedInRequest, pk: int) -> HttpResponse:
    """Companies that together do what no single one does: a part of the list's page, or a page of its own."""
    scenario = _scenario(request, pk)
    require(rules.may_see_matches_of_scenario(request.user, scenario))
    template = "pairing/_bundles.html" if request.headers.get("HX-Request") else "pairing/bundles.html"
    return render(request, template, {"scenario": scenario, "proposals": proposals_for(scenario)})


@require_GET
@signed_in
def of_capability(request: SignedInRequest, pk: int) -> HttpResponse:
    """Opportunities ranked for a capability."""
    capability = _capability(request, pk)
    require(rules.may_see_matches_of_capability(request.user, capability))
    context = {
        "capability": capability,
        "panel": panel_of_capability(capability, page=_page(request)),
        "side": "supplier",
        "may_mark": rules.may_mark_for_supplier(request.user, capability),
        "exclusions": Mark.Exclusion.choices,
        "url": request.path,
    }
    template = "pairing/_panel.html" if request.headers.get("HX-Request") else "pairing/of_capability.html"
    return render(request, template, context)


@require_GET
@signed_in
def recommended_for_us(request: SignedInRequest) -> HttpResponse:
    """The best open opportunities for one's own organisations."""
    own = Capability.objects.public().of_organisations(organisation_ids(request.user)).with_terms()
    capabilities = list(own)
    found, threshold = recommended(capabilities), standing_weights().threshold
    rows = [row for row in found if row.match.score >= threshold or row.mark is not None]
    context = {
        "rows": rows,
        "nearest": [row for row in found if row not in rows],
        "threshold": threshold,
        "has_capabilities": bool(capabilities),
        "side": "supplier",
        "exclusions": Mark.Exclusion.choices,
    }
    return render(request, "pairing/recommended.html", context)


@require_GET
@signed_in
def pair(request: SignedInRequest, scenario_pk: int, capability_pk: int) -> HttpResponse:
    """One pair: both texts with the sentences that met, the reasons, what changed, what would raise it."""
    scenario, capability = _scenario(request, scenario_pk), _capability(request, capability_pk)
    require(rules.may_see_pair(request.user, scenario, capability))
    context = {
        "scenario": scenario,
        "capability": capability,
        "pair": pair_of(scenario, capability, request.user),
        **_advice(request, scenario, capability),
    }
    return render(request, "pairing/pair.html", context)


@require_GET
@signed_in
def advice(request: SignedInRequest, scenario_pk: int, capability_pk: int) -> HttpResponse:
    """What would raise the match, as far as it is known: the part of the pair's page that waits for the worker."""
    scenario, capability = _scenario(request, scenario_pk), _capability(request, capability_pk)
    context = _advice(request, scenario, capability)
    if not context["sees_advice"]:
        raise Refused(_("怎样提高匹配只对提供单位显示。"))
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('pairing:pair', args=[scenario.pk, capability.pk])}#raise")
    return render(request, "pairing/_advice.html", {"scenario": scenario, "capability": capability, **context})


@require_POST
@signed_in
def ask_advice(request: SignedInRequest, scenario_pk: int, capability_pk: int) -> HttpResponse:
    """Ask the worker what would raise the match."""
    scenario, capability = _scenario(request, scenario_pk), _capability(request, capability_pk)
    actions.ask_advice(actor=request.user, scenario=scenario, capability=capability)
    return redirect(f"{reverse('pairing:pair', args=[scenario.pk, capability.pk])}#raise")


def _advice(request: SignedInRequest, scenario: Scenario, capability: Capability) -> dict[str, Any]:
    """Only the side that can act on it sees it."""
    sees = belongs_to(request.user, capability.organisation_id)
    return {
        "sees_advice": sees,
        "may_ask": sees and rules.may_ask_advice(request.user, scenario, capability),
        "told": told(scenario, capability) if sees else None,
    }


@require_POST
@signed_in
def mark(request: SignedInRequest, scenario_pk: int, capability_pk: int) -> HttpResponse:
    """Keep, note a contact, or exclude: for the side that the person stands on."""
    scenario, capability = _scenario(request, scenario_pk), _capability(request, capability_pk)
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return _back(request, scenario, capability)
    act = actions.mark_for_department if belongs_to(request.user, scenario.department_id) else actions.mark_for_supplier
    act(actor=request.user, scenario=scenario, capability=capability, **form.cleaned_data)
    messages.success(request, _("已标记。重新计算匹配时会保留您的标记。"))
    return _back(request, scenario, capability)


@require_POST
@signed_in
def unmark(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a mark back."""
    found = get_object_or_404(
        Mark.objects.visible_to(request.user).select_related("scenario__department", "capability__organisation"), pk=pk
    )
    actions.unmark(actor=request.user, mark=found)
    messages.success(request, _("已取消标记。"))
    return _back(request, found.scenario, found.capability)


@require_POST
@signed_in
def invite(request: SignedInRequest, scenario_pk: int, capability_pk: int) -> HttpResponse:
    """Ask the supplier to come."""
    scenario, capability = _scenario(request, scenario_pk), _capability(request, capability_pk)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("留言请控制在 500 字以内。"))
        return _back(request, scenario, capability)
    actions.invite(actor=request.user, scenario=scenario, capability=capability, message=form.cleaned_data["message"])
    messages.success(request, _("已邀请“%(name)s”，对方已收到通知。") % {"name": capability.organisation.name})
    return _back(request, scenario, capability)


def _back(request: SignedInRequest, scenario: Scenario, capability: Capability) -> HttpResponse:
    target = scenario if belongs_to(request.user, scenario.department_id) else capability
    return redirect(f"{target.get_absolute_url()}#matches")
