"""Whether newly learnt weights are better than those that stand: on demands held out, and on what came later.

Every pair is scored by weights that never saw its demand. Differences are paired by the one who asks, and their
interval is a bootstrap over those who ask. The standing weights may have been fitted to the very pairs that are held
out here, so the comparison errs on their side.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from matching.engine.collection import Collection
from matching.engine.documents import Side
from matching.engine.features import FEATURES
from matching.engine.learning import SIDES, Examples, fit, joined, scores
from matching.engine.metrics import ANSWER, calibration, interval, ndcg
from matching.engine.ranking import order
from matching.engine.weights import Weights

FOLDS = 5
EARLIER = 0.7  # of the dated demands are learnt from, the later ones are asked
FEWEST = 10  # askers with something to tell apart, below which nothing is concluded
MARGIN = 0.0  # the lower bound of the paired difference in nDCG@10 must lie above it
SLACK = 0.02  # and on later demands not further below 0 than this
UNJUDGED = 0.1  # the weight of a candidate that nobody judged: perhaps it does not fit, perhaps nobody looked

Outcome = Literal["installed", "not_better", "worse_later", "too_little"]
Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
Pairs = Mapping[tuple[str, str], "Verdict"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a pair of texts: grade, weight in (0, 1], when it was first said in seconds since 1970."""

    grade: int
    weight: float
    time: float


@dataclass(frozen=True, slots=True)
class View:
    """Candidates of one side's questions, n rows, with the two documents of each row.

    `judged`: whether anybody judged it; the others are learnt from, and never measured. `times`: when it was judged in
    seconds since 1970, nan where that is unknown.
    """

    examples: Examples
    askers: list[str]
    others: list[str]
    judged: Mask
    times: Values

    def rows(self, mask: Mask) -> Examples:
        """The examples where the mask is true."""
        part = self.examples
        return Examples(part.own[mask], part.back[mask], part.grades[mask], part.groups[mask], part.weights[mask])


@dataclass(frozen=True, slots=True)
class Lot:
    """Everything judged in one collection: the demands' questions and the supplies'."""

    demand: View
    supply: View

    def view(self, side: Side) -> View:
        """Of the side that asks."""
        return self.demand if side == "demand" else self.supply

    def demands(self, side: Side) -> list[str]:
        """The demand of each row of a view."""
        view = self.view(side)
        return view.askers if side == "demand" else view.others


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of split: how many askers were measured, and mean nDCG@10 over their judged candidates.

    `difference`: mean of after − before over the same askers, with its 95 % interval.
    """

    asked: int
    before: float
    after: float
    difference: list[float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Old weights against new: by demand and by supply out of fold, on later demands, and calibration out of fold.

    `later` is None where too few dated demands were judged.
    """

    by_demand: Compared
    by_supply: Compared
    later: Compared | None
    brier: tuple[float, float]
    margin: float

    def as_json(self) -> dict[str, Any]:
        """For the record."""
        return asdict(self)

    @property
    def outcome(self) -> Outcome:
        """What is to be done."""
        if self.by_demand.asked < FEWEST:
            return "too_little"
        if self.by_demand.difference[1] <= self.margin:
            return "not_better"
        if self.later is not None and self.later.difference[1] < -SLACK:
            return "worse_later"
        return "installed"


def lot_of(collection: Collection, name: str, verdicts: Pairs | None = None) -> Lot:
    """The candidates of every judged document, and all that were judged; references are told apart by `name`.

    With `verdicts`, each judged pair has the weight and time of its verdict, and what nobody judged counts a little
    against: in a market most pairs were never looked at. Without, the collection was judged on purpose, and what is
    not in its list does not fit.
    """
    views = {side: _view(collection, side, name, verdicts) for side in SIDES}
    return Lot(views["demand"], views["supply"])


def _view(collection: Collection, side: Side, name: str, verdicts: Pairs | None) -> View:
    judged, answering = collection.judged(side), collection.sides(side)[1]
    own, back = [np.zeros((0, len(FEATURES)))], [np.zeros((0, len(FEATURES)))]
    grades, groups, weights, times, known = [], [], [], [], []
    askers, others = [], []
    for number, (asker, marks) in enumerate(sorted(judged.items())):
        ranked = collection.rank(side, asker)
        refs = {answering.refs[place] for place in ranked.table.places}
        if missing := [each for each in marks if each not in refs]:
            ranked = collection.rank(side, asker, [*sorted(refs), *missing])
        own.append(ranked.table.own)
        back.append(ranked.table.back)
        for other in (answering.refs[place] for place in ranked.table.places):
            verdict = (verdicts or {}).get((asker, other) if side == "demand" else (other, asker))
            grades.append(max(marks.get(other, 0), 0))
            groups.append(number)
            weights.append(1.0 if verdicts is None else verdict.weight if verdict else UNJUDGED)
            times.append(verdict.time if verdict else np.nan)
            known.append(other in marks)
            askers.append(f"{name}/{asker}")
            others.append(f"{name}/{other}")
    examples = Examples(
        np.concatenate(own),
        np.concatenate(back),
        np.array(grades, dtype=np.int64),
        np.array(groups, dtype=np.int64),
        np.array(weights) / max(1, len(judged)),
    )
    return View(examples, askers, others, np.array(known, dtype=bool), np.array(times, dtype=np.float64))


