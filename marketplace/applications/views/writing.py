"""The applicant's pages."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.models import User
from marketplace.applications import actions, rules
from marketplace.applications.actions.drafting import Stale, attempt_of, with_revision
from marketplace.applications.forms import ApplicationForm, CoauthorForm, PartnerForm, StartForm
from marketplace.applications.gates import Attempt, answers
from marketplace.applications.models import Application, Attachment
from marketplace.applications.parts import missing_labels
from marketplace.applications.views.doors import application_door
from marketplace.organisations.rules import writing_organisations
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.verdicts import Refused, require


@require_http_methods(["GET", "POST"])
@signed_in
def apply(request: SignedInRequest, scenario_pk: int) -> HttpResponse:
    """Before the first word: what is asked, which gates are open. The button begins the draft, which saves itself."""
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=scenario_pk)
    organisations = writing_organisations(request.user, departments=False)
    form = StartForm(request.POST or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():

        def do() -> Application:
            return actions.draft(
                actor=request.user,
                scenario=scenario,
                organisation=form.cleaned_data["organisation"],
                contact_name=request.user.name,
                contact_phone=request.user.phone,
            )

        return redirect(
            once(request, form.cleaned_data["form_token"], do, lambda made: f"{made.get_absolute_url()}edit/")
        )
    require(rules.may_apply(request.user, scenario))
    terms = terms_of(scenario)
    said = [
        (organisation, answers(Attempt(scenario, terms, (organisation,), timezone.now())))
        for organisation in organisations
    ]
    return render(
        request, "applications/start.html", {"form": form, "scenario": scenario, "terms": terms, "said": said}
    )


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write a draft, or change what was received until the deadline."""
    application = application_door(request, pk)
    require(rules.may_edit(request.user, application))
    terms = terms_of(application.scenario)
    form = ApplicationForm(
        request.POST or None, request.FILES or None, instance=with_revision(application), terms=terms
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, application, form)
        except Stale as stale:
            form.add_error(None, str(stale.reason))
            current = Application.objects.values_list("version", flat=True).get(pk=pk)
            form.data = {**form.data.dict(), "version": str(current)}  # type: ignore[attr-defined]  # a QueryDict
    return render(request, "applications/form.html", {"form": form, **_beside(request, application, terms)})


def _saved(request: SignedInRequest, application: Application, form: ApplicationForm) -> HttpResponse:
    changed = actions.edit(
        actor=request.user,
        application=application,
        files=form.uploads(),
        version=form.cleaned_data["version"],
        **form.content(),
    )
    if not form.handing_in:
        messages.success(request, _("已保存。"))
        return redirect("applications:edit", pk=changed.pk)
    try:
        handed_in = actions.submit(actor=request.user, application=changed)
    except Refused as refused:
        messages.error(request, str(refused.reason))
        return redirect("applications:edit", pk=changed.pk)
    messages.success(request, _("申请已提交，回执在本页。"))
    return redirect(handed_in)


@require_POST
@signed_in
def autosave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep what is being typed: every field that can be read, even when others cannot. Answers a line for the form."""
    application = application_door(request, pk)
    terms = terms_of(application.scenario)
    data = request.POST.copy()
    data["intent"] = "save"
    form = ApplicationForm(data, instance=with_revision(application), terms=terms)
    form.is_valid()
    context: dict[str, Any] = {"form": form, "bad": [form[name] for name in form.errors if name in form.fields]}
    try:
        saved = actions.edit(
            actor=request.user,
            application=application,
            version=form.cleaned_data.get("version"),
            **form.content(),
        )
    except Stale as stale:
        context |= {"stale": stale.reason}
    else:
        context |= {"version": saved.version, "at": saved.updated_at, "missing": _missing(saved, terms)}
    return render(request, "applications/_saved.html", context)


def _missing(application: Application, terms: Any) -> list[str]:
    return missing_labels(with_revision(application), terms.parts)


def _beside(request: SignedInRequest, application: Application, terms: Any) -> dict[str, Any]:
    files: Any = application.attachments
    return {
        "application": application,
        "scenario": application.scenario,
        "terms": terms,
        "gates": answers(attempt_of(application, terms, timezone.now())),
        "missing": missing_labels(application, terms.parts),
        "attachments": files.working(),
        "partners": application.partners.select_related("organisation"),
        "partner_form": PartnerForm(),
        "coauthors": application.coauthors.all(),
        "coauthor_form": CoauthorForm(application=application),
    }


@require_POST
@signed_in
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand in."""
    application = actions.submit(actor=request.user, application=application_door(request, pk))
    messages.success(request, _("申请已提交，回执在本页。"))
    return redirect(application)


@require_POST
@signed_in
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back."""
    application = actions.withdraw(actor=request.user, application=application_door(request, pk))
    messages.success(request, _("申请已撤回。"))
    return redirect(application)


@require_POST
@signed_in
def add_coauthor(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let a colleague write along."""
    application = application_door(request, pk)
    form = CoauthorForm(request.POST, application=application)
    if form.is_valid():
        actions.add_coauthor(actor=request.user, application=application, person=form.cleaned_data["person"])
        messages.success(request, _("已添加共同填写人。"))
    else:
        messages.error(request, _("请选择本单位的一位同事。"))
    return redirect("applications:edit", pk=pk)


@require_POST
@signed_in
def remove_coauthor(request: SignedInRequest, pk: int, person_pk: int) -> HttpResponse:
    """The colleague reads only, as before."""
    application = application_door(request, pk)
    person = get_object_or_404(User, pk=person_pk)
    actions.remove_coauthor(actor=request.user, application=application, person=person)
    messages.success(request, _("已移除共同填写人。"))
    return redirect("applications:edit", pk=pk)


@require_POST
@signed_in
def drop_attachment(request: SignedInRequest, pk: int, attachment_pk: int) -> HttpResponse:
    """Leave a file out."""
    application = application_door(request, pk)
    row = get_object_or_404(Attachment.objects.working(), pk=attachment_pk, application=application)
    actions.drop_attachment(actor=request.user, attachment=row)
    messages.success(request, _("附件已移除。"))
    return redirect("applications:edit", pk=pk)
