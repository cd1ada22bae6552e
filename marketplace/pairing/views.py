"""Match panels, marks, invitations, recommendations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.capabilities.models import Capability
from marketplace.organisations.rules import belongs_to, organisation_ids
from marketplace.pairing import actions, rules
from marketplace.pairing.forms import InvitationForm, MarkForm
from marketplace.pairing.models import Mark
from marketplace.pairing.panel import panel_of_capability, panel_of_scenario, recommended
from marketplace.scenarios.models import Scenario
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.verdicts import require


def _scenario(request: HttpRequest, pk: int) -> Scenario:
    return get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=pk)


def _capability(request: HttpRequest, pk: int) -> Capability:
    return get_object_or_404(Capability.objects.visible_to(request.user).with_terms(), pk=pk)


@require_GET
@signed_in
def of_scenario(request: SignedInRequest, pk: int) -> HttpResponse:
    """Capabilities ranked for an opportunity: a fragment of its page, or a page of its own."""
    scenario = _scenario(request, pk)
    require(rules.may_see_matches_of_scenario(request.user, scenario))
    context = {
        "scenario": scenario,
        "panel": panel_of_scenario(scenario),
        "side": "department",
        "may_mark": rules.may_mark_for_department(request.user, scenario),
        "may_invite": rules.may_invite(request.user, scenario),
        "url": request.path,
    }
    template = "pairing/_panel.html" if request.headers.get("HX-Request") else "pairing/of_scenario.html"
    return render(request, template, context)


@require_GET
@signed_in
def of_capability(request: SignedInRequest, pk: int) -> HttpResponse:
    """Opportunities ranked for a capability."""
    capability = _capability(request, pk)
    require(rules.may_see_matches_of_capability(request.user, capability))
    context = {
        "capability": capability,
        "panel": panel_of_capability(capability),
        "side": "supplier",
        "may_mark": rules.may_mark_for_supplier(request.user, capability),
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
    return render(
        request,
        "pairing/recommended.html",
        {"rows": recommended(capabilities), "has_capabilities": bool(capabilities), "side": "supplier"},
    )


@require_POST
@signed_in
def mark(request: SignedInRequest, scenario_pk: int, capability_pk: int) -> HttpResponse:
    """Keep, note a contact, or exclude: for the side that the person stands on."""
    scenario, capability = _scenario(request, scenario_pk), _capability(request, capability_pk)
    form = MarkForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择一种标记；说明请控制在 500 字以内。"))
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
