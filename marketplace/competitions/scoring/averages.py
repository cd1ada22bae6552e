"""Averages of an entry's own sheets: mean, trimmed mean, median."""

import numpy as np

from marketplace.competitions.scoring.rounding import Floats
from marketplace.competitions.scoring.table import Marks

TRIMMED_FROM = 5  # judges; with fewer the plain mean stands, as the usual rules of contests have it


def mean(marks: Marks, values: Floats) -> Floats:
    """Plain means (n, b)."""
    return marks.entry_means(values)


def trimmed(marks: Marks, values: Floats) -> Floats:
    """Without one highest and one lowest sheet from five judges on, else the plain mean (n, b)."""
    result = marks.entry_means(values)
    for places, ordered in _by_count(marks, values):
        if ordered.shape[1] >= TRIMMED_FROM:
            result[places] = ordered[:, 1:-1].mean(axis=1)
    return result


def median(marks: Marks, values: Floats) -> Floats:
    """The middle sheet, or the mean of the two in the middle (n, b)."""
    result = np.full((marks.n, values.shape[1]), np.nan)
    for places, ordered in _by_count(marks, values):
        k = ordered.shape[1]
        result[places] = (ordered[:, (k - 1) // 2] + ordered[:, k // 2]) / 2
    return result


def _by_count(marks: Marks, values: Floats) -> list[tuple[np.ndarray, Floats]]:
    """Entries with the same number k of sheets: their places (g,), their sheets rising (g, k, b)."""
    found = []
    counts = marks.counts[marks.scored]
    for k in np.unique(counts):
        same = counts == k
        rows = marks.starts[same, None] + np.arange(k)[None, :]
        found.append((marks.scored[same], np.sort(values[rows], axis=1)))
    return found
