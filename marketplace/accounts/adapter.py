"""Where sign-in meets our people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from marketplace.accounts.models import User


def display_name(user: User) -> str:
    """How the person is called on pages."""
    return str(user)


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps the name that the sign-up form asks for."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save the person with name, phone and the language of the page."""
        user.name = form.cleaned_data.get("name", "")
        user.phone = form.cleaned_data.get("phone", "")
        user.language = getattr(request, "LANGUAGE_CODE", "zh-hans")
        saved: User = super().save_user(request, user, form, commit)
        return saved
