"""What an administrator chooses among training pairs."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.learning.models import TrainingPair, TrainingPairQuerySet
from marketplace.pairing.models import Mark


class TrainingPairFilter(django_filters.FilterSet):
    """By source, by what it says, by the reason of an exclusion."""

    SAYS = (("positive", _("合适")), ("negative", _("不合适")), ("preference", _("只是偏好")))

    source = django_filters.ChoiceFilter(choices=TrainingPair.Source.choices, label=_("来源"), empty_label=_("全部"))
    says = django_filters.ChoiceFilter(method="by_saying", choices=SAYS, label=_("含义"), empty_label=_("全部"))
    exclusion = django_filters.ChoiceFilter(choices=Mark.Exclusion.choices, label=_("排除原因"), empty_label=_("全部"))

    class Meta:
        model = TrainingPair
        fields: list[str] = []
        form = forms.Form

    def by_saying(self, rows: TrainingPairQuerySet, name: str, value: str) -> TrainingPairQuerySet:
        """Fits, does not fit, or a preference."""
        if value == "preference":
            return rows.filter(grade__isnull=True)
        return rows.filter(grade__gte=2) if value == "positive" else rows.filter(grade__lt=2)