def fit_lots(lots: Sequence[Lot], keep: Callable[[Lot, Side], Mask] | None = None) -> Weights | None:
    """Weights from the rows that `keep` says, of all where it is not given; None where no row is left."""
    parts: dict[Side, Examples] = {}
    for side in SIDES:
        rows = [lot.view(side).rows(_all(lot, side) if keep is None else keep(lot, side)) for lot in lots]
        rows = [part for part in rows if len(part.grades)]
        if not rows:
            return None
        parts[side] = joined(rows)
    return fit(parts)


def compare(
    lots: Sequence[Lot],
    standing: Weights,
    *,
    margin: float = MARGIN,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Comparison:
    """Measure new weights, fitted anew for each split, against those that stand."""
    measured: dict[Side, _Measured] = {side: _Measured(side) for side in SIDES}
    for fold in range(FOLDS):
        held = partial(_in_fold, fold)
        fitted = fit_lots(lots, lambda lot, side, held=held: ~held(lot, side)) or standing  # type: ignore[misc]
        for side in SIDES:
            for lot in lots:
                measured[side].add(lot.view(side), held(lot, side) & lot.view(side).judged, standing, fitted)
        tell(fold + 1, FOLDS + 1)
    comparison = Comparison(
        by_demand=measured["demand"].compared(),
        by_supply=measured["supply"].compared(),
        later=_later(lots, standing),
        brier=measured["demand"].brier(),
        margin=margin,
    )
    tell(FOLDS + 1, FOLDS + 1)
    return comparison


def fold_of(demand: str) -> int:
    """The fold of a demand, by the hash of its name: the same whatever else is judged."""
    return int(hashlib.sha256(demand.encode()).hexdigest(), 16) % FOLDS


def _in_fold(fold: int, lot: Lot, side: Side) -> Mask:
    numbers = {demand: fold_of(demand) for demand in set(lot.demands(side))}
    return np.array([numbers[demand] == fold for demand in lot.demands(side)], dtype=bool)


class _Measured:
    """Rows that were scored by both weights, collected over folds and collections."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self._rows: dict[str, list[tuple[str, int, float, float]]] = {}  # by asker: other, grade, before, after

    def add(self, view: View, mask: Mask, standing: Weights, fitted: Weights) -> None:
        """Score the rows where the mask is true."""
        if not mask.any():
            return
        part = view.rows(mask)
        before, after = scores(standing, part, self._side), scores(fitted, part, self._side)
        for row, n in enumerate(np.flatnonzero(mask)):
            entry = (view.others[n], int(part.grades[row]), float(before[row]), float(after[row]))
            self._rows.setdefault(view.askers[n], []).append(entry)

    def compared(self) -> Compared:
        """Paired by asker. A list whose candidates all have one grade cannot be ranked better or worse."""
        lists = [self._rows[asker] for asker in sorted(self._rows)]
        lists = [rows for rows in lists if len({grade for _other, grade, _before, _after in rows}) > 1]
        old, new = ([_ndcg(rows, column) for rows in lists] for column in (2, 3))
        mean = [round(float(np.mean(values)), 4) if values else 0.0 for values in (old, new)]
        return Compared(len(lists), mean[0], mean[1], interval([b - a for a, b in zip(old, new, strict=True)]))

    def brier(self) -> tuple[float, float]:
        """Of all rows, before and after."""
        rows = [row for own in self._rows.values() for row in own]
        answers = [grade >= ANSWER for _other, grade, _before, _after in rows]
        return (
            calibration([row[2] for row in rows], answers)["brier"],
            calibration([row[3] for row in rows], answers)["brier"],
        )


def _ndcg(rows: Sequence[tuple[str, int, float, float]], column: int) -> float:
    refs = [row[0] for row in rows]
    values = np.array([row[column] for row in rows], dtype=np.float64)
    return ndcg([refs[n] for n in order(values, refs)], {row[0]: row[1] for row in rows})


def _later(lots: Sequence[Lot], standing: Weights) -> Compared | None:
    """Learn from what was judged early (and from what has no date), ask the demands that came later."""
    first: dict[str, float] = {}
    for lot in lots:
        for demand, time in zip(lot.demand.askers, lot.demand.times, strict=True):
            if not np.isnan(time):
                first[demand] = min(float(time), first.get(demand, float(time)))
    if not first:
        return None
    cut = float(np.quantile(list(first.values()), EARLIER, method="higher"))

    def early(lot: Lot, side: Side) -> Mask:
        fresh = np.array([first.get(demand, -np.inf) >= cut for demand in lot.demands(side)], dtype=bool)
        return ~fresh & ~(lot.view(side).times >= cut)

    fitted = fit_lots(lots, early)
    if fitted is None:
        return None
    measured = _Measured("demand")
    for lot in lots:
        view = lot.demand
        fresh = np.array([first.get(demand, -np.inf) >= cut for demand in view.askers], dtype=bool)
        measured.add(view, fresh & view.judged, standing, fitted)
    compared = measured.compared()
    return compared if compared.asked >= FEWEST else None


def _all(lot: Lot, side: Side) -> Mask:
    return np.ones(len(lot.view(side).judged), dtype=bool)
