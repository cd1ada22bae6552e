"""Fair lists: what a policy would change and cost, the prices it needs, and the order of one list under it.

A policy's result, as it is stored: {"met": whether its targets are reached, "lists", "suppliers": how many,
"loss": mean nDCG lost against the order by score, "worst": the most that one list loses,
"before", "after": {"gini": of the worth of first-ten places over suppliers, "small": share of small firms,
"sizes": {size or kind: share}}}.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import numpy as np
import structlog
from django.db import transaction
from django.utils import timezone

from marketplace.capabilities.models import Capability
from marketplace.exposure.actions import store_prices
from marketplace.exposure.models import Policy, Price
from marketplace.organisations.models import Organisation
from marketplace.pairing.feed import scenario_ref
from marketplace.scenarios.models import Scenario
from matching.engine.market.exposure import Exposure, Lists, Reranking, Wish, reorder, rerank
from matching.models import Match

log = structlog.get_logger(__name__)

RENEWED_AFTER = timedelta(hours=1)  # matches change all day; prices of an hour ago still serve


class Scored(Protocol):
    """As much of a match as its place needs."""

    @property
    def capability(self) -> int:
        """Whose score it is."""

    @property
    def score(self) -> float:
        """A probability."""


S = TypeVar("S", bound=Scored)


def in_fair_order(heads: Sequence[S], owners: Mapping[int, int]) -> tuple[list[S], bool]:
    """A list ordered by score, under the standing policy; and whether there is one. `owners`: by capability.

    One statement. Scores stay as they are; no list loses more of its nDCG than the policy's limit.
    """
    policy = Policy.objects.active().first()
    if policy is None or not heads:
        return list(heads), policy is not None
    wanted = {owners[head.capability] for head in heads}
    prices = dict(Price.objects.filter(policy=policy, organisation__in=wanted).values_list("organisation_id", "price"))
    scores = np.array([[head.score for head in heads]])
    own = np.array([[prices.get(owners[head.capability], 0.0) for head in heads]])
    return [heads[place] for place in reorder(scores, own, policy.list_limit)[0]], True


def try_owed_policies() -> int:
    """Compute the effect of every policy that waits for it; returns how many. Several workers share them out."""
    return sum(_price(pk, owed=True) for pk in Policy.objects.owed().values_list("pk", flat=True))


def renew_prices(*, at: datetime | None = None) -> int:
    """Compute the standing policy's prices anew when they are old; returns how many policies that were."""
    old = Policy.objects.active().filter(priced_at__lt=(at or timezone.now()) - RENEWED_AFTER)
    return sum(_price(pk, owed=False) for pk in old.values_list("pk", flat=True))


@transaction.atomic
def _price(pk: int, *, owed: bool) -> int:
    rows = Policy.objects.owed() if owed else Policy.objects.active()
    policy = rows.select_for_update(skip_locked=True).filter(pk=pk).first()
    if policy is None:
        return 0  # another worker has it, or had it
    lists, suppliers = lists_of_market()
    share = None if policy.small_share is None else policy.small_share / 100
    found = rerank(lists, Wish(policy.gini_target, share, policy.list_limit))
    prices = {supplier.pk: float(price) for supplier, price in zip(suppliers, found.prices, strict=True)}
    store_prices(policy=policy, prices=prices, result=_result(lists, suppliers, found), at=timezone.now())
    log.info("policy_priced", pk=pk, met=found.met, loss=round(found.loss, 5), lists=len(lists.scores))
    return 1


def lists_of_market() -> tuple[Lists, list[Organisation]]:
    """The match lists of all open opportunities, and the suppliers that could stand in them, in a fixed order."""
    capabilities = dict(Capability.objects.public().values_list("pk", "organisation_id"))
    suppliers = list(Organisation.objects.filter(pk__in=set(capabilities.values())).order_by("pk"))
    places = {supplier.pk: place for place, supplier in enumerate(suppliers)}
    rows: dict[str, list[tuple[int, float]]] = {
        scenario_ref(pk): [] for pk in Scenario.objects.open().order_by("pk").values_list("pk", flat=True)
    }
    matches = Match.objects.filter(listed_for_demand=True, demand__active=True, supply__active=True)
    stored = matches.order_by("pk").values_list("demand__ref", "supply__ref", "score")
    for demand, supply, score in stored.iterator():
        owner = capabilities.get(int(supply.partition(":")[2]))
        if demand in rows and owner is not None:
            rows[demand].append((places[owner], score))
    small = [supplier.is_small for supplier in suppliers]
    return Lists.of([row for row in rows.values() if row], small), suppliers


def _result(lists: Lists, suppliers: Sequence[Organisation], found: Reranking) -> dict[str, Any]:
    return {
        "met": found.met,
        "lists": len(lists.scores),
        "suppliers": lists.count,
        "loss": round(found.loss, 6),
        "worst": round(found.worst, 6),
        "before": _seen(suppliers, found.before),
        "after": _seen(suppliers, found.after),
    }


def _seen(suppliers: Sequence[Organisation], seen: Exposure) -> dict[str, Any]:
    total = float(seen.seen.sum()) or 1.0
    sizes: dict[str, float] = {}
    for supplier, worth in zip(suppliers, seen.seen.tolist(), strict=True):
        sizes[supplier.size_class] = sizes.get(supplier.size_class, 0.0) + worth / total
    return {
        "gini": round(seen.gini, 6),
        "small": round(seen.small_share, 6),
        "sizes": {name: round(share, 6) for name, share in sorted(sizes.items())},
    }
