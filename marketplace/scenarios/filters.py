"""Filters shared by the list page and the API."""

from datetime import timedelta

import django_filters
from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.scenarios.models import Scenario, ScenarioQuerySet, State
from marketplace.taxonomy.models import CooperationMode, Kind, PriorityArea, Region, Sector
from marketplace.web.filters import by_key


class ScenarioFilter(django_filters.FilterSet):
    """What a visitor chooses among opportunities."""

    STATUS = (
        ("open", _("开放申请")),
        ("awarded", _("已签约")),
        ("closed", _("已截止或到期")),
        ("all", _("全部")),
    )
    CLOSING = (("7", _("7 天内截止")), ("30", _("30 天内截止")))

    q = django_filters.CharFilter(method="search", label=_("关键词"))
    area = by_key(PriorityArea, _("重点领域"), "area")
    sector = by_key(Sector, _("所属行业"), "sector")
    kind = by_key(Kind, _("机会类别"), "kind")
    region = by_key(Region, _("所属区域"), "region")
    mode = by_key(CooperationMode, _("合作方式"), "mode")
    status = django_filters.ChoiceFilter(method="by_status", choices=STATUS, label=_("状态"), empty_label=None)
    closing = django_filters.ChoiceFilter(
        method="closing_within", choices=CLOSING, label=_("截止"), empty_label=_("不限")
    )

    class Meta:
        model = Scenario
        fields: list[str] = []
        form = forms.Form

    def search(self, rows: ScenarioQuerySet, name: str, value: str) -> ScenarioQuerySet:
        """Every word must occur in the title, the text or the department's name."""
        for word in value.split()[:8]:
            rows = rows.filter(
                models.Q(title__icontains=word)
                | models.Q(summary__icontains=word)
                | models.Q(pain__icontains=word)
                | models.Q(direction__icontains=word)
                | models.Q(department__name__icontains=word)
            )
        return rows

    def by_status(self, rows: ScenarioQuerySet, name: str, value: str) -> ScenarioQuerySet:
        """Open ones, awarded ones, ended ones, or all."""
        if value == "open":
            return rows.open()
        if value == "awarded":
            return rows.filter(state=State.AWARDED)
        if value == "closed":
            return rows.filter(state__in=[State.CLOSED, State.EXPIRED])
        return rows

    def closing_within(self, rows: ScenarioQuerySet, name: str, value: str) -> ScenarioQuerySet:
        """Deadline within so many days."""
        return rows.filter(closes_at__lte=timezone.now() + timedelta(days=int(value)))
