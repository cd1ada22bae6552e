"""Model fields for what people type: plain text, with limits that hold for form, import and API alike."""

import re
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext as _
from django_fsm import FSMField, FSMFieldDescriptor

_MARKUP = re.compile(
    r"<\s*/?\s*(script|style|iframe|object|embed|img|svg|link|meta|html|body|form|input|a|div|span|p|br|table)\b[^<>]*>",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def validate_plain_text(value: str) -> None:
    """Refuse web markup and control characters: they come from pasting and mean nothing to a reader.

    A lone “<” or “>” (“误差 < 3%”) is text and passes. Pages escape everything all the same.
    """
    if found := _MARKUP.search(value):
        raise ValidationError(
            _("这里只接受纯文字，请删除其中的网页代码：%(found)s"), code="markup", params={"found": found.group(0)[:40]}
        )
    if _CONTROL.search(value):
        raise ValidationError(_("文字中含有看不见的控制字符，请先粘贴到记事本再复制过来。"), code="control")


class PlainTextField(models.TextField[Any, Any]):
    """Several lines of plain text; `max_length` holds everywhere, not only in forms."""

    default_validators = [validate_plain_text]

    @cached_property
    def validators(self) -> list[Any]:
        """The field's validators, with the limit that Django gives to one-line fields only."""
        limit = [] if self.max_length is None else [MaxLengthValidator(self.max_length)]
        return [*self.default_validators, *self._validators, *limit]  # type: ignore[attr-defined]  # Django keeps them there


class PlainCharField(models.CharField[Any, Any]):
    """One line of plain text."""

    default_validators = [validate_plain_text]


class _StateDescriptor(FSMFieldDescriptor):  # type: ignore[misc]  # django-fsm-2 has no types
    """Refuses to set a state past its transitions, but lets `full_clean` write back the value that stands there."""

    def __set__(self, instance: models.Model, value: str) -> None:
        if instance.__dict__.get(self.field.name) != value:
            super().__set__(instance, value)


class StateField(FSMField):  # type: ignore[misc]  # django-fsm-2 has no types
    """A state that only the model's transitions change."""

    descriptor_class = _StateDescriptor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "protected": True})
