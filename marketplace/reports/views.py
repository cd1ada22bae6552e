"""The public home page, and each role's own."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from marketplace.accounts.rules import is_administrator, is_judge, is_province_administrator
from marketplace.notifications.models import Notification
from marketplace.notifications.views import phrased
from marketplace.organisations.rules import memberships_of
from marketplace.reports import home as figures_of_home
from marketplace.reports.measures import MEASURES
from marketplace.reports.work import tasks_of
from marketplace.taxonomy.models import Sector
from marketplace.web.doors import SignedInRequest, signed_in


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What this is, what is open where, and how far the plan has come."""
    areas = figures_of_home.by_area()
    context = {
        "figures": figures_of_home.figures(),
        "progress": figures_of_home.progress(),
        "by_area": areas,
        "area_max": max((share.count for share in areas), default=0) or 1,
        "map_outline": settings.MAP_OUTLINE,
        "by_city": figures_of_home.by_city(),
        "newest": figures_of_home.newest(),
        "stories": figures_of_home.stories(),
    }
    return render(request, "reports/home.html", context)


@require_GET
def cities(request: HttpRequest) -> JsonResponse:
    """Data of the map: open opportunities in each city, with the address of their list."""
    rows = [
        {
            "code": share.term.key,
            "name": share.term.name_zh,
            "label": share.term.name,
            "value": share.count,
            "url": share.url,
        }
        for share in figures_of_home.by_city()
    ]
    return JsonResponse({"label": str(_("开放中的场景机会")), "unit": str(_("个")), "cities": rows})


@require_GET
def definitions(request: HttpRequest) -> HttpResponse:
    """What each figure means, with its rows one click away."""
    rows = [{"measure": measure, "value": measure.value()} for measure in MEASURES.values()]
    return render(request, "reports/definitions.html", {"rows": rows})


@require_GET
@signed_in
def work(request: SignedInRequest) -> HttpResponse:
    """What waits for me, by when; what is new."""
    user = request.user
    newest = list(Notification.objects.visible_to(user)[:6])
    context = {
        "tasks": tasks_of(user),
        "memberships": memberships_of(user),
        "news": phrased(newest),
        "administrator": is_administrator(user),
        "judge": is_judge(user),
        "provisional_sectors": Sector.objects.in_use().filter(is_official=False).count()
        if is_province_administrator(user)
        else 0,
    }
    return render(request, "reports/work.html", context)
