"""How well two labellers agree. Arithmetic only: grades in, figures out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRADES = 4  # 0, 1, 2, 3
RESAMPLES = 1000
SEED = 20261125


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of pairs with two grades. `kappa` is None where it has no meaning: no pair, or only one grade was ever given.

    `low` and `high` bound kappa's 95 % bootstrap interval over pairs. `table[i][j]`: how often the first labeller of a
    pair gave i and the second j; who is first was decided by chance.
    """

    pairs: int
    kappa: float | None
    low: float | None
    high: float | None
    equal: float | None
    table: list[list[int]]


def agreement(grades: Sequence[tuple[int, int]]) -> Agreement:
    """All figures of a set of pairs of grades."""
    table = np.zeros((GRADES, GRADES), dtype=np.int64)
    for first, second in grades:
        table[first, second] += 1
    kappa = quadratic_kappa(table)
    low, high = (None, None) if kappa is None else _interval(table)
    equal = float(np.trace(table) / len(grades)) if grades else None
    return Agreement(len(grades), kappa, low, high, equal, table.tolist())


def quadratic_kappa(table: NDArray[np.int64]) -> float | None:
    """Cohen's kappa with quadratic weights, of a confusion table of shape (grades, grades); in [-1, 1].

    1 minus the mean squared distance of the grades over the one expected by chance from the two margins (Cohen 1968).
    None where the expected distance is 0.
    """
    count = table.sum()
    if not count:
        return None
    steps = np.arange(len(table))
    distance = (steps[:, None] - steps[None, :]) ** 2
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / count
    chance = float((distance * expected).sum())
    return None if chance == 0 else float(1 - (distance * table).sum() / chance)


def _interval(table: NDArray[np.int64]) -> tuple[float, float]:
    """Resamples pairs; a resample without meaning (one grade only) is left out."""
    count = int(table.sum())
    drawn = np.random.default_rng(SEED).multinomial(count, table.ravel() / count, size=RESAMPLES)
    values = [value for row in drawn if (value := quadratic_kappa(row.reshape(table.shape))) is not None]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
