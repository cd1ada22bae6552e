"""How sure a score and a rank are, by bootstrap of residuals on the assignment as it stands.

Residuals are drawn anew onto fitted sheets and the strategy is run on each drawing; who judged what stays as it is, so
a system is factorised once for all drawings. Numbers come from numpy's frozen generator (RandomState), whose stream is
promised never to change: anyone who recomputes gets the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from marketplace.competitions.scoring.effects import TwoWay, variance_components
from marketplace.competitions.scoring.rounding import NOISE_PLACES, Floats, Ints
from marketplace.competitions.scoring.strategies import DRAWN, ENTRY, Strategy
from marketplace.competitions.scoring.table import Marks, Rules

AT_ONCE = 100  # columns, so that ten thousand sheets stay in the processor's reach


@dataclass(frozen=True, slots=True)
class Spread:
    """`low`, `high` (n,) bound a score; `rank_low`, `rank_high` (n,) a rank, 1 the best. NaN and 0 where unknown."""

    low: Floats
    high: Floats
    rank_low: Ints
    rank_high: Ints


def spread(strategy: Strategy, marks: Marks, rules: Rules, scores: Floats, stands: NDArray[np.bool_]) -> Spread:
    """Intervals of level `rules.level`: of scores, and of ranks among those that stand for one (n,).

    Unknown where no entry has two sheets to compare.
    """
    deviations, freedom = _deviations(strategy, marks, rules)
    if deviations is None:
        nothing, none = np.full(marks.n, np.nan), np.zeros(marks.n, dtype=np.int64)
        return Spread(nothing, nothing, none, none)
    half = student.ppf(0.5 + rules.level / 2, freedom) * deviations.std(axis=1)
    low_rank, high_rank = _ranks(np.where(stands, scores, np.nan), deviations, rules.level)
    return Spread(scores - half, scores + half, low_rank, high_rank)


def _deviations(strategy: Strategy, marks: Marks, rules: Rules) -> tuple[Floats | None, int]:
    """How far the strategy strays when only the noise is drawn anew (n, b), and the degrees of freedom."""
    if not len(marks.entry):
        return None, 0
    model, values = TwoWay.of(marks), marks.values[:, None]
    fitted = marks.entry_means(values)[marks.entry] if strategy.noise == ENTRY else model.fitted(values)
    freedom = len(marks.entry) - len(marks.scored) if strategy.noise == ENTRY else model.freedom
    if freedom < 1:
        return None, freedom
    residuals = (marks.values - fitted[:, 0]) * np.sqrt(len(marks.entry) / freedom)
    draw = np.random.RandomState(rules.seed)
    blocks = []
    for begin in range(0, rules.resamples, AT_ONCE):
        count = min(AT_ONCE, rules.resamples - begin)
        noise = residuals[draw.randint(0, len(residuals), size=(len(residuals), count))]
        if strategy.noise == DRAWN:
            blocks.append(_from_population(strategy, marks, model, noise, draw))
        else:
            blocks.append(strategy.many(marks, np.hstack([values, fitted + noise]))[:, 1:])
    drawn = np.hstack(blocks)
    return drawn if strategy.noise == DRAWN else drawn - drawn.mean(axis=1, keepdims=True), freedom


def _from_population(
    strategy: Strategy, marks: Marks, model: TwoWay, noise: Floats, draw: np.random.RandomState
) -> Floats:
    """Deviations from a truth that is itself drawn: a shrunken score strays on purpose, towards the middle."""
    values = marks.values[:, None]
    found = variance_components(model, values)[0]
    leniency = model.leniency(values)
    truth = values.mean() + np.sqrt(found.entries) * draw.standard_normal((marks.n, noise.shape[1]))
    sheets = truth[marks.entry] + leniency[marks.judge] + noise
    scores = strategy.many(marks, np.hstack([values, sheets]))
    deviations: Floats = scores[:, 1:] - truth
    return deviations


def _ranks(scores: Floats, deviations: Floats, level: float) -> tuple[Ints, Ints]:
    """Bounds of the ranks over all drawings; entries without a score have 0."""
    there = np.flatnonzero(np.isfinite(scores))
    drawn = np.round(scores[there, None] + deviations[there], NOISE_PLACES)
    places = np.empty(drawn.shape, dtype=np.int64)
    for column in range(drawn.shape[1]):
        rising = np.sort(drawn[:, column])
        places[:, column] = len(there) - np.searchsorted(rising, drawn[:, column], side="right") + 1
    tail = (1 - level) / 2
    bounds = np.quantile(places, [tail, 1 - tail], axis=1, method="nearest")
    low, high = np.zeros(len(scores), dtype=np.int64), np.zeros(len(scores), dtype=np.int64)
    own = len(there) - np.searchsorted(np.sort(scores[there]), scores[there], side="right") + 1
    low[there], high[there] = np.minimum(bounds[0], own), np.maximum(bounds[1], own)
    return low, high
