"""Marking and inviting."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pairing.models import Mark


class MarkForm(forms.Form):
    """Keep, note a contact, or exclude with a reason."""

    kind = forms.ChoiceField(
        choices=[choice for choice in Mark.Kind.choices if choice[0] != Mark.Kind.INVITED],
        error_messages={"required": _("请选择一种标记。"), "invalid_choice": _("请选择一种标记。")},
    )
    exclusion = forms.ChoiceField(label=_("排除原因"), choices=Mark.Exclusion.choices, required=False)
    reason = forms.CharField(
        label=_("说明"), max_length=500, required=False, error_messages={"max_length": _("说明请控制在 500 字以内。")}
    )

    def clean(self) -> dict[str, Any]:
        """An exclusion says of which kind its reason is; “其他” says it in words."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Mark.Kind.EXCLUDED:
            if not cleaned.get("exclusion"):
                self.add_error("exclusion", _("请选择排除的原因，它会帮助改进以后的匹配。"))
            elif cleaned["exclusion"] == Mark.Exclusion.OTHER and not (cleaned.get("reason") or "").strip():
                self.add_error("reason", _("选“其他”时请写明原因，它会帮助改进以后的匹配。"))
        return cleaned


class InvitationForm(forms.Form):
    """A few words to the company."""

    message = forms.CharField(
        label=_("留言"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("对方会在通知里看到"),
    )
