"""One's own page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.accounts import actions
from marketplace.accounts.forms import ProfileForm
from marketplace.web.doors import SignedInRequest, signed_in


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: SignedInRequest) -> HttpResponse:
    """Name, phone and language; links to password and second factor."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        actions.update_profile(actor=request.user, **form.cleaned_data)
        messages.success(request, _("已保存。"))
        return redirect("accounts:profile")
    return render(
        request, "accounts/profile.html", {"form": form, "offices": request.user.offices.select_related("region")}
    )
