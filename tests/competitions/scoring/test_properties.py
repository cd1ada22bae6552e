"""What must hold for every table of marks."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.competitions.scoring.ranking import rank
from marketplace.competitions.scoring.strategies import STRATEGIES
from marketplace.competitions.scoring.table import Round, Sheet, marks_of
from tests.competitions.scoring.rounds import round_of

HALVES = st.integers(0, 200).map(lambda half: str(Decimal(half) / 2))
NAMES = sorted(STRATEGIES)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, dict[str, str]]:
    """Up to eight entries, six judges, holes anywhere."""
    judges = [f"j{n}" for n in range(draw(st.integers(2, 6)))]
    return {
        f"e{n}": {judge: draw(HALVES) for judge in judges if draw(st.integers(0, 9)) < 7}
        for n in range(draw(st.integers(2, 8)))
    }


def _contest(table: dict[str, dict[str, str]], name: str) -> Round:
    return round_of(table, strategy=name, places_won=2)


@settings(max_examples=60, deadline=None)
@given(table=tables(), name=st.sampled_from(NAMES), data=st.data())
def test_the_order_of_judges_and_entries_changes_nothing(
    table: dict[str, dict[str, str]], name: str, data: st.DataObject
) -> None:
    contest = _contest(table, name)
    shuffled = replace(
        contest,
        entries=data.draw(st.permutations(contest.entries)),
        sheets=data.draw(st.permutations(contest.sheets)),
    )
    assert rank(shuffled) == rank(contest)


@settings(max_examples=60, deadline=None)
@given(table=tables(), name=st.sampled_from(NAMES), data=st.data())
def test_new_names_of_judges_change_no_score(table: dict[str, dict[str, str]], name: str, data: st.DataObject) -> None:
    judges = sorted({judge for row in table.values() for judge in row})
    new = dict(zip(judges, data.draw(st.permutations(judges)), strict=True))
    renamed = {entry: {new[judge]: value for judge, value in row.items()} for entry, row in table.items()}
    ours = {line.entry: (line.score, line.rank) for line in rank(_contest(table, name)).standings}
    theirs = {line.entry: (line.score, line.rank) for line in rank(_contest(renamed, name)).standings}
    assert ours == theirs


@settings(max_examples=100, deadline=None)
@given(table=tables(), name=st.sampled_from(NAMES), data=st.data())
def test_a_uniformly_better_entry_never_ranks_lower(
    table: dict[str, dict[str, str]], name: str, data: st.DataObject
) -> None:
    worse = data.draw(st.sampled_from([entry for entry, row in table.items() if row] or ["e0"]))
    better = {
        judge: str(min(Decimal(100), Decimal(value) + data.draw(st.integers(0, 20))))
        for judge, value in table[worse].items()
    }
    lines = {line.entry: line for line in rank(_contest(table | {"better": better}, name)).standings}
    if better:
        assert (lines["better"].rank or 0) <= (lines[worse].rank or 0)
        assert lines["better"].score >= lines[worse].score  # type: ignore[operator]


@pytest.mark.parametrize("name", ["mean", "trimmed", "median", "severity", "bradley_terry"])
@settings(max_examples=60, deadline=None)
@given(table=tables(), data=st.data())
def test_a_raised_mark_never_costs_a_place(name: str, table: dict[str, dict[str, str]], data: st.DataObject) -> None:
    cells = [(entry, judge) for entry, row in table.items() for judge in row]
    if not cells:
        return
    entry, judge = data.draw(st.sampled_from(cells))
    raised = {ref: dict(row) for ref, row in table.items()}
    raised[entry][judge] = "100"
    before, after = (marks_of(_contest(each, name)) for each in (table, raised))
    place = before.entries.index(entry)
    lead = [STRATEGIES[name].score(marks)[place] - STRATEGIES[name].score(marks) for marks in (before, after)]
    behind = lead[0] > 1e-6
    assert (lead[1][behind & np.isfinite(lead[1])] > -1e-6).all()


@settings(max_examples=60, deadline=None)
@given(table=tables(), name=st.sampled_from(NAMES), mark=HALVES, data=st.data())
def test_a_recused_mark_never_matters(
    table: dict[str, dict[str, str]], name: str, mark: str, data: st.DataObject
) -> None:
    contest = _contest(table, name)
    recused = [
        Sheet("recused", entry, {"points": Decimal(mark)}, recused=True)
        for entry in data.draw(st.lists(st.sampled_from(contest.entries), unique=True))
    ]
    unfinished = [Sheet("late", contest.entries[0], {}, complete=False)]
    assert rank(replace(contest, sheets=[*recused, *contest.sheets, *unfinished])) == rank(contest)


@settings(max_examples=40, deadline=None)
@given(table=tables(), name=st.sampled_from(NAMES), mark=HALVES)
def test_calibration_entries_are_no_part_of_the_result(table: dict[str, dict[str, str]], name: str, mark: str) -> None:
    contest = _contest(table, name)
    judges = {sheet.judge for sheet in contest.sheets}
    training = [Sheet(judge, "training", {"points": Decimal(mark)}) for judge in sorted(judges)]
    with_training = replace(
        contest,
        entries=[*contest.entries, "training"],
        sheets=[*contest.sheets, *training],
        calibration=frozenset({"training"}),
    )
    assert rank(with_training) == rank(contest)


@settings(max_examples=60, deadline=None)
@given(table=tables(), name=st.sampled_from(NAMES))
def test_intervals_hold_what_they_are_about(table: dict[str, dict[str, str]], name: str) -> None:
    for line in rank(_contest(table, name)).standings:
        if line.low is not None and line.score is not None and line.high is not None:
            assert line.low <= line.score <= line.high
        if line.rank_low is not None and line.rank_high is not None:
            assert 1 <= line.rank_low <= line.rank_high <= len(table)
