"""How far judges agree: reliability of the panel, and of each judge leniency, drift and agreement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from scipy.stats import t as student

from marketplace.competitions.scoring.effects import Components, TwoWay, variance_components
from marketplace.competitions.scoring.rounding import Floats
from marketplace.competitions.scoring.table import Marks

RESAMPLES, SEED, LEVEL = 400, 20261125, 0.90
FEWEST = 3  # sheets of a judge before anything is said about him


@dataclass(frozen=True, slots=True)
class Reliability:
    """Intraclass correlations in [0, 1]: share of the variance that comes from the entries.

    `single`: of one sheet, leniency counted as error; `panel`: of the mean of `size` sheets once leniency is taken
    off; `low`, `high` bound `panel` (90 %). None where there are too few sheets to say.
    """

    size: float
    single: float | None
    panel: float | None
    low: float | None
    high: float | None
    variances: Components | None


def reliability(marks: Marks, *, resamples: int = RESAMPLES) -> Reliability:
    """Of all sheets; the interval by drawing entries, judges and noise anew from the estimated variances."""
    size = len(marks.entry) / len(marks.scored) if len(marks.scored) else 0.0
    if len(marks.scored) < FEWEST or marks.m < 2 or (model := TwoWay.of(marks)).freedom < 1:
        return Reliability(size, None, None, None, None, None)
    found = variance_components(model, marks.values[:, None])[0]
    draw = np.random.RandomState(SEED)
    sheets = (
        np.sqrt(found.entries) * draw.standard_normal((marks.n, resamples))[marks.entry]
        + np.sqrt(found.judges) * draw.standard_normal((marks.m, resamples))[marks.judge]
        + np.sqrt(found.noise) * draw.standard_normal((len(marks.entry), resamples))
    )
    again = [_panel(each, size) for each in variance_components(model, sheets)]
    low, high = np.quantile(again, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    whole = found.entries + found.judges + found.noise
    single = found.entries / whole if whole else 0.0
    return Reliability(size, single, _panel(found, size), float(low), float(high), found)


def _panel(found: Components, size: float) -> float:
    whole = found.entries + found.noise / size
    return found.entries / whole if whole else 0.0


def expected_reliability(found: Components, size: int) -> float:
    """What a panel of that size would reach with these variances: for choosing it before a contest opens."""
    return _panel(found, size)


@dataclass(frozen=True, slots=True)
class JudgeFigures:
    """One judge, in points out of 100 unless said. None where he has too few sheets.

    `leniency` above 0 is generous, with its bounds; `drift`: change from his first to his last sheet, with whether it
    is more than chance (90 %); `agreement`: correlation in [−1, 1] of his sheets with what the others' say of the same
    entries; `error`: root mean square of what neither entry nor leniency explains.
    """

    judge: str
    sheets: int
    leniency: float
    leniency_low: float | None
    leniency_high: float | None
    drift: float | None
    drift_is_clear: bool
    agreement: float | None
    error: float | None


def judge_figures(marks: Marks, order: Mapping[tuple[str, str], int] | None = None) -> list[JudgeFigures]:
    """Of all judges, in the order of their references. `order`: (entry, judge) → place in time of that sheet."""
    if not len(marks.entry):
        return []
    model = TwoWay.of(marks)
    values = marks.values[:, None]
    leniency = model.leniency(values)[:, 0]
    rest = marks.values - model.fitted(values)[:, 0]
    half = _leniency_bounds(marks, model, rest)
    return [_figures_of(marks, judge, leniency, half, rest, order or {}) for judge in range(marks.m)]


def _leniency_bounds(marks: Marks, model: TwoWay, rest: Floats) -> Floats | None:
    if model.freedom < 1:
        return None
    noise = float((rest**2).sum()) / model.freedom
    draw = np.random.RandomState(SEED)
    again = model.leniency(np.sqrt(noise) * draw.standard_normal((len(rest), 200)))
    bounds: Floats = student.ppf(0.5 + LEVEL / 2, model.freedom) * again.std(axis=1)
    return bounds


def _figures_of(
    marks: Marks,
    judge: int,
    leniency: Floats,
    half: Floats | None,
    rest: Floats,
    order: Mapping[tuple[str, str], int],
) -> JudgeFigures:
    own = np.flatnonzero(marks.judge == judge)
    enough = len(own) >= FEWEST
    drift, clear = _drift(marks, own, rest, order) if enough and order else (None, False)
    low, high = (None, None) if half is None else (leniency[judge] - half[judge], leniency[judge] + half[judge])
    return JudgeFigures(
        judge=marks.judges[judge],
        sheets=len(own),
        leniency=float(leniency[judge]),
        leniency_low=None if low is None else float(low),
        leniency_high=None if high is None else float(high),
        drift=drift,
        drift_is_clear=clear,
        agreement=_agreement(marks, own, leniency) if enough else None,
        error=float(np.sqrt((rest[own] ** 2).mean())) if enough else None,
    )


def _drift(
    marks: Marks, own: np.ndarray, rest: Floats, order: Mapping[tuple[str, str], int]
) -> tuple[float | None, bool]:
    """Slope of what is unexplained over the judge's own order, from first to last, and whether it is clear."""
    judge = marks.judges[marks.judge[own[0]]]
    when = np.argsort(np.argsort([order.get((marks.entries[marks.entry[row]], judge), 0) for row in own]))
    time = when / (len(own) - 1) - 0.5
    slope = float((time @ rest[own]) / (time @ time))
    freedom = len(own) - 2
    left = rest[own] - rest[own].mean() - slope * time
    deviation = np.sqrt((left @ left) / max(freedom, 1) / (time @ time))
    return slope, bool(freedom > 1 and abs(slope) > student.ppf(0.5 + LEVEL / 2, freedom) * deviation)


def _agreement(marks: Marks, own: np.ndarray, leniency: Floats) -> float | None:
    """Correlation with the mean of the others' adjusted sheets of the same entries."""
    adjusted = marks.values - leniency[marks.judge]
    sums = np.bincount(marks.entry, weights=adjusted, minlength=marks.n)[marks.entry[own]] - adjusted[own]
    others = marks.counts[marks.entry[own]] - 1
    shared = others > 0
    if shared.sum() < FEWEST:
        return None
    mine, theirs = marks.values[own][shared], sums[shared] / others[shared]
    if mine.std() < 1e-9 or theirs.std() < 1e-9:
        return None
    return float(np.corrcoef(mine, theirs)[0, 1])


@dataclass(frozen=True, slots=True)
class Gap:
    """An entry on which judges are further apart than the rule allows; `width` in points out of 100."""

    entry: str
    width: Decimal
    lowest: str
    highest: str


def gaps(totals: Sequence[tuple[str, str, Decimal]], limit: Decimal) -> list[Gap]:
    """Entries whose (entry, judge, total) differ by more than `limit` points, the widest first."""
    by_entry: dict[str, list[tuple[Decimal, str]]] = {}
    for entry, judge, value in totals:
        by_entry.setdefault(entry, []).append((value, judge))
    found = []
    for entry, given in by_entry.items():
        low, high = min(given), max(given)
        if high[0] - low[0] > limit:
            found.append(Gap(entry, high[0] - low[0], low[1], high[1]))
    return sorted(found, key=lambda gap: (-gap.width, gap.entry))
