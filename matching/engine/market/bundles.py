"""Two or three partners that together do what no single one does.

A need is taken on by the partner who answers it best; a condition must hold for every partner. The probability that all
is met is the product over needs and conditions, each to the power of its weight; every partner more costs something,
because joint projects are harder to run. A bundle is only worth a word where it beats the best single by a margin, and
where each of its partners answers some need that no other answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

COST = 0.05  # of every partner after the first, in probability
MARGIN = 0.05  # by which a bundle must beat the best single, its cost already paid
ANSWERED = 0.5  # from here on a need counts as answered
LARGEST = 3
CONSIDERED = 25  # the best of a list; all threes of them are 2,300

# How often a supply whose best sentence lies this close (centred cosine) to a sentence of a demand was judged to be at
# least related to that demand: logistic, fitted to 57,327 such sentences of the labelled set; Brier score 0.006.
SLOPE, BIAS = 27.67, -8.73


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a demand asks. `each`: every partner must meet it; otherwise one is enough."""

    key: str
    weight: float = 1.0
    each: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A supply with its owner, and the probability that it answers each need, in [0, 1]."""

    ref: str
    owner: str
    answers: Sequence[float]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Partners, the probability that together they meet everything, and who takes on which need.

    `takes` holds, for every need, the partner's place in `members`; None where nobody answers it, or everybody must.
    `single` is the best that stands alone, with its probability.
    """

    members: tuple[str, ...]
    probability: float
    takes: tuple[int | None, ...]
    single: str
    single_probability: float

    @property
    def value(self) -> float:
        """The probability less what more partners cost."""
        return self.probability - COST * (len(self.members) - 1)


def answered(cosines: Sequence[float]) -> Floats:
    """The probability that each sentence of a demand is answered, by the best centred cosine to it."""
    result: Floats = 1 / (1 + np.exp(-(SLOPE * np.asarray(cosines, dtype=np.float64) + BIAS)))
    return result


def best_bundles(needs: Sequence[Need], offers: Sequence[Offer], *, shown: int = 2) -> list[Bundle]:
    """The bundles worth a word, the best first; none is part of another. The order of offers changes nothing."""
    ordered = _most_useful(needs, offers)
    if not needs or len(ordered) < 2:
        return []
    market = _Market(needs, ordered)
    singles = [market.probability((n,)) for n in range(len(ordered))]
    best = max(range(len(ordered)), key=lambda n: (singles[n], -n))
    found = [
        bundle
        for size in range(2, LARGEST + 1)
        for members in combinations(range(len(ordered)), size)
        if market.belongs_together(members)
        and (bundle := market.bundle(members, best, singles[best])).value >= singles[best] + MARGIN
    ]
    found.sort(key=lambda bundle: (-round(bundle.value, 9), len(bundle.members), bundle.members))
    return _without_repetition(found)[:shown]


def _most_useful(needs: Sequence[Need], offers: Sequence[Offer]) -> list[Offer]:
    """Those that answer most, weighted; in a fixed order."""
    weights = np.array([need.weight for need in needs])
    ranked = sorted(offers, key=lambda offer: (-float(weights @ np.asarray(offer.answers)), offer.ref))
    return sorted(ranked[:CONSIDERED], key=_ref)


def _without_repetition(bundles: Sequence[Bundle]) -> list[Bundle]:
    """No bundle that is part of a better one, or a better one with somebody more."""
    kept: list[Bundle] = []
    for bundle in bundles:
        mine = set(bundle.members)
        if not any(set(other.members) < mine or mine < set(other.members) for other in kept):
            kept.append(bundle)
    return kept


class _Market:
    """Needs and offers as arrays: `answers` (c, n), `weights` (n,), `each` (n,)."""

    def __init__(self, needs: Sequence[Need], offers: Sequence[Offer]) -> None:
        self.offers = offers
        self.answers = np.array([offer.answers for offer in offers], dtype=np.float64)
        self.weights = np.array([need.weight for need in needs])
        self.each = np.array([need.each for need in needs], dtype=bool)
        self.answered = (self.answers >= ANSWERED) & ~self.each

    def met(self, members: tuple[int, ...]) -> Floats:
        """(n,): how probably each need is met: conditions by the weakest partner, the others by the best."""
        own = self.answers[list(members)]
        result: Floats = np.where(self.each, own.min(axis=0), own.max(axis=0))
        return result

    def probability(self, members: tuple[int, ...]) -> float:
        """That everything is met."""
        return float((self.met(members) ** self.weights).prod())

    def belongs_together(self, members: tuple[int, ...]) -> bool:
        """Different owners, and each answers some need that no other of them answers."""
        if len({self.offers[n].owner for n in members}) < len(members):
            return False
        own = self.answered[list(members)]
        alone = own & (own.sum(axis=0) == 1)
        return bool(alone.any(axis=1).all())

    def bundle(self, members: tuple[int, ...], best: int, alone: float) -> Bundle:
        """With who takes on what."""
        own = self.answers[list(members)]
        takers = own.argmax(axis=0)
        takes = tuple(
            None if each or own[taker, n] < ANSWERED else int(taker)
            for n, (taker, each) in enumerate(zip(takers, self.each, strict=True))
        )
        refs = tuple(self.offers[n].ref for n in members)
        return Bundle(refs, self.probability(members), takes, self.offers[best].ref, alone)


def _ref(offer: Offer) -> str:
    return offer.ref
