"""Filters of the list of cases."""

import django_filters
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.cases.models import RUNNING_STATES, Case, CaseQuerySet
from marketplace.taxonomy.models import PriorityArea, Region, Sector
from marketplace.web.filters import by_key


class CaseFilter(django_filters.FilterSet):
    """What a visitor chooses among cases."""

    STATUS = (("delivered", _("已落地")), ("benchmark", _("标杆示范")), ("running", _("进行中")))

    q = django_filters.CharFilter(method="search", label=_("关键词"))
    area = by_key(PriorityArea, _("重点领域"), "scenario__area")
    sector = by_key(Sector, _("所属行业"), "scenario__sector")
    region = by_key(Region, _("所属区域"), "scenario__region")
    status = django_filters.ChoiceFilter(method="by_status", choices=STATUS, label=_("状态"), empty_label=_("全部"))

    class Meta:
        model = Case
        fields: list[str] = []
        form = forms.Form

    def search(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """Every word must occur in the title or a party's name."""
        for word in value.split()[:8]:
            rows = rows.filter(
                models.Q(title__icontains=word)
                | models.Q(department__name__icontains=word)
                | models.Q(supplier__name__icontains=word)
            )
        return rows

    def by_status(self, rows: CaseQuerySet, name: str, value: str) -> CaseQuerySet:
        """Delivered, certified, or on the way."""
        if value == "delivered":
            return rows.delivered()
        if value == "benchmark":
            return rows.benchmarks()
        return rows.filter(state__in=RUNNING_STATES)
