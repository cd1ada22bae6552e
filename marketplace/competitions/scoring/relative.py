"""Strategies that look at each judge's own scale: z-scores, and Bradley–Terry on the order alone."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit
from scipy.stats import rankdata

from marketplace.competitions.scoring.rounding import NOISE_PLACES, Floats
from marketplace.competitions.scoring.table import Marks

PRIOR = 0.5  # comparisons of each entry with a virtual one of middle strength: keeps strengths finite
STEPS, CLOSE = 60, 1e-11


def z_scores(marks: Marks, values: Floats) -> Floats:
    """Means of standardised sheets (n, b), brought back to the scale of all sheets.

    A judge whose sheets are all alike, or who has only one, says nothing about order: his count as 0.
    """
    centre = marks.judge_means(values)[marks.judge]
    spread = np.sqrt(marks.judge_means((values - centre) ** 2))[marks.judge]
    flat = spread < 10.0**-NOISE_PLACES
    standard = np.where(flat, 0.0, (values - centre) / np.where(flat, 1.0, spread))
    result: Floats = values.mean(axis=0) + values.std(axis=0) * marks.entry_means(standard)
    return result


@dataclass(frozen=True, slots=True)
class Strengths:
    """Bradley–Terry strengths (s,) in logits of entries that have sheets, and the curvature there, factorised."""

    logits: Floats
    expected: Floats
    factor: tuple[Floats, bool]


def comparisons(marks: Marks) -> Floats:
    """How often each two entries were compared by the same judge (s, s)."""
    seats = np.searchsorted(marks.scored, marks.entry)
    table = np.zeros((len(marks.scored), len(marks.scored)))
    for judge in range(marks.m):
        own = seats[marks.judge == judge]
        table[np.ix_(own, own)] += 1.0
    np.fill_diagonal(table, 0.0)
    return table


def wins(marks: Marks, values: Floats) -> Floats:
    """Comparisons won by each entry (s, b), an equal mark counting half."""
    seats = np.searchsorted(marks.scored, marks.entry)
    clean = np.round(values, NOISE_PLACES)
    result = np.zeros((len(marks.scored), values.shape[1]))
    for judge in range(marks.m):
        own = np.flatnonzero(marks.judge == judge)
        result[seats[own]] += rankdata(clean[own], axis=0) - 1.0
    return result


def strengths(marks: Marks, values: Floats) -> Strengths:
    """Most likely strengths by Newton's method; values (e,)."""
    table, won = comparisons(marks), wins(marks, values[:, None])[:, 0] + PRIOR / 2
    logits = np.zeros(len(won))
    for _step in range(STEPS):
        chance, own = expit(logits[:, None] - logits[None, :]), expit(logits)
        expected = (table * chance).sum(axis=1) + PRIOR * own
        weight = table * chance * (1 - chance)
        curvature = np.diag(weight.sum(axis=1) + PRIOR * own * (1 - own)) - weight
        factor = cho_factor(curvature)
        move = cho_solve(factor, won - expected)
        logits = logits + np.clip(move, -2.0, 2.0)
        if np.abs(move).max(initial=0.0) < CLOSE:
            break
    return Strengths(logits, expected - PRIOR / 2, factor)


def bradley_terry(marks: Marks, values: Floats) -> Floats:
    """Strengths (n, b) on the scale of the plain means: same middle, same spread, the order from comparisons alone.

    The first column is solved; others are one step of Newton's method away from it, which a bootstrap can afford.
    """
    found = strengths(marks, values[:, 0])
    means = marks.entry_means(values[:, :1])[marks.scored, 0]
    unit = means.std() / found.logits.std() if found.logits.std() > 0 else 0.0
    moved = cho_solve(found.factor, wins(marks, values) - found.expected[:, None])
    moved[:, 0] = 0.0
    return marks.spread(means.mean() + unit * (found.logits[:, None] - found.logits.mean() + moved))
