"""Fits the ranker's weights to judged pairs: a proportional-odds model for each view, then one calibration for both.

Grades are ordered, so one set of coefficients serves three thresholds (1 and better, 2 and better, 3); the middle one
is the probability that is shown. Every asking document counts the same within its collection, and every collection
the same, so that a large one does not drown a small one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matching.engine.collection import Collection
from matching.engine.datasets import Dataset
from matching.engine.documents import Facets, MatchDocument, Side
from matching.engine.features import FEATURES
from matching.engine.metrics import ANSWER
from matching.engine.weights import View, Weights, probability

Rows = NDArray[np.float64]

LEVELS = (1, 2, 3)
RIDGE = 1.0  # over standardised features, against an effective `SIZE` of pairs
SIZE = 3000.0
# What a coefficient may be: the signs that anybody would expect, whatever a small collection says; and words keep a
# least weight, because people who write judged collections avoid them more than people who write postings.
BOUNDS: Mapping[str, tuple[float | None, float | None]] = {
    "meaning": (0.0, None),
    "meaning_own": (0.0, None),
    "meaning_other": (0.0, None),
    "words_own": (0.15, None),
    "words_other": (0.1, None),
    "words_own_rich": (0.1, None),
    "words_other_rich": (0.05, None),
    "phrases_own": (0.0, None),
    "phrases_other": (0.0, None),
    "sector": (0.0, None),
    "modality": (0.0, None),
    "met": (0.2, None),
    "missed": (None, -0.8),
    "wished": (0.1, None),
    "place": (0.2, None),
    "money": (0.2, None),
    "maturity": (0.0, None),
}
SIDES: tuple[Side, Side] = ("demand", "supply")


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs of one view, n of them: `own` and `back` (n, len(FEATURES)), grades, whose question each is, weights."""

    own: Rows
    back: Rows
    grades: NDArray[np.int64]
    groups: NDArray[np.int64]
    weights: Rows

    def of(self, groups: Iterable[int]) -> "Examples":
        """Those of some questions."""
        chosen = np.isin(self.groups, list(groups))
        return Examples(
            self.own[chosen], self.back[chosen], self.grades[chosen], self.groups[chosen], self.weights[chosen]
        )


def examples_of(collection: Collection) -> dict[Side, Examples]:
    """The candidates of every judged document, and all that were judged; what was not judged counts as 0."""
    return {side: _examples(collection, side) for side in SIDES}


def _examples(collection: Collection, side: Side) -> Examples:
    judged = collection.judged(side)
    own, back, grades, groups = [], [], [], []
    for number, (ref, marks) in enumerate(sorted(judged.items())):
        answering = collection.sides(side)[1]
        ranked = collection.rank(side, ref)
        refs = {answering.refs[place] for place in ranked.table.places}
        if missing := [each for each in marks if each not in refs]:
            ranked = collection.rank(side, ref, [*refs, *missing])
        own.append(ranked.table.own)
        back.append(ranked.table.back)
        grades += [max(marks.get(answering.refs[place], 0), 0) for place in ranked.table.places]
        groups += [number] * len(ranked.table.places)
    owners = np.array(groups, dtype=np.int64)
    weights = np.full(len(grades), 1 / max(1, len(judged)))
    return Examples(_stack(own), _stack(back), np.array(grades, dtype=np.int64), owners, weights)


def _stack(parts: Sequence[Rows]) -> Rows:
    return np.concatenate(parts) if parts else np.zeros((0, len(FEATURES)))


def joined(parts: Sequence[Examples]) -> Examples:
    """Several collections as one; each weighs the same."""
    shift, groups = 0, []
    for part in parts:
        groups.append(part.groups + shift)
        shift += int(part.groups.max(initial=-1)) + 1
    return Examples(
        _stack([part.own for part in parts]),
        _stack([part.back for part in parts]),
        np.concatenate([part.grades for part in parts]),
        np.concatenate(groups),
        np.concatenate([part.weights for part in parts]),
    )


def titles_of(dataset: Dataset) -> Dataset:
    """The same collection with nothing but titles: markets where people write no more than that."""
    return replace(dataset, demands=_titles(dataset.demands), supplies=_titles(dataset.supplies))


def _titles(documents: Sequence[MatchDocument]) -> list[MatchDocument]:
    return [MatchDocument(each.ref, each.side, dict(list(each.fields.items())[:1]), Facets()) for each in documents]


