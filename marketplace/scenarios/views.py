"""Pages of opportunities."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.rules import is_administrator
from marketplace.audit.models import Entry
from marketplace.organisations.rules import belongs_to, writing_organisations
from marketplace.scenarios import actions, rules
from marketplace.scenarios.filters import ScenarioFilter
from marketplace.scenarios.forms import ReasonForm, ScenarioForm, TermsForm
from marketplace.scenarios.models import Attachment, Scenario
from marketplace.scenarios.quality import gaps
from marketplace.scenarios.readings import readings_of
from marketplace.scenarios.terms import terms_of
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.listing import paginate
from marketplace.web.uploads import download
from marketplace.web.verdicts import Refused, require


def _door(request: HttpRequest, pk: int) -> Scenario:
    return get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=pk)


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Published opportunities, with filters; open ones unless the visitor asks otherwise."""
    data = request.GET.copy()
    data.setdefault("status", "open")
    chosen = ScenarioFilter(data, queryset=Scenario.objects.public().with_terms(), request=request)
    return render(
        request,
        "scenarios/list.html",
        {"filter": chosen, "listing": paginate(request, chosen.qs), "may_draft": rules.may_draft(request.user)},
    )


@require_GET
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """All of one's own departments' opportunities, drafts included."""
    ids = [organisation.pk for organisation in writing_organisations(request.user, departments=True)]
    rows = Scenario.objects.visible_to(request.user).of_organisations(ids).with_terms().order_by("-updated_at", "-pk")
    return render(
        request,
        "scenarios/mine.html",
        {"listing": paginate(request, rows), "may_draft": rules.may_draft(request.user)},
    )


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One opportunity, and what this visitor may do with it."""
    scenario = _door(request, pk)
    member = belongs_to(request.user, scenario.department_id)
    inside = member or bool(is_administrator(request.user))
    context: dict[str, Any] = {
        "scenario": scenario,
        "member": member,
        "required": scenario.required.all(),
        "preferred": scenario.preferred.all(),
        "modalities": scenario.modalities.all(),
        "deployments": scenario.deployments.all(),
        "attachments": scenario.attachments.all(),
        "may_view_contact": rules.may_view_contact(request.user, scenario),
        "may_edit": rules.may_edit(request.user, scenario),
        "may_submit": rules.may_submit(request.user, scenario),
        "may_review": rules.may_review(request.user, scenario),
        "may_withdraw": rules.may_withdraw(request.user, scenario),
        "may_pause": rules.may_pause(request.user, scenario),
        "gaps": gaps(scenario, at=timezone.now()) if member else (),
        "history": Entry.objects.about(scenario).select_related("actor")[:30] if inside else (),
        "reason_form": ReasonForm(),
        "terms": terms_of(scenario),
    }
    return render(request, "scenarios/detail.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def create(request: SignedInRequest) -> HttpResponse:
    """Post an opportunity: keep as a draft, or hand in at once."""
    require(rules.may_draft(request.user))
    departments = writing_organisations(request.user, departments=True)
    form = ScenarioForm(request.POST or None, request.FILES or None, departments=departments)
    if request.method == "POST" and form.is_valid():

        def do() -> Scenario:
            scenario = actions.draft(
                actor=request.user, department=form.cleaned_data["department"], files=form.uploads(), **form.content()
            )
            return actions.submit(actor=request.user, scenario=scenario) if form.handing_in else scenario

        where = once(request, form.cleaned_data["form_token"], do, lambda scenario: scenario.get_absolute_url())
        messages.success(request, _("已提交，等待审核。") if form.handing_in else _("草稿已保存。"))
        return redirect(where)
    return render(request, "scenarios/form.html", {"form": form, "readings": readings_of(form)})


@require_POST
@signed_in
def read(request: SignedInRequest) -> HttpResponse:
    """What the texts typed so far say about requirements and fields: a fragment of the form. Writes nothing."""
    require(rules.may_draft(request.user))
    data = request.POST.copy()
    data["intent"] = "read"
    form = ScenarioForm(data, departments=writing_organisations(request.user, departments=True))
    return render(request, "scenarios/_readings.html", {"readings": readings_of(form)})


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the text; matches follow."""
    scenario = _door(request, pk)
    require(rules.may_edit(request.user, scenario))
    form = ScenarioForm(
        request.POST or None, request.FILES or None, instance=scenario, departments=[scenario.department]
    )
    if request.method == "POST" and form.is_valid():
        changed = actions.edit(actor=request.user, scenario=scenario, files=form.uploads(), **form.content())
        if form.handing_in:
            actions.submit(actor=request.user, scenario=changed)
        messages.success(request, _("已提交，等待审核。") if form.handing_in else _("已保存。"))
        return redirect(changed)
    context = {
        "form": form,
        "scenario": scenario,
        "attachments": scenario.attachments.all(),
        "readings": readings_of(form),
    }
    return render(request, "scenarios/form.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def terms(request: SignedInRequest, pk: int) -> HttpResponse:
    """What applications are asked for."""
    scenario = _door(request, pk)
    standing = terms_of(scenario)
    require(rules.may_set_terms(request.user, scenario, standing))
    form = TermsForm(request.POST or None, instance=standing)
    if request.method == "POST" and form.is_valid():
        actions.set_terms(actor=request.user, scenario=scenario, **form.content())
        messages.success(request, _("申请须知已保存，企业申请时会照此填写。"))
        return redirect(scenario)
    return render(request, "scenarios/terms.html", {"form": form, "scenario": scenario})


@require_GET
@signed_in
def queue(request: SignedInRequest) -> HttpResponse:
    """Opportunities that wait for review, for administrators."""
    if not is_administrator(request.user):
        raise Refused(_("只有管理员可以审核。"))
    rows = Scenario.objects.visible_to(request.user).in_review().with_terms()
    return render(request, "scenarios/queue.html", {"listing": paginate(request, rows)})


@require_POST
@signed_in
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand in."""
    scenario = actions.submit(actor=request.user, scenario=_door(request, pk))
    messages.success(request, _("已提交，等待审核。"))
    return redirect(scenario)


@require_POST
@signed_in
def publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Approve."""
    scenario = actions.publish(actor=request.user, scenario=_door(request, pk))
    messages.success(request, _("已发布，匹配正在计算。"))
    return redirect(scenario)


@require_POST
@signed_in
def move(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Return, withdraw or hold: each with a reason."""
    scenario = _door(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因（500 字以内）。"))
        return redirect(scenario)
    act = {"return": actions.give_back, "withdraw": actions.withdraw, "hold": actions.hold}[verb]
    act(actor=request.user, scenario=scenario, reason=form.cleaned_data["reason"])
    messages.success(request, _("已办理。"))
    return redirect(scenario)


@require_POST
@signed_in
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on after a pause."""
    scenario = actions.resume(actor=request.user, scenario=_door(request, pk))
    messages.success(request, _("已恢复。"))
    return redirect(scenario)


@require_GET
def attachment(request: HttpRequest, pk: int, attachment_pk: int) -> FileResponse:
    """A file, as visible as its opportunity."""
    return download(get_object_or_404(Attachment, pk=attachment_pk, scenario=_door(request, pk)))


@require_POST
@signed_in
def remove_attachment(request: SignedInRequest, pk: int, attachment_pk: int) -> HttpResponse:
    """Take a file away."""
    scenario = _door(request, pk)
    actions.remove_attachment(
        actor=request.user, attachment=get_object_or_404(Attachment, pk=attachment_pk, scenario=scenario)
    )
    messages.success(request, _("附件已删除。"))
    return redirect("scenarios:edit", pk=scenario.pk)
