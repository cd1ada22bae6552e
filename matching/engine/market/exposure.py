"""Who is seen in the lists, how unevenly, and a bounded re-ranking that evens it out at a known cost.

What a place is worth falls with its depth as in nDCG: 1 / log2(place + 1). So the list that loses the least gain for a
given exposure of the suppliers is the one sorted by score less a price of the supplier; the prices are raised where a
supplier is seen more than others until the wishes are met, and no further. A list that would lose more than the limit
keeps only so large a part of the prices as the limit allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

DEPTH = 10
STEP = 0.004  # of a price, in units of score; the last steps are finer
FINER = (1.0, 0.25, 0.0625)
STEPS = 600
HALVINGS = 4  # how often a list's prices are halved to keep its loss within the limit


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of a market, longer than what is shown, so that there is something to move up.

    `suppliers` (n, k): whose entry stands in each place, -1 for none; `scores` (n, k): probabilities, falling along
    each list, 0 where there is no entry. `count`: how many suppliers there are. `small` (count,): those favoured.
    """

    suppliers: Ints
    scores: Floats
    count: int
    small: NDArray[np.bool_]

    @classmethod
    def of(cls, rows: Sequence[Sequence[tuple[int, float]]], small: Sequence[bool]) -> "Lists":
        """From lists of (supplier, score) of any length."""
        width = max([DEPTH, *map(len, rows)])
        suppliers = np.full((len(rows), width), -1, dtype=np.int64)
        scores = np.zeros((len(rows), width))
        for place, row in enumerate(rows):
            ordered = sorted(row, key=_falling)
            suppliers[place, : len(row)] = [supplier for supplier, _score in ordered]
            scores[place, : len(row)] = [score for _supplier, score in ordered]
        return cls(suppliers, scores, len(small), np.asarray(small, dtype=bool))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the lists: at most this Gini of exposure, at least this share for small suppliers.

    None asks nothing. `limit`: what a single list may lose of its nDCG.
    """

    gini: float | None = None
    small_share: float | None = None
    limit: float = 0.05


@dataclass(frozen=True, slots=True)
class Exposure:
    """How the suppliers are seen: `seen` (count,) worth of their places, `tops` (count,) places among the first ten."""

    seen: Floats
    tops: Ints
    gini: float
    small_share: float


@dataclass(frozen=True, slots=True)
class Reranking:
    """Prices (count,) that meet the wish or come nearest to it, and what they change.

    `loss`: mean nDCG lost against the lists as they were; `worst`: the most that one list loses. `order` (n, k): the
    new places as places of the old lists.
    """

    prices: Floats
    order: Ints
    before: Exposure
    after: Exposure
    loss: float
    worst: float
    met: bool


def gini(values: Floats) -> float:
    """0 where all have the same, towards 1 where one has everything; 0 where nobody has anything."""
    total = float(values.sum())
    if total <= 0:
        return 0.0
    n = len(values)
    return float((2 * np.arange(1, n + 1) - n - 1) @ np.sort(values) / (n * total))


def worth_of_places(depth: int = DEPTH) -> Floats:
    """(depth,): what being seen in each place is worth."""
    result: Floats = 1 / np.log2(np.arange(2, depth + 2))
    return result


def exposure(lists: Lists, order: Ints | None = None) -> Exposure:
    """Who is seen among the first ten of the lists, in their order or another."""
    shown = lists.suppliers if order is None else np.take_along_axis(lists.suppliers, order, axis=1)
    shown = shown[:, :DEPTH]
    there = shown >= 0
    worth = np.broadcast_to(worth_of_places(shown.shape[1]), shown.shape)
    seen: Floats = np.bincount(shown[there], weights=worth[there], minlength=lists.count).astype(np.float64)
    tops: Ints = np.bincount(shown[there], minlength=lists.count).astype(np.int64)
    total = float(seen.sum())
    share = float(seen[lists.small].sum()) / total if total else 0.0
    return Exposure(seen, tops, gini(seen), share)


def losses(scores: Floats, order: Ints) -> Floats:
    """(n,): the nDCG of the first ten that each list loses by an order, its own scores being the gains."""
    depth = min(DEPTH, scores.shape[1])
    worth = worth_of_places(depth)
    best = scores[:, :depth] @ worth
    now = np.take_along_axis(scores, order[:, :depth], axis=1) @ worth
    return np.where(best > 0, 1 - now / np.where(best > 0, best, 1.0), 0.0)


def reorder(scores: Floats, prices: Floats, limit: float) -> Ints:
    """(n, k): the order of lists by score less price, both (n, k) and scores falling; no list loses more than `limit`.

    Where the whole price would cost more, half of it is taken, a quarter, and so on; at last none. Entries without a
    score stay at the end, equal ones keep their order.
    """
    order = np.broadcast_to(np.arange(scores.shape[1]), scores.shape).copy()
    open_rows = np.arange(len(scores))
    for halving in range(HALVINGS + 1):
        part, paid = scores[open_rows], prices[open_rows] / 2**halving
        tried = np.argsort(np.where(part > 0, paid - part, np.inf), axis=1, kind="stable")
        good = losses(part, tried) <= limit + 1e-12
        order[open_rows[good]] = tried[good]
        open_rows = open_rows[~good]
        if not len(open_rows):
            break
    return order


def rerank(lists: Lists, wish: Wish) -> Reranking:
    """The smallest prices on this path that meet the wish; where none do, the last tried."""
    before = exposure(lists)
    prices = np.zeros(lists.count)
    for fineness in FINER:
        # The coarse walk ends one step behind the wish; each finer one starts a step before it.
        earlier, prices = _walk(lists, prices, wish, STEP * fineness)
        if not _met(exposure(lists, _shown(lists, prices, wish)), wish):
            break
        met, prices = prices, earlier
    else:
        prices = met
    order = _shown(lists, prices, wish)
    lost = losses(lists.scores, order)
    mean, worst = (float(lost.mean()), float(lost.max())) if len(lost) else (0.0, 0.0)
    after = exposure(lists, order)
    return Reranking(prices, order, before, after, mean, worst, _met(after, wish))


def _walk(lists: Lists, prices: Floats, wish: Wish, step: float) -> tuple[Floats, Floats]:
    """Prices raised step by step until the wish is met: those of the last two steps."""
    earlier = prices
    for _step in range(STEPS):
        now = exposure(lists, _shown(lists, prices, wish))
        if _met(now, wish):
            break
        earlier, prices = prices, prices + step * _push(lists, now, wish)
    return earlier, prices


def _shown(lists: Lists, prices: Floats, wish: Wish) -> Ints:
    own = np.where(lists.suppliers >= 0, prices[lists.suppliers], 0.0)
    return reorder(lists.scores, own, wish.limit)


def _met(now: Exposure, wish: Wish) -> bool:
    even = wish.gini is None or now.gini <= wish.gini
    fair = wish.small_share is None or now.small_share >= wish.small_share
    return even and fair


def _push(lists: Lists, now: Exposure, wish: Wish) -> Floats:
    """The direction in which unevenness falls fastest for the gain it costs."""
    push = np.zeros(lists.count)
    if wish.gini is not None and now.gini > wish.gini:
        # The Gini figure's own slope: a supplier's rank among all by what it is seen.
        ranks = np.empty(lists.count)
        ranks[np.argsort(now.seen, kind="stable")] = np.arange(lists.count)
        push += 2 * ranks / lists.count - 1
    if wish.small_share is not None and now.small_share < wish.small_share:
        push[lists.small] -= 1.0
    return push


def _falling(entry: tuple[int, float]) -> tuple[float, int]:
    return -entry[1], entry[0]
