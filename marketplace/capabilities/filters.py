"""Filters shared by the list page and the API."""

import django_filters
from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.capabilities.models import Capability, CapabilityQuerySet
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.models import Deployment, Maturity, Modality, Region, Sector
from marketplace.web.filters import by_key


class CapabilityFilter(django_filters.FilterSet):
    """What a visitor chooses among capabilities."""

    q = django_filters.CharFilter(method="search", label=_("关键词"))
    sector = by_key(Sector, _("面向行业"), "sectors")
    region = by_key(Region, _("单位所在地"), "organisation__region")
    maturity = by_key(Maturity, _("成熟度"), "maturity")
    deployment = by_key(Deployment, _("部署方式"), "deployments")
    modality = by_key(Modality, _("处理的模态"), "modalities")
    size = django_filters.ChoiceFilter(
        field_name="organisation__size", choices=Organisation.Size.choices, label=_("单位规模"), empty_label=_("全部")
    )

    class Meta:
        model = Capability
        fields: list[str] = []
        form = forms.Form

    def search(self, rows: CapabilityQuerySet, name: str, value: str) -> CapabilityQuerySet:
        """Every word must occur in the name, the text or the organisation's name."""
        for word in value.split()[:8]:
            rows = rows.filter(
                models.Q(name__icontains=word)
                | models.Q(summary__icontains=word)
                | models.Q(technology__icontains=word)
                | models.Q(scenes__icontains=word)
                | models.Q(organisation__name__icontains=word)
            )
        return rows
