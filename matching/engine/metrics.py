"""Measures of a ranking, and their intervals. Grades are 0–3; gains are 2^grade − 1; 2 and 3 count as answers."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

ANSWER = 2  # from this grade on
RESAMPLES = 1000
BINS = 10

Grades = Mapping[str, int]


def ndcg(ranked: Sequence[str], grades: Grades, depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `depth`, in [0, 1]; 0 where nothing is graded above 0."""
    ideal = _dcg(sorted(grades.values(), reverse=True)[:depth])
    return _dcg([grades.get(ref, 0) for ref in ranked[:depth]]) / ideal if ideal else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return float(sum((2 ** max(grade, 0) - 1) / np.log2(place + 2) for place, grade in enumerate(grades)))


def reciprocal_rank(ranked: Sequence[str], grades: Grades) -> float:
    """One over the place of the first answer; 0 where there is none."""
    return next((1 / (place + 1) for place, ref in enumerate(ranked) if grades.get(ref, 0) >= ANSWER), 0.0)


def recall(ranked: Sequence[str], grades: Grades, depth: int) -> float:
    """Share of the answers that stand among the first `depth`; 0 where there is none."""
    answers = {ref for ref, grade in grades.items() if grade >= ANSWER}
    return len(answers & set(ranked[:depth])) / len(answers) if answers else 0.0


def interval(values: Sequence[float], *, seed: int = 20261124) -> list[float]:
    """Mean with the bounds of its 95 % bootstrap interval over queries: [value, low, high]. Zeros where empty."""
    if not values:
        return [0.0, 0.0, 0.0]
    array = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(array), size=(RESAMPLES, len(array)))
    low, high = np.quantile(array[drawn].mean(axis=1), [0.025, 0.975])
    return [round(float(number), 4) for number in (array.mean(), low, high)]


def calibration(probabilities: Sequence[float], answers: Sequence[bool]) -> dict[str, float]:
    """Expected calibration error over ten equal bins, and Brier score; zeros where there are no pairs."""
    if not probabilities:
        return {"ece": 0.0, "brier": 0.0}
    predicted, truth = np.asarray(probabilities), np.asarray(answers, dtype=np.float64)
    bins = np.minimum((predicted * BINS).astype(int), BINS - 1)
    error = sum(
        abs(predicted[bins == n].mean() - truth[bins == n].mean()) * float((bins == n).mean())
        for n in range(BINS)
        if (bins == n).any()
    )
    return {"ece": round(float(error), 4), "brier": round(float(((predicted - truth) ** 2).mean()), 4)}


def separation(best: Sequence[float], answered: Sequence[bool]) -> float | None:
    """AUC of the best probability of a query for telling queries that have an answer from those that have none.

    None where all have one, or none has.
    """
    scores: NDArray[np.float64] = np.asarray(best, dtype=np.float64)
    truth = np.asarray(answered, dtype=bool)
    if truth.all() or not truth.any():
        return None
    with_answer, without = scores[truth], scores[~truth]
    higher = (with_answer[:, None] > without[None, :]).mean()
    equal = (with_answer[:, None] == without[None, :]).mean()
    return round(float(higher + equal / 2), 4)
