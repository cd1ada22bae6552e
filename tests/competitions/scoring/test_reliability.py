"""Agreement of judges: figures by hand, and what a known judge is found to do."""

from decimal import Decimal

import numpy as np
import pytest

from marketplace.competitions.scoring.reliability import (
    Components,
    expected_reliability,
    gaps,
    judge_figures,
    reliability,
)
from marketplace.competitions.scoring.table import Marks, marks_of
from tests.competitions.scoring.rounds import round_of
from tests.competitions.scoring.test_by_hand import SQUARE


def _drawn(*, entries: int = 60, judges: int = 6, noise: float = 4.0) -> Marks:
    draw = np.random.default_rng(1)
    worth, leniency = draw.normal(70, 8, entries), np.linspace(-6, 6, judges)
    rows = [
        (f"e{e:02}", f"j{j}", worth[e] + leniency[j] + draw.normal(0, noise))
        for e in range(entries)
        for j in range(judges)
    ]
    return Marks.of(rows)


def test_reliability_by_hand() -> None:
    found = reliability(marks_of(round_of(SQUARE)))
    # Rows 98.667, noise 4 (see the shrunken strategy); columns: 3·(4+0+4)/2 = 12, so (12−4)/3 = 2.667
    assert found.variances is not None
    assert (found.variances.entries, found.variances.judges, found.variances.noise) == pytest.approx(
        (98.6667, 2.6667, 4), abs=1e-3
    )
    assert found.single == pytest.approx(98.6667 / 105.3333, abs=1e-5)
    assert found.panel == pytest.approx(98.6667 / 100, abs=1e-5)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.9867 < found.high <= 1


def test_reliability_needs_something_to_compare() -> None:
    found = reliability(marks_of(round_of({"A": {"1": 80}, "B": {"2": 70}})))
    assert (found.single, found.panel, found.low, found.high) == (None, None, None, None)
    assert reliability(Marks.of([], ["A"])).panel is None


def test_a_larger_panel_is_more_reliable() -> None:
    found = [expected_reliability(Components(64, 36, 64), size) for size in (1, 3, 5)]
    assert found == pytest.approx([0.5, 0.75, 5 / 6])


def test_the_interval_covers_the_truth() -> None:
    found = reliability(_drawn())
    assert found.low is not None
    assert found.high is not None
    assert found.low < 64 / (64 + 16 / 6) < found.high


def test_leniency_is_found_with_its_bounds() -> None:
    figures = judge_figures(_drawn())
    assert [figure.leniency for figure in figures] == pytest.approx(np.linspace(-6, 6, 6).tolist(), abs=2)
    assert sum(figure.leniency for figure in figures) == pytest.approx(0, abs=1e-6)
    for figure in figures:
        assert figure.leniency_low is not None
        assert figure.leniency_high is not None
        assert figure.leniency_low < figure.leniency < figure.leniency_high
        assert figure.agreement is not None
        assert figure.agreement > 0.7


def test_drift_is_found_and_chance_is_not_called_drift() -> None:
    marks = _drawn(noise=2.0)
    tired = marks.judge == 0
    values = marks.values.copy()
    values[tired] -= np.linspace(0, 12, tired.sum())
    order = {(marks.entries[e], marks.judges[j]): int(e) for e, j in zip(marks.entry, marks.judge, strict=True)}
    drifting = Marks(marks.entries, marks.judges, marks.entry, marks.judge, values, marks.starts, marks.scored)
    figures = judge_figures(drifting, order)
    assert figures[0].drift == pytest.approx(-10, abs=2.5)
    assert figures[0].drift_is_clear
    steady = judge_figures(marks, order)
    assert sum(figure.drift_is_clear for figure in steady) <= 1


def test_a_judge_against_the_others_shows() -> None:
    marks = _drawn()
    contrary = marks.judge == 2
    values = np.where(contrary, 140 - marks.values, marks.values)
    figures = judge_figures(
        Marks(marks.entries, marks.judges, marks.entry, marks.judge, values, marks.starts, marks.scored)
    )
    assert figures[2].agreement is not None
    assert figures[2].agreement < -0.7
    assert figures[2].error == max(figure.error or 0 for figure in figures)


def test_few_sheets_say_nothing() -> None:
    figures = judge_figures(marks_of(round_of({"A": {"1": 80, "2": 70}, "B": {"1": 70}})))
    assert [(figure.sheets, figure.agreement, figure.drift, figure.error) for figure in figures] == [
        (2, None, None, None),
        (1, None, None, None),
    ]
    assert judge_figures(Marks.of([])) == []


def test_wide_gaps_are_listed_widest_first() -> None:
    totals = [
        ("A", "1", Decimal(80)), ("A", "2", Decimal(60)), ("B", "1", Decimal(70)), ("B", "2", Decimal("54.99")),
        ("B", "3", Decimal(60)), ("C", "1", Decimal(70)), ("C", "2", Decimal(55)), ("D", "1", Decimal(10)),
    ]  # fmt: skip
    found = gaps(totals, Decimal(15))
    assert [(gap.entry, gap.width, gap.lowest, gap.highest) for gap in found] == [
        ("A", Decimal(20), "2", "1"),
        ("B", Decimal("15.01"), "2", "1"),
    ]
