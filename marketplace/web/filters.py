"""Filters that several lists use."""

from typing import Any

import django_filters
from django.db import models
from django.utils.translation import gettext_lazy as _


def by_key(model: type[models.Model], label: Any, field: str) -> django_filters.ModelChoiceFilter:
    """Choose a term by its key, which stays in addresses."""
    return django_filters.ModelChoiceFilter(
        field_name=field,
        queryset=lambda request: model._default_manager.all(),
        to_field_name="key",
        label=label,
        empty_label=_("全部"),
    )
