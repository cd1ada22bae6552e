"""The policy's form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PolicyForm(forms.Form):
    """What is asked of the lists; at least one of the two."""

    gini_target = forms.FloatField(
        label=_("前十位曝光的基尼系数不高于"),
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.01"}),
        help_text=_("0 是人人一样，1 是一家独占；留空不作要求"),
    )
    small_share = forms.IntegerField(
        label=_("小微企业曝光占比不低于（%）"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("按位次折算的曝光；留空不作要求"),
    )

    def clean(self) -> dict[str, Any]:
        """Something must be asked."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and cleaned.get("gini_target") is None and cleaned.get("small_share") is None:
            self.add_error("gini_target", _("请至少填写一项目标。"))
        return cleaned
