"""Public pages of gaps, and following them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from marketplace.gaps import actions, rules
from marketplace.gaps.filters import WaitingFilter
from marketplace.gaps.models import Follow, Gap, Waiting
from marketplace.gaps.overview import counted, rows_of
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import writing_organisations
from marketplace.web.doors import SignedInRequest, signed_in
from marketplace.web.listing import paginate
from marketplace.web.verdicts import require


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """What is missing, by sector, area or requirement; the largest gap first."""
    asked = request.GET.get("by", "")
    dimension = asked if asked in Gap.Dimension.values else Gap.Dimension.SECTOR.value
    chosen = WaitingFilter(request.GET, queryset=Waiting.objects.shown(), request=request)
    figures = counted(dimension, chosen.qs)
    gaps = Gap.objects.open().of_dimension(dimension).filter(**{f"{dimension}__in": list(figures)}).with_terms()
    listed = sorted(gaps, key=lambda gap: (-figures[gap.term.pk][0], figures[gap.term.pk][1], gap.pk))
    context = {
        "rows": rows_of(listed, figures),
        "filter": chosen,
        "by": dimension,
        "dimensions": Gap.Dimension.choices,
        "total": chosen.qs.values("pk").distinct().count(),
        "followed": _followed(request),
    }
    return render(request, "gaps/list.html", context)


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One gap: the opportunities that wait in it, in the departments' own words. Stays when the gap is closed."""
    gap = get_object_or_404(Gap.objects.with_terms(), pk=pk)
    waiting = gap.waiting.select_related("scenario__department", "scenario__region", "scenario__area")
    context = {
        "gap": gap,
        "listing": paginate(request, waiting.prefetch_related("unmet")),
        "organisations": writing_organisations(request.user, departments=False),
        "followed": _followed(request, gap),
        "may_follow": rules.may_follow(request.user),
    }
    return render(request, "gaps/detail.html", context)


def _followed(request: HttpRequest, gap: Gap | None = None) -> set[int]:
    """The gaps that one's organisations follow; of one gap, the organisations that follow it."""
    own = [organisation.pk for organisation in writing_organisations(request.user, departments=False)]
    if not own:
        return set()
    follows = Follow.objects.filter(organisation__in=own)
    if gap is not None:
        return set(follows.filter(gap=gap).values_list("organisation", flat=True))
    return set(follows.values_list("gap", flat=True))


def _organisation(request: SignedInRequest) -> Organisation:
    require(rules.may_follow(request.user))
    own = writing_organisations(request.user, departments=False)
    return next((each for each in own if str(each.pk) == request.POST.get("organisation")), own[0])


@require_POST
@signed_in
def follow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Be told of what is new in it."""
    gap = get_object_or_404(Gap, pk=pk)
    actions.follow(actor=request.user, gap=gap, organisation=_organisation(request))
    messages.success(request, _("已关注。有新的机会或缺口补上时会通知您。"))
    return redirect(gap)


@require_POST
@signed_in
def unfollow(request: SignedInRequest, pk: int) -> HttpResponse:
    """Be told no more."""
    gap = get_object_or_404(Gap, pk=pk)
    actions.unfollow(actor=request.user, gap=gap, organisation=_organisation(request))
    messages.success(request, _("已取消关注。"))
    return redirect(gap)
