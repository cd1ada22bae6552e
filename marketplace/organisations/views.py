"""Pages of organisations."""

from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.accounts.models import User
from marketplace.accounts.rules import is_administrator
from marketplace.audit.models import Entry
from marketplace.organisations import actions, rules
from marketplace.organisations.forms import DepartmentForm, MemberForm, ReasonForm, SupplierForm
from marketplace.organisations.models import Membership, Organisation
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.forms import once
from marketplace.web.listing import paginate
from marketplace.web.verdicts import Refused, require


def _door(request: HttpRequest, pk: int) -> Organisation:
    visible = Organisation.objects.visible_to(request.user).select_related("region")
    return get_object_or_404(visible, pk=pk)


@require_GET
@signed_in
def choose(request: SignedInRequest) -> HttpResponse:
    """Which side do you stand on?"""
    return render(request, "organisations/choose.html", {"memberships": rules.memberships_of(request.user)})


@require_http_methods(["GET", "POST"])
@signed_in
def register(request: SignedInRequest, side: str) -> HttpResponse:
    """Register a department or a supplier."""
    require(rules.may_register(request.user))
    form_class = DepartmentForm if side == "department" else SupplierForm
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        content = {"kind": Organisation.Kind.DEPARTMENT, **_content(form)}
        where = once(
            request,
            form.cleaned_data["form_token"],
            lambda: actions.register(actor=request.user, **content),
            lambda organisation: organisation.get_absolute_url(),
        )
        messages.success(request, _("已登记，等待管理员核验。核验期间可以先写草稿。"))
        return redirect(where)
    return render(request, "organisations/form.html", {"form": form, "side": side})


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the profile."""
    organisation = _door(request, pk)
    require(rules.may_write_for(request.user, organisation))
    form_class = DepartmentForm if organisation.is_department else SupplierForm
    form = form_class(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        actions.update_profile(actor=request.user, organisation=organisation, **_content(form))
        messages.success(request, _("已保存。"))
        return redirect(organisation)
    side = "department" if organisation.is_department else "supplier"
    return render(request, "organisations/form.html", {"form": form, "side": side, "organisation": organisation})


def _content(form: "ModelForm[Any]") -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "form_token"}


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisation's page; members and administrators see more of it."""
    organisation = _door(request, pk)
    member = rules.belongs_to(request.user, organisation.pk)
    verifying = bool(rules.may_verify(request.user, organisation))
    context = {
        "organisation": organisation,
        "member": member,
        "may_edit": rules.may_write_for(request.user, organisation),
        "may_manage": rules.may_manage_members(request.user, organisation),
        "verifying": verifying,
        "wanted_sectors": organisation.wanted_sectors.all(),
        "served_regions": organisation.served_regions.all(),
        "memberships": organisation.memberships.select_related("user") if member or verifying else (),
        "history": Entry.objects.about(organisation).select_related("actor")[:20] if member or verifying else (),
        "member_form": MemberForm(),
        "reason_form": ReasonForm(),
    }
    return render(request, "organisations/detail.html", context)


@require_GET
@signed_in
def queue(request: SignedInRequest) -> HttpResponse:
    """Organisations that wait for verification, for administrators."""
    if not is_administrator(request.user):
        raise Refused(_("只有管理员可以核验单位。"))
    waiting = Organisation.objects.visible_to(request.user).waiting().select_related("region").order_by("created_at")
    return render(request, "organisations/queue.html", {"listing": paginate(request, waiting)})


@require_POST
@signed_in
def verify(request: SignedInRequest, pk: int) -> HttpResponse:
    """Accept the proof."""
    organisation = actions.verify(actor=request.user, organisation=_door(request, pk))
    messages.success(request, _("“%(name)s”已通过核验。") % {"name": organisation.name})
    return redirect(organisation)


@require_POST
@signed_in
def reject(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refuse the proof."""
    organisation = _door(request, pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明原因，对方需要知道怎样修改。"))
        return redirect(organisation)
    act = actions.suspend if organisation.state == Organisation.State.VERIFIED else actions.reject
    act(actor=request.user, organisation=organisation, reason=form.cleaned_data["reason"])
    messages.success(request, _("已办理，并已通知该单位。"))
    return redirect(organisation)


@require_POST
@signed_in
def add_member(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a colleague in."""
    organisation = _door(request, pk)
    require(rules.may_manage_members(request.user, organisation))
    form = MemberForm(request.POST)
    user = User.objects.filter(email__iexact=form.data.get("email", "").strip(), is_active=True).first()
    if not form.is_valid() or user is None:
        messages.error(request, _("没有找到用这个邮箱注册的账号。请同事先注册，再添加。"))
        return redirect(organisation)
    actions.add_member(actor=request.user, organisation=organisation, user=user, role=form.cleaned_data["role"])
    messages.success(request, _("已添加“%(name)s”。") % {"name": user.name})
    return redirect(organisation)


@require_POST
@signed_in
def remove_member(request: SignedInRequest, pk: int, membership_pk: int) -> HttpResponse:
    """Take a colleague out."""
    organisation = _door(request, pk)
    membership = get_object_or_404(Membership, pk=membership_pk, organisation=organisation)
    actions.remove_member(actor=request.user, membership=membership)
    messages.success(request, _("已移除。"))
    return redirect(organisation)
