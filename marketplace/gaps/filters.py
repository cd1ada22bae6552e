"""Filters shared by the page of gaps and the interface."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.gaps.models import Waiting
from marketplace.taxonomy.models import PriorityArea, Region, Requirement, Sector
from marketplace.web.filters import by_key


class WaitingFilter(django_filters.FilterSet):
    """Which of the waiting opportunities are counted."""

    area = by_key(PriorityArea, _("重点领域"), "scenario__area")
    sector = by_key(Sector, _("所属行业"), "scenario__sector")
    requirement = by_key(Requirement, _("要求"), "unmet")
    region = by_key(Region, _("所属区域"), "scenario__region")

    class Meta:
        model = Waiting
        fields: list[str] = []
        form = forms.Form
