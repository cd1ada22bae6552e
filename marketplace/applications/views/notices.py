"""公示: choices that stand open to objections, for everybody."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.applications import actions, rules
from marketplace.applications.forms import ObjectionForm
from marketplace.applications.models import Application, Objection
from marketplace.organisations.rules import belongs_to
from marketplace.taxonomy.workdays import unknown_years, workdays_between
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.listing import paginate


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """All that stand now and stood before, the newest first."""
    rows = Application.objects.filter(notice_from__isnull=False).with_parties()
    listing = paginate(request, rows.order_by("-notice_from", "-pk"))
    return render(request, "applications/notices.html", {"listing": listing, "today": timezone.localdate()})


@require_http_methods(["GET", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One choice: who, why, until when, what was objected; and where to object."""
    rows = Application.objects.filter(notice_from__isnull=False, notice_until__isnull=False).with_parties()
    application = get_object_or_404(rows, pk=pk)
    first, last = cast(date, application.notice_from), cast(date, application.notice_until)  # both, by the query
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _object(request, application, form)
    today = timezone.localdate()
    department = belongs_to(request.user, application.scenario.department_id)
    context = {
        "application": application,
        "scenario": application.scenario,
        "partners": application.partners.received().select_related("organisation"),
        "reserves": Application.objects.filter(scenario=application.scenario).reserves().with_parties(),
        "left": workdays_between(today, last),
        "unknown": unknown_years(first, last),
        "objections": application.objections.all(),
        "department": department,
        "may_answer": department and not rules.is_applicant(request.user, application),
        "may_object": rules.may_object(request.user, application),
        "form": form,
    }
    return render(request, "applications/notice.html", context)


@signed_in
def _object(request: SignedInRequest, application: Application, form: ObjectionForm) -> HttpResponse:
    content = {name: form.cleaned_data[name] for name in ("name", "phone", "text")}

    def do() -> Objection:
        return actions.object_to(actor=request.user, application=application, **content)

    where = once(request, form.cleaned_data["form_token"], do, lambda _made: rules.notice_url(application))
    messages.success(request, _("异议已收到，处理后会通知您。"))
    return redirect(where)


@require_POST
@signed_in
def answer_objection(request: SignedInRequest, pk: int) -> HttpResponse:
    """The department says whether it holds."""
    visible = Application.objects.visible_to(request.user)
    objection = get_object_or_404(
        Objection.objects.select_related("application__scenario"), pk=pk, application__in=visible
    )
    holds = request.POST.get("holds") == "yes"
    actions.answer_objection(
        actor=request.user, objection=objection, holds=holds, answer=request.POST.get("answer", "")[:2000]
    )
    messages.success(request, _("已处理，并已通知提出人。"))
    return redirect(rules.notice_url(objection.application))
