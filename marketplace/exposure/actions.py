"""Verbs of exposure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from marketplace.accounts.models import User
from marketplace.audit.actions import record
from marketplace.exposure import rules
from marketplace.exposure.models import BEYOND, Policy, Price, State
from marketplace.web.hints import hint
from marketplace.web.verdicts import require

TRY = "marketplace.pairing.tasks.try_policies"

_ADD = """
INSERT INTO exposure_impression (organisation_id, day, place, count)
SELECT seen.organisation_id, %s, seen.place, seen.count
FROM unnest(%s::bigint[], %s::smallint[], %s::int[]) AS seen (organisation_id, place, count)
JOIN organisations_organisation AS there ON there.id = seen.organisation_id
ORDER BY seen.organisation_id, seen.place
ON CONFLICT (organisation_id, day, place) DO UPDATE SET count = exposure_impression.count + excluded.count
"""


def count_seen(*, seen: Iterable[tuple[int, int]], on: date | None = None, times: int = 1) -> int:
    """Add to the day's counts: (organisation, place) for everything that came into somebody's view.

    One statement; rows are taken in one order, so that no two writers wait for each other. It is a count of views, not
    a deed of anybody, so the journal does not know of it. Returns how many rows were counted.
    """
    sums: dict[tuple[int, int], int] = {}
    for organisation, place in seen:
        key = (organisation, min(place, BEYOND))
        sums[key] = sums.get(key, 0) + times
    if not sums:
        return 0
    organisations, places = zip(*sums, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [on or timezone.localdate(), list(organisations), list(places), list(sums.values())])
        return int(cursor.rowcount)


@transaction.atomic
def try_policy(*, actor: User, gini_target: float | None, small_share: int | None) -> Policy:
    """Ask what a policy would change and cost; the worker computes it. Raises ValidationError if it asks nothing."""
    require(rules.may_set_policy(actor))
    policy = Policy(gini_target=gini_target, small_share=small_share, made_by=actor)
    policy.full_clean()
    policy.save()
    record(actor=actor, verb="exposure.try", target=policy)
    hint(TRY)
    return policy


@transaction.atomic
def store_prices(*, policy: Policy, prices: Mapping[int, float], result: Mapping[str, Any], at: datetime) -> Policy:
    """What the worker found: prices by organisation and their effect. It stays in the state it had, or is ready."""
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    if locked.state == State.TRYING:
        locked.tried(result=dict(result), at=at)
    else:
        locked.result, locked.priced_at = dict(result), at
    locked.save()
    Price.objects.filter(policy=locked).delete()
    Price.objects.bulk_create(
        [
            Price(policy=locked, organisation_id=pk, price=round(price, 6))
            for pk, price in sorted(prices.items())
            if price
        ]
    )
    return locked


@transaction.atomic
def adopt(*, actor: User, policy: Policy, at: datetime | None = None) -> Policy:
    """Lists keep it from now on; the one before ends."""
    now = at or timezone.now()
    for earlier in Policy.objects.active().select_for_update():
        earlier.end(at=now)
        earlier.save()
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    require(rules.may_adopt(actor, locked))
    locked.adopt(at=now)
    locked.save()
    effect = {name: locked.result.get(name) for name in ("loss", "before", "after")}
    record(actor=actor, verb="exposure.adopt", target=locked, detail=effect)
    return locked


@transaction.atomic
def end(*, actor: User, policy: Policy, at: datetime | None = None) -> Policy:
    """Order lists by fit alone again."""
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    require(rules.may_end(actor, locked))
    locked.end(at=at or timezone.now())
    locked.save()
    record(actor=actor, verb="exposure.end", target=locked)
    return locked
