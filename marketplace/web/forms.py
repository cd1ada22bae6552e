"""What every form of the application has: a one-time token, so that the same form sent twice makes one row."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.forms.utils import ErrorDict

from marketplace.web.doors import SignedInRequest
from marketplace.web.models import SentForm


def new_token() -> str:
    """A fresh token; Django calls it for each unbound form."""
    return str(uuid.uuid4())


class OnceForm(forms.Form):
    """Base of forms that create something. Carries the hidden one-time token."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=new_token)


class OnceModelForm(forms.ModelForm):  # type: ignore[type-arg]  # subclasses name their model in Meta
    """The same for model forms."""

    form_token = forms.UUIDField(widget=forms.HiddenInput, initial=new_token)


class ReadForm(OnceModelForm):
    """A form whose texts can be read before it is sent: the button `intent=read` judges and saves nothing."""

    @property
    def reading(self) -> bool:
        """Whether the button pressed was “从文字中读取”."""
        return self.data.get("intent") == "read"

    def full_clean(self) -> None:
        """Errors wait until the person saves or hands in."""
        if self.is_bound and self.reading:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}
        else:
            super().full_clean()

    def is_valid(self) -> bool:
        """What was only to be read is never ready to be saved."""
        return super().is_valid() and not self.reading

    def typed(self, name: str) -> str:
        """A field's value as it stands: typed so far, or as it was stored."""
        value = self[name].value()
        return "" if value is None else str(value)

    def ticked(self, name: str) -> list[str]:
        """The values of a field of several choices as the form sends them."""
        return [str(getattr(value, "pk", value)) for value in self[name].value() or ()]


def once(request: SignedInRequest, token: uuid.UUID, do: Callable[[], Any], location: Callable[[Any], str]) -> str:
    """Run `do` for the first sending of the form and return where it leads; a second sending leads to the same place.

    Two sendings at the same moment meet at the primary key: the later waits for the earlier to commit, then finds
    its location.
    """
    try:
        with transaction.atomic():
            sent = SentForm.objects.create(token=token, user_id=request.user.pk)
            sent.location = location(do())
            sent.save(update_fields=["location"])
            return sent.location
    except IntegrityError:
        earlier = SentForm.objects.filter(token=token, user_id=request.user.pk).first()
        if earlier is None:
            raise
        return earlier.location