def fit(examples: dict[Side, Examples], *, ridge: float = RIDGE, version: str = "") -> Weights:
    """Weights for both views, calibrated together; the record says how many pairs they come from."""
    views = {side: _fit_view(examples[side], ridge) for side in SIDES}
    demand, supply = _calibrated(views, examples)
    raw = Weights(version or f"{datetime.now(UTC):%Y-%m-%d %H:%M}", demand, supply, 0.5)
    counts: dict[str, Any] = {side: {"pairs": len(part.grades), "answers": int((part.grades >= ANSWER).sum())}
              for side, part in examples.items()}  # fmt: skip
    return replace(raw, threshold=_threshold(raw, examples["demand"]), record=counts)


def _fit_view(part: Examples, ridge: float) -> View:
    mean, spread = part.own.mean(axis=0), part.own.std(axis=0)
    spread = np.where(spread < 1e-9, 1.0, spread)
    rows = (part.own - mean) / spread
    weights = part.weights / part.weights.sum() * SIZE
    count = rows.shape[1]

    def loss(point: Rows) -> tuple[float, Rows]:
        slope, common = np.zeros(count), rows @ point[:count]
        total, steps = 0.0, []
        for level, bias in zip(LEVELS, point[count:], strict=True):
            truth = part.grades >= level
            chance = probability(common + bias)
            total -= float(weights @ np.log(np.where(truth, chance, 1 - chance) + 1e-12))
            error = weights * (chance - truth)
            slope += rows.T @ error
            steps.append(error.sum())
        return total + ridge * float(point[:count] @ point[:count]) / 2, np.concatenate(
            [slope + ridge * point[:count], steps]
        )

    bounds = [_bound(name, float(unit)) for name, unit in zip(FEATURES, spread, strict=True)] + [(None, None)] * len(
        LEVELS
    )
    start = np.array([max(low or 0.0, 0.0) if high is None else min(high, 0.0) for low, high in bounds])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}).x
    values = found[:count] / spread
    bias = float(found[count + LEVELS.index(ANSWER)] - values @ mean)
    return View(round(bias, 6), {name: round(float(v), 6) for name, v in zip(FEATURES, values, strict=True)})


def _bound(name: str, unit: float) -> tuple[float | None, float | None]:
    """In units of the feature's spread."""
    low, high = BOUNDS.get(name, (None, None))
    return None if low is None else low * unit, None if high is None else high * unit


def _calibrated(views: dict[Side, View], examples: dict[Side, Examples]) -> tuple[View, View]:
    """Both views stretched and moved alike, so that the mean of their logits is a calibrated probability."""
    part = examples["demand"]
    mean = (views["demand"].logit(part.own) + views["supply"].logit(part.back)) / 2
    truth = part.grades >= ANSWER
    weights = part.weights / part.weights.sum() * SIZE

    def loss(point: Rows) -> tuple[float, Rows]:
        chance = probability(point[0] * mean + point[1])
        error = weights * (chance - truth)
        total = -float(weights @ np.log(np.where(truth, chance, 1 - chance) + 1e-12))
        return total, np.array([error @ mean, error.sum()])

    # Never turned round: a model that is wrong everywhere is made unsure, not reversed.
    ends = [(0.05, None), (None, None)]
    stretch, move = minimize(loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=ends).x
    return tuple(  # type: ignore[return-value]
        View(
            round(float(stretch * views[side].bias + move), 6),
            {name: round(float(stretch * value), 6) for name, value in views[side].coefficients.items()},
        )
        for side in SIDES
    )


def scores(weights: Weights, part: Examples, side: Side) -> Rows:
    """The probability of each pair, both views combined."""
    other: Side = "supply" if side == "demand" else "demand"
    return probability((weights.view(side).logit(part.own) + weights.view(other).logit(part.back)) / 2)


def _threshold(weights: Weights, part: Examples) -> float:
    """The best probability of a question that tells best those with an answer from those without; 0.5 at a tie."""
    chances = scores(weights, part, "demand")
    best = {group: float(chances[part.groups == group].max(initial=0)) for group in np.unique(part.groups)}
    answered = {group: bool((part.grades[part.groups == group] >= ANSWER).any()) for group in best}
    with_answer = np.array([best[group] for group in best if answered[group]])
    without = np.array([best[group] for group in best if not answered[group]])
    if not len(without) or not len(with_answer):
        return 0.5
    steps = np.round(np.arange(0.1, 0.71, 0.01), 2)
    gain = [(with_answer >= step).mean() + (without < step).mean() for step in steps]
    top = max(gain)
    return float(min((step for step, value in zip(steps, gain, strict=True) if value >= top - 1e-9),
                     key=lambda step: abs(step - 0.5)))  # fmt: skip
