"""Two-way additive model of marks: a sheet is the entry's worth plus the judge's leniency plus noise.

Entries are eliminated, so that only a system of the judges' size is solved; it is factorised once and serves any number
of columns, which makes the bootstrap cheap.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_array

from marketplace.competitions.scoring.graph import components
from marketplace.competitions.scoring.rounding import Floats
from marketplace.competitions.scoring.table import Marks


def incidence(marks: Marks) -> csr_array:
    """Sheets as a sparse matrix (m, n) of ones."""
    return csr_array((np.ones(len(marks.entry)), (marks.judge, marks.entry)), shape=(marks.m, marks.n))


@dataclass(frozen=True, slots=True)
class TwoWay:
    """Least squares of the additive model; leniencies sum to 0 within each connected part of the graph.

    `freedom`: residual degrees. With `entry_ridge` and `judge_ridge` above 0 it is the mixed model instead (both
    effects random with variance noise/ridge), whose estimates are shrunken.
    """

    marks: Marks
    freedom: int
    entry_ridge: float
    judge_ridge: float
    factor: tuple[Floats, bool]

    @classmethod
    def of(cls, marks: Marks, *, entry_ridge: float = 0.0, judge_ridge: float = 0.0) -> "TwoWay":
        """Set up and factorise."""
        links = incidence(marks)
        counts = np.maximum(marks.counts, 1) + entry_ridge
        reduced = -(links @ csr_array((1 / counts, (np.arange(marks.n),) * 2)) @ links.T).toarray()
        reduced[np.diag_indices(marks.m)] += marks.loads + judge_ridge
        parts, of_sheet = components(marks)
        part_of = np.zeros(marks.m, dtype=np.int64)
        part_of[marks.judge] = of_sheet
        if not judge_ridge:  # each part has a free constant: fixed so that its leniencies sum to 0
            reduced += np.equal.outer(part_of, part_of)
        freedom = len(marks.entry) - len(marks.scored) - marks.m + parts
        return cls(marks, freedom, entry_ridge, judge_ridge, cho_factor(reduced))

    def leniency(self, values: Floats) -> Floats:
        """By how many points each judge marks above the others (m, b); values (e, b), centred if there is a ridge."""
        counts = self.marks.counts[self.marks.scored, None] + self.entry_ridge
        means = np.add.reduceat(values, self.marks.starts, axis=0) / counts
        of_entry = self.marks.spread(means)[self.marks.entry]
        return np.asarray(cho_solve(self.factor, self.marks.judge_sums(values - of_entry)), dtype=np.float64)

    def worth(self, values: Floats, leniency: Floats) -> Floats:
        """What each entry gets once leniency is taken off (n, b); NaN where there is no sheet."""
        counts = self.marks.counts[self.marks.scored, None] + self.entry_ridge
        sums = np.add.reduceat(values - leniency[self.marks.judge], self.marks.starts, axis=0)
        return self.marks.spread(sums / counts)

    def fitted(self, values: Floats) -> Floats:
        """The model's sheets (e, b)."""
        leniency = self.leniency(values)
        fitted: Floats = self.worth(values, leniency)[self.marks.entry] + leniency[self.marks.judge]
        return fitted


@dataclass(frozen=True, slots=True)
class Components:
    """Variances, in squared points: between entries, between judges, and of the rest; each at least 0."""

    entries: float
    judges: float
    noise: float


def variance_components(model: TwoWay, values: Floats) -> list[Components]:
    """Henderson's third method on an unbalanced table, for each column of values (e, b)."""
    marks = model.marks
    noise = _squares(values - model.fitted(values)) / max(model.freedom, 1)
    within_entry = _squares(values - marks.entry_means(values)[marks.entry])
    within_judge = _squares(values - marks.judge_means(values)[marks.judge])
    scored = len(marks.scored)
    parts = model.freedom - (len(marks.entry) - scored - marks.m)
    of_judges = within_entry - noise * max(model.freedom, 1) - noise * (marks.m - parts)
    of_entries = within_judge - noise * max(model.freedom, 1) - noise * (scored - parts)
    counts, loads = marks.counts.astype(float), marks.loads.astype(float)
    judge_trace = len(marks.entry) - float((1 / counts[marks.entry]).sum())
    entry_trace = len(marks.entry) - float((1 / loads[marks.judge]).sum())
    between_judges = np.maximum(of_judges / max(judge_trace, 1e-9), 0.0)
    between_entries = np.maximum(of_entries / max(entry_trace, 1e-9), 0.0)
    return [
        Components(float(a), float(b), float(c)) for a, b, c in zip(between_entries, between_judges, noise, strict=True)
    ]


def _squares(values: Floats) -> Floats:
    result: Floats = (values**2).sum(axis=0)
    return result
