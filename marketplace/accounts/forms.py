"""Signing up, and one's own data."""

from typing import Any, ClassVar

from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.web.fields import validate_plain_text


class SignupForm(BaseSignupForm):  # type: ignore[misc]  # allauth has no types
    """Besides e-mail and password: a name to call the person by, and a phone for the other side."""

    name = forms.CharField(label=_("姓名"), max_length=60, validators=[validate_plain_text])
    phone = forms.CharField(label=_("电话"), max_length=30, required=False, validators=[validate_plain_text])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "email", "phone", "password1", "password2"])


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # the model is named in Meta
    """One's own name, phone and language."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["name", "phone", "language"]
