"""Sheets of judges, the rules they are counted by, and the same as arrays.

What does not count never enters the arrays: sheets of recused judges, calibration entries, sheets that are not
finished. Rows are put in the order of their references, so that no order of input can change a figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_array

from marketplace.competitions.scoring.rounding import TOTAL_PLACES, Floats, Ints, half_up

ANY, MAJORITY = "any", "majority"
RANDOM, CHOSEN = "random", "chosen"
MEAN_TIE, CHAIR_TIE, CRITERION_TIE = "mean", "chair", "criterion:"


class ScoringError(ValueError):
    """Sheets or rules that cannot be counted: the text says which."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A line of the rubric: `weight` of 100, marks from 0 to `highest`. A gate has no weight: 0 fails, more passes."""

    code: str
    weight: Decimal
    highest: Decimal
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one judge gave one entry. `recused`: it is kept in the record and never counted."""

    judge: str
    entry: str
    marks: Mapping[str, Decimal]
    recused: bool = False
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """How a round is counted; part of the frozen result.

    `places` of a score; `ties` in order: "mean" of all sheets untrimmed, "criterion:CODE", "chair"; `gates`: an entry
    fails a gate when "any" judge or the "majority" fails it; `assignment`: "random" or "chosen"; `level` of intervals.
    """

    strategy: str = "severity"
    places: int = 2
    ties: tuple[str, ...] = (MEAN_TIE, CHAIR_TIE)
    gates: str = MAJORITY
    assignment: str = CHOSEN
    places_won: int = 0
    level: float = 0.90
    resamples: int = 400
    seed: int = 20261125


@dataclass(frozen=True, slots=True)
class Round:
    """All that a result is computed from. `entries` may have no sheet; `chair`: entries in the order the chair set."""

    criteria: Sequence[Criterion]
    entries: Sequence[str]
    sheets: Sequence[Sheet]
    rules: Rules = field(default_factory=Rules)
    calibration: frozenset[str] = frozenset()
    chair: tuple[str, ...] = ()

    def check(self) -> None:
        """Raises ScoringError where the parts do not fit together."""
        scored = [criterion for criterion in self.criteria if not criterion.gate]
        if sum(criterion.weight for criterion in scored) != 100:
            raise ScoringError("weights do not sum to 100")
        if len(set(self.entries)) != len(self.entries):
            raise ScoringError("an entry stands twice")
        pairs = [(sheet.judge, sheet.entry) for sheet in self.counted()]
        if len(set(pairs)) != len(pairs):
            raise ScoringError("a judge has two sheets of one entry")
        for sheet in self.counted():
            _check_marks(sheet, self.criteria)

    def counted(self) -> list[Sheet]:
        """The sheets that count, in the order of their references."""
        known = set(self.entries) - self.calibration
        kept = [sheet for sheet in self.sheets if sheet.complete and not sheet.recused and sheet.entry in known]
        return sorted(kept, key=lambda sheet: (sheet.entry, sheet.judge))

    def ranked_entries(self) -> list[str]:
        """Entries that stand for a place, in the order of their references."""
        return sorted(set(self.entries) - self.calibration)


def _check_marks(sheet: Sheet, criteria: Iterable[Criterion]) -> None:
    for criterion in criteria:
        mark = sheet.marks.get(criterion.code)
        if mark is None:
            raise ScoringError(f"no mark for {criterion.code} in the sheet of {sheet.judge} for {sheet.entry}")
        if not 0 <= mark <= criterion.highest:
            raise ScoringError(f"mark {mark} for {criterion.code} is outside 0 to {criterion.highest}")


def total(sheet: Sheet, criteria: Iterable[Criterion]) -> Decimal:
    """Weighted sum out of 100, exact, then rounded half up to four places. Gates bear no weight."""
    exact = sum(
        (
            Fraction(criterion.weight) * Fraction(sheet.marks[criterion.code]) / Fraction(criterion.highest)
            for criterion in criteria
            if not criterion.gate
        ),
        Fraction(0),
    )
    places = 20  # enough that the second rounding meets no half that the first made
    return half_up(half_up(Decimal(exact.numerator) / Decimal(exact.denominator), places), TOTAL_PLACES)


def gate_failures(sheets: Iterable[Sheet], criteria: Iterable[Criterion], rule: str) -> dict[str, list[str]]:
    """Entries that fail, with the codes of the gates they fail."""
    gates = [criterion.code for criterion in criteria if criterion.gate]
    votes: dict[tuple[str, str], list[bool]] = {}
    for sheet in sheets:
        for code in gates:
            votes.setdefault((sheet.entry, code), []).append(sheet.marks[code] > 0)
    failed: dict[str, list[str]] = {}
    for (entry, code), passed in sorted(votes.items()):
        against = passed.count(False)
        if against and (rule == ANY or 2 * against > len(passed)):
            failed.setdefault(entry, []).append(code)
    return failed


@dataclass(frozen=True, slots=True)
class Marks:
    """Totals as arrays over e sheets, sorted by entry, then judge.

    `entry`, `judge` (e,): places in the lists of n entries and m judges; `values` (e,): out of 100; `starts` (s,):
    where each of the s entries that have sheets begins; `scored` (s,): their places.
    """

    entries: tuple[str, ...]
    judges: tuple[str, ...]
    entry: Ints
    judge: Ints
    values: Floats
    starts: Ints
    scored: Ints

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, Decimal | float]], entries: Iterable[str] = ()) -> "Marks":
        """From (entry, judge, total), in any order; `entries` adds those that have none."""
        ordered = sorted(rows, key=lambda row: (row[0], row[1]))
        refs = sorted({row[0] for row in ordered} | set(entries))
        judges = sorted({row[1] for row in ordered})
        place, seat = {ref: n for n, ref in enumerate(refs)}, {ref: n for n, ref in enumerate(judges)}
        entry = np.array([place[row[0]] for row in ordered], dtype=np.int64)
        judge = np.array([seat[row[1]] for row in ordered], dtype=np.int64)
        values = np.array([float(row[2]) for row in ordered], dtype=np.float64)
        starts = np.flatnonzero(np.diff(entry, prepend=-1)) if len(entry) else entry
        return cls(tuple(refs), tuple(judges), entry, judge, values, starts, entry[starts])

    @property
    def n(self) -> int:
        """Entries."""
        return len(self.entries)

    @property
    def m(self) -> int:
        """Judges with at least one sheet that counts."""
        return len(self.judges)

    @property
    def counts(self) -> Ints:
        """Sheets of each entry (n,)."""
        return np.bincount(self.entry, minlength=self.n).astype(np.int64)

    @property
    def loads(self) -> Ints:
        """Sheets of each judge (m,)."""
        return np.bincount(self.judge, minlength=self.m).astype(np.int64)

    def spread(self, per_scored: Floats) -> Floats:
        """Figures (s, b) of entries with sheets as (n, b) of all; NaN where there is no sheet."""
        result = np.full((self.n, per_scored.shape[1]), np.nan)
        result[self.scored] = per_scored
        return result

    def entry_means(self, values: Floats) -> Floats:
        """Means by entry (n, b) of values (e, b); NaN where there is no sheet."""
        if not len(self.entry):
            return np.full((self.n, values.shape[1]), np.nan)
        sums = np.add.reduceat(values, self.starts, axis=0)
        return self.spread(sums / self.counts[self.scored, None])

    def judge_sums(self, values: Floats) -> Floats:
        """Sums by judge (m, b) of values (e, b)."""
        places = np.arange(len(self.judge))
        sums = csr_array((np.ones(len(places)), (self.judge, places)), shape=(self.m, len(places))) @ values
        return np.asarray(sums, dtype=np.float64)

    def judge_means(self, values: Floats) -> Floats:
        """Means by judge (m, b) of values (e, b)."""
        return self.judge_sums(values) / self.loads[:, None]


def marks_of(contest: Round) -> Marks:
    """The arrays of a round: what counts, and nothing else."""
    rows = [(sheet.entry, sheet.judge, total(sheet, contest.criteria)) for sheet in contest.counted()]
    return Marks.of(rows, contest.ranked_entries())
