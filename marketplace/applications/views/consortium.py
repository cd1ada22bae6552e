"""Partners: asked by the leader, answered on the application's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.applications import actions
from marketplace.applications.forms import PartnerForm
from marketplace.applications.models import Partner
from marketplace.applications.views.doors import application_door
from marketplace.web.doors import SignedInRequest, signed_in


@require_POST
@signed_in
def invite_partner(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask an organisation to join."""
    application = application_door(request, pk)
    form = PartnerForm(request.POST)
    if form.is_valid() and form.organisation is not None:
        share = form.cleaned_data["share"]
        actions.invite_partner(actor=request.user, application=application, organisation=form.organisation, share=share)
        messages.success(request, _("已邀请“%(name)s”，对方确认后即可提交。") % {"name": form.organisation.name})
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("applications:edit", pk=pk)


@require_POST
@signed_in
def answer_partner(request: SignedInRequest, pk: int, partner_pk: int) -> HttpResponse:
    """Join, refuse or leave."""
    partner = get_object_or_404(Partner, pk=partner_pk, application=application_door(request, pk))
    if request.POST.get("answer") == "confirm":
        actions.confirm_partnership(actor=request.user, partner=partner)
        messages.success(request, _("已确认参加联合体。"))
        return redirect(partner.application)
    actions.refuse_partnership(actor=request.user, partner=partner, reason=request.POST.get("reason", "")[:500])
    messages.success(request, _("已答复，牵头单位会收到通知。"))
    return redirect("applications:list")


@require_POST
@signed_in
def remove_partner(request: SignedInRequest, pk: int, partner_pk: int) -> HttpResponse:
    """Go on without a partner."""
    partner = get_object_or_404(Partner, pk=partner_pk, application=application_door(request, pk))
    actions.remove_partner(actor=request.user, partner=partner)
    messages.success(request, _("已移出联合体。"))
    return redirect("applications:edit", pk=pk)
