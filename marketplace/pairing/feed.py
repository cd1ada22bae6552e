"""Gives the engine what is published and takes back what is not. What it still owes is found by query."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from marketplace.capabilities.models import Capability
from marketplace.pairing.models import Feed
from marketplace.scenarios.models import Scenario
from matching.actions import put_documents, withdraw_documents
from matching.encoding import warm_encoder
from matching.engine.documents import Facets, MatchDocument
from matching.engine.facts import computing_of
from matching.models import Document
from matching.refresh import renew

BATCH = 200
# What the engine reads, the most telling first. What the department asks stands first; what it has, last.
SCENARIO_FIELDS = ("title", "pain", "direction", "goals", "summary", "foundation")
CAPABILITY_FIELDS = ("name", "summary", "scenes", "technology", "evidence", "highlights")


def scenario_ref(pk: int) -> str:
    """The engine's name for an opportunity."""
    return f"scenario:{pk}"


def capability_ref(pk: int) -> str:
    """The engine's name for a capability."""
    return f"capability:{pk}"


def renew_all(tell: Callable[[int], None]) -> int:
    """Feed and renew until nothing is stale; returns how many texts were matched."""
    total = 0
    while True:
        fed = feed_changes()
        done = renew(warm_encoder(), limit=BATCH)
        total += done.matched
        if not fed and not done.matched and not done.embedded:
            return total
        tell(total)


def feed_changes(limit: int = BATCH) -> int:
    """Bring the engine's documents in line with what the market shows; returns how many records were looked at."""
    return _feed(Scenario.objects.open(), "scenario", limit) + _feed(Capability.objects.public(), "capability", limit)


@transaction.atomic
def _feed(shown: "models.QuerySet[Any]", side: str, limit: int) -> int:
    model = shown.model
    current: dict[str, Any] = {"feed__revision": models.F("revision"), "feed__shown": True}
    if side == "capability":
        current["feed__profile_revision"] = models.F("organisation__profile_revision")
    owed = shown.exclude(**current).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    rows = list(owed[:limit])
    documents = [_document(row) for row in model._default_manager.filter(pk__in=[row.pk for row in rows])]
    put_documents(documents)
    gone = Feed.objects.filter(shown=True, **{f"{side}__isnull": False}).exclude(**{f"{side}__in": shown})
    gone_rows = list(gone.select_for_update(skip_locked=True).order_by("pk")[:limit])
    ref = scenario_ref if side == "scenario" else capability_ref
    withdraw_documents([ref(getattr(feed, f"{side}_id")) for feed in gone_rows])
    Feed.objects.filter(pk__in=[feed.pk for feed in gone_rows]).update(shown=False)
    Feed.objects.bulk_create(
        [
            Feed(**{side: row}, revision=row.revision, profile_revision=_profile_revision(row), shown=True)
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=[side],
        update_fields=["revision", "profile_revision", "shown", "fed_at"],
    )
    return len(rows) + len(gone_rows)


def _profile_revision(row: Scenario | Capability) -> int:
    return row.organisation.profile_revision if isinstance(row, Capability) else 0


def _document(row: Scenario | Capability) -> MatchDocument:
    return scenario_document(row) if isinstance(row, Scenario) else capability_document(row)


def scenario_document(scenario: Scenario) -> MatchDocument:
    """An opportunity as the engine reads it."""
    return MatchDocument(
        ref=scenario_ref(scenario.pk),
        side="demand",
        fields={name: getattr(scenario, name) for name in SCENARIO_FIELDS},
        facets=Facets(
            sectors=frozenset([scenario.sector.key] if scenario.sector else []),
            near_sectors=_near(scenario),
            area=scenario.area.key if scenario.area else "",
            kind=scenario.kind.key if scenario.kind else "",
            places=frozenset([scenario.region.key] if scenario.region else []),
            money_high=_amount(scenario.budget_wan),
            modalities=_keys(scenario.modalities.all()),
            deployments=_keys(scenario.deployments.all()),
            maturity=scenario.least_maturity.key if scenario.least_maturity else "",
            modes=frozenset([scenario.mode.key] if scenario.mode else []),
            asked={
                **{row.key: "preferred" for row in scenario.preferred.all()},
                **{row.key: "required" for row in scenario.required.all()},
            },
            cards=_cards(scenario.compute),
        ),
    )


def capability_document(capability: Capability) -> MatchDocument:
    """A capability as the engine reads it."""
    organisation = capability.organisation
    return MatchDocument(
        ref=capability_ref(capability.pk),
        side="supply",
        fields={name: getattr(capability, name) for name in CAPABILITY_FIELDS},
        facets=Facets(
            sectors=_keys(capability.sectors.all()),
            places=_keys(organisation.served_regions.all()),
            money_low=_amount(capability.price_min_wan),
            money_high=_amount(capability.price_max_wan),
            modalities=_keys(capability.modalities.all()),
            deployments=_keys(capability.deployments.all()),
            maturity=capability.maturity.key if capability.maturity else "",
            modes=_keys(capability.modes.all()),
            offered=_keys(capability.offered.all()),
            lacking=_keys(capability.lacking.all()),
            wanted_sectors=_keys(organisation.wanted_sectors.all()),
            contract_low=_amount(organisation.contract_min_wan),
            contract_high=_amount(organisation.contract_max_wan),
            capacity=organisation.free_capacity,
            cards=_cards(capability.compute),
        ),
    )


def _near(scenario: Scenario) -> frozenset[str]:
    """Sectors that border on the opportunity's own, or belong to its area."""
    own = scenario.sector.key if scenario.sector else ""
    near = {*(scenario.sector.near if scenario.sector else ()), *(scenario.area.sectors if scenario.area else ())}
    return frozenset(near - {own})


def _amount(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _cards(text: str) -> float | None:
    found = computing_of(text)
    return found.amount if found is not None and found.quantity == "cards" else None


def _keys(rows: "models.QuerySet[Any]") -> frozenset[str]:
    return frozenset(row.key for row in rows)


def is_matched(ref: str) -> bool:
    """Whether the engine's matches of a text are up to date; False while it waits its turn."""
    row = Document.objects.active().filter(ref=ref).first()
    return row is not None and row.matched_fingerprint == row.fingerprint
