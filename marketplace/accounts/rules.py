"""Who holds which office, asked in one place."""

from django.contrib.auth.models import AnonymousUser

from marketplace.accounts.models import Office, User
from marketplace.taxonomy.models import Region

AnyUser = User | AnonymousUser


def _offices(user: AnyUser) -> list[Office]:
    """The person's offices, read once per loaded user."""
    if not isinstance(user, User) or not user.is_active:
        return []
    cached: list[Office] | None = getattr(user, "_offices_read", None)
    if cached is None:
        cached = list(user.offices.select_related("region"))
        user._offices_read = cached  # type: ignore[attr-defined]  # lives as long as this loaded person
    return cached


def is_administrator(user: AnyUser) -> bool:
    """Whether the person administers anything."""
    return any(office.role == Office.Role.ADMINISTRATOR for office in _offices(user))


def is_province_administrator(user: AnyUser) -> bool:
    """Whether the person administers the whole province."""
    return any(office.role == Office.Role.ADMINISTRATOR and office.region_id is None for office in _offices(user))


def administered_region_ids(user: AnyUser) -> list[int]:
    """The regions of a city administrator; empty for others (the province's sees all: ask that first)."""
    return [
        office.region_id
        for office in _offices(user)
        if office.role == Office.Role.ADMINISTRATOR and office.region_id is not None
    ]


def administers(user: AnyUser, region: Region | None) -> bool:
    """Whether the person administers that region: its own, the one above it, or the whole province."""
    if is_province_administrator(user):
        return True
    regions = administered_region_ids(user)
    return region is not None and (region.pk in regions or region.parent_id in regions)


def is_judge(user: AnyUser) -> bool:
    """Whether the person is in the pool of judges."""
    return any(office.role == Office.Role.JUDGE for office in _offices(user))
