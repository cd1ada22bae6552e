"""Pages of cases."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.accounts.rules import administers
from marketplace.applications.forms import DecisionForm
from marketplace.applications.models import Application
from marketplace.cases import actions, rules
from marketplace.cases.filters import CaseFilter
from marketplace.cases.models import Case
from marketplace.cases.thread import stations, thread
from marketplace.organisations.rules import belongs_to
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.listing import paginate


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Delivered cases for everybody; those on the way for the people concerned."""
    chosen = CaseFilter(request.GET, queryset=Case.objects.visible_to(request.user).with_parties(), request=request)
    return render(request, "cases/list.html", {"filter": chosen, "listing": paginate(request, chosen.qs)})


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole thread: from posting to where it stands."""
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties().select_related("application"), pk=pk)
    inside = (
        belongs_to(request.user, case.department_id)
        or belongs_to(request.user, case.supplier_id)
        or administers(request.user, case.scenario.region)
    )
    context = {
        "case": case,
        "inside": inside,
        "stations": stations(case),
        "thread": thread(case) if inside else (),
        "steps": rules.steps_for(request.user, case),
    }
    return render(request, "cases/detail.html", context)


@require_POST
@signed_in
def accept(request: SignedInRequest, application_pk: int) -> HttpResponse:
    """Choose an application: its case opens."""
    application = get_object_or_404(Application.objects.visible_to(request.user).with_parties(), pk=application_pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明接受的理由。"))
        return redirect(application)
    case = actions.accept_application(actor=request.user, application=application, reason=form.cleaned_data["reason"])
    messages.success(request, _("已接受“%(name)s”的申请，案例已建立。") % {"name": case.supplier.name})
    return redirect(case)


@require_POST
@signed_in
def step(request: SignedInRequest, pk: int, name: str) -> HttpResponse:
    """Move the case along."""
    case = get_object_or_404(Case.objects.visible_to(request.user).with_parties(), pk=pk)
    actions.take_step(actor=request.user, case=case, step=name, reason=request.POST.get("reason", "")[:1000])
    messages.success(request, _("已办理，并已通知对方。"))
    return redirect(case)
