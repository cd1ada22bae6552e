"""Marking and inviting."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pairing.models import Mark


class MarkForm(forms.Form):
    """Keep, note a contact, or exclude with a reason."""

    kind = forms.ChoiceField(choices=[choice for choice in Mark.Kind.choices if choice[0] != Mark.Kind.INVITED])
    reason = forms.CharField(label=_("原因"), max_length=500, required=False)


class InvitationForm(forms.Form):
    """A few words to the company."""

    message = forms.CharField(
        label=_("留言"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("对方会在通知里看到"),
    )
