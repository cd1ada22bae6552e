"""The parts of an application: which fields each consists of, and which are still missing."""

from collections.abc import Iterable
from typing import Any

from marketplace.applications.models import Application
from marketplace.taxonomy.models import ApplicationPart

FIELDS: dict[str, tuple[str, ...]] = {
    ApplicationPart.PROPOSAL: ("proposal",),
    ApplicationPart.INDICATORS: ("promised",),
    ApplicationPart.PRICE: ("price_wan",),
    ApplicationPart.SCHEDULE: ("period_months", "schedule"),
    ApplicationPart.RESOURCES: ("data_needed", "compute_needed"),
    ApplicationPart.TEAM: ("team",),
    ApplicationPart.REFERENCES: ("track_record",),
}
# Asked for whatever the department chose: who is to be called.
ALWAYS = ("contact_name", "contact_phone")


def fields_asked(parts: Iterable[str]) -> list[str]:
    """The fields that a form with these parts has, in the order of the menu."""
    chosen = set(parts)
    return [name for part in ApplicationPart if part in chosen for name in FIELDS[part]]


def missing_fields(application: Application, parts: Iterable[str]) -> list[str]:
    """Fields that are asked for and empty; a price of 0 is an answer."""
    wanted = [*fields_asked(parts), "contact_phone"]
    return [name for name in wanted if _empty(getattr(application, name))]


def missing_labels(application: Application, parts: Iterable[str]) -> list[str]:
    """The same, as people call the fields."""
    return [label_of(name) for name in missing_fields(application, parts)]


def label_of(name: str) -> str:
    """How people call a field."""
    return str(Application._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # no relation but the capability


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
