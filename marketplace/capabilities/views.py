"""Pages of capabilities."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.rules import is_administrator
from marketplace.audit.models import Entry
from marketplace.capabilities import actions, rules
from marketplace.capabilities.filters import CapabilityFilter
from marketplace.capabilities.forms import CapabilityForm
from marketplace.capabilities.models import Capability
from marketplace.capabilities.quality import gaps
from marketplace.capabilities.readings import readings_of
from marketplace.organisations.rules import belongs_to, organisation_ids, writing_organisations
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.listing import paginate
from marketplace.web.verdicts import require


def _door(request: HttpRequest, pk: int) -> Capability:
    return get_object_or_404(Capability.objects.visible_to(request.user).with_terms(), pk=pk)


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Published capabilities, with filters."""
    chosen = CapabilityFilter(request.GET, queryset=Capability.objects.public().with_terms(), request=request)
    return render(
        request,
        "capabilities/list.html",
        {"filter": chosen, "listing": paginate(request, chosen.qs), "may_draft": rules.may_draft(request.user)},
    )


@require_GET
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """All of one's own organisations' capabilities, drafts included."""
    rows = Capability.objects.visible_to(request.user).of_organisations(organisation_ids(request.user))
    return render(
        request,
        "capabilities/mine.html",
        {
            "listing": paginate(request, rows.with_terms().order_by("-updated_at", "-pk")),
            "may_draft": rules.may_draft(request.user),
        },
    )


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One capability, and what this visitor may do with it."""
    capability = _door(request, pk)
    member = belongs_to(request.user, capability.organisation_id)
    context: dict[str, Any] = {
        "capability": capability,
        "member": member,
        "sectors": capability.sectors.all(),
        "modalities": capability.modalities.all(),
        "deployments": capability.deployments.all(),
        "offered": capability.offered.all(),
        "lacking": capability.lacking.all(),
        "modes": capability.modes.all(),
        "may_edit": rules.may_edit(request.user, capability),
        "may_publish": rules.may_publish(request.user, capability),
        "may_withdraw": rules.may_withdraw(request.user, capability),
        "gaps": gaps(capability) if member else (),
        "history": Entry.objects.about(capability).select_related("actor")[:30]
        if member or is_administrator(request.user)
        else (),
    }
    return render(request, "capabilities/detail.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def create(request: SignedInRequest) -> HttpResponse:
    """Offer a capability: keep as a draft, or publish at once."""
    require(rules.may_draft(request.user))
    form = CapabilityForm(request.POST or None, organisations=writing_organisations(request.user, departments=False))
    if request.method == "POST" and form.is_valid():

        def do() -> Capability:
            capability = actions.draft(
                actor=request.user, organisation=form.cleaned_data["organisation"], **form.content()
            )
            return actions.publish(actor=request.user, capability=capability) if form.handing_in else capability

        where = once(request, form.cleaned_data["form_token"], do, lambda capability: capability.get_absolute_url())
        messages.success(request, _("已发布，匹配正在计算。") if form.handing_in else _("草稿已保存。"))
        return redirect(where)
    return render(request, "capabilities/form.html", {"form": form, "readings": readings_of(form)})


@require_POST
@signed_in
def read(request: SignedInRequest) -> HttpResponse:
    """What the texts typed so far say about requirements and fields: a fragment of the form. Writes nothing."""
    require(rules.may_draft(request.user))
    data = request.POST.copy()
    data["intent"] = "read"
    form = CapabilityForm(data, organisations=writing_organisations(request.user, departments=False))
    return render(request, "capabilities/_readings.html", {"readings": readings_of(form)})


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the text; matches follow."""
    capability = _door(request, pk)
    require(rules.may_edit(request.user, capability))
    form = CapabilityForm(request.POST or None, instance=capability, organisations=[capability.organisation])
    if request.method == "POST" and form.is_valid():
        changed = actions.edit(actor=request.user, capability=capability, **form.content())
        if form.handing_in:
            actions.publish(actor=request.user, capability=changed)
        messages.success(request, _("已发布，匹配正在计算。") if form.handing_in else _("已保存。"))
        return redirect(changed)
    context = {"form": form, "capability": capability, "readings": readings_of(form)}
    return render(request, "capabilities/form.html", context)


@require_POST
@signed_in
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show it to everybody."""
    capability = actions.publish(actor=request.user, capability=_door(request, pk))
    messages.success(request, _("已发布，匹配正在计算。"))
    return redirect(capability)


@require_POST
@signed_in
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take it off the market."""
    capability = actions.withdraw(actor=request.user, capability=_door(request, pk))
    messages.success(request, _("已撤下。"))
    return redirect(capability)
