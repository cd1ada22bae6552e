"""The beacon that counts what was seen, and the policy's buttons."""

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.exposure import actions, rules
from marketplace.exposure.forms import PolicyForm
from marketplace.exposure.models import Policy
from marketplace.exposure.seals import unseal
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.verdicts import require

AGAIN_SECONDS = 1800  # the same list seen again within half an hour is the same look
PER_MINUTE = 60  # beacons of one person; more is a machine

REPORT = "reports:exposure"  # the page with the buttons belongs to an app above


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """The first `count` rows of a part of a list came into view. What was counted already is not counted again."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    shown = unseal(request.POST.get("seal", ""))
    number = request.POST.get("count", "")
    if shown is None or shown.viewer != request.user.pk or not number.isdecimal():
        return HttpResponse(status=400)
    if not _within_rate(request.user.pk):
        return HttpResponse(status=429)
    count = min(int(number[:4]), len(shown.organisations))
    key = f"seen:{shown.viewer}:{shown.subject}:{shown.first}"
    before = int(cache.get(key, 0))
    if count > before:
        cache.set(key, count, AGAIN_SECONDS)
        actions.count_seen(
            seen=[(shown.organisations[n], shown.first + n) for n in range(before, count)],
        )
    return HttpResponse(status=204)


def _within_rate(viewer: int) -> bool:
    key = f"seen-rate:{viewer}"
    cache.add(key, 0, 60)
    try:
        return int(cache.incr(key)) <= PER_MINUTE
    except ValueError:  # it ran out between the two calls
        return True


@require_http_methods(["GET", "POST"])
@signed_in
def try_policy(request: SignedInRequest) -> HttpResponse:
    """Have a policy's effect computed."""
    require(rules.may_set_policy(request.user))
    form = PolicyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.try_policy(actor=request.user, **form.cleaned_data)
        messages.success(request, _("已开始试算，几秒钟后显示效果和代价；试算不影响现在的排序。"))
        return redirect(f"{reverse(REPORT)}#policy")
    return render(request, "exposure/try.html", {"form": form, "report": reverse(REPORT)})


@require_POST
@signed_in
def adopt(request: SignedInRequest, pk: int) -> HttpResponse:
    """Switch it on."""
    actions.adopt(actor=request.user, policy=get_object_or_404(Policy, pk=pk))
    messages.success(request, _("已启用，匹配列表从现在起按它排序。"))
    return redirect(f"{reverse(REPORT)}#policy")


@require_POST
@signed_in
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Switch it off."""
    actions.end(actor=request.user, policy=get_object_or_404(Policy, pk=pk))
    messages.success(request, _("已停用，匹配列表恢复只按匹配度排序。"))
    return redirect(f"{reverse(REPORT)}#policy")
