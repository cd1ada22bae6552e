"""Assignment of judges: optimal, fair to the worst-served, explained, and steady when somebody drops out."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from marketplace.competitions.assigning.mending import parts_of
from marketplace.competitions.assigning.plan import Plan, plan, why
from marketplace.competitions.assigning.wishes import NOBODY, Wishes, WishesError


def _wishes(seed: int = 1, n: int = 30, m: int = 12, **others: Any) -> Wishes:
    draw = np.random.default_rng(seed)
    worth = draw.random((n, m)) ** 2
    employers = draw.integers(0, 8, m)
    given = {"each": 3, "most": 10, "employers": employers, "cities": employers % 3}
    given |= {"conflict": draw.random((n, m)) < 0.1}
    return Wishes.of(worth, **(given | others))


def _keeps_the_rules(found: Plan) -> bool:
    wishes, table = found.wishes, found.table
    if (table & wishes.conflict).any() or (table.sum(axis=0) > wishes.most).any():
        return False
    for row in table:
        groups = wishes.employers[row]
        groups = groups[groups != NOBODY]
        if wishes.same_employer is not None and len(groups) and np.bincount(groups).max() > wishes.same_employer:
            return False
    return all(table[pair] for pair in wishes.fixed)


def _optimum(wishes: Wishes) -> float:
    """The linear programme with the same rules, by scipy's HiGHS."""
    n, m = wishes.worth.shape
    rows, limits, equal = [], [], []
    for judge in range(m):
        row = np.zeros((n, m))
        row[:, judge] = 1
        rows.append(row.ravel())
        limits.append(wishes.caps[judge])
    for entry in range(n):
        row = np.zeros((n, m))
        row[entry] = 1
        equal.append(row.ravel())
        for group in np.unique(wishes.employers[wishes.employers != NOBODY]):
            row = np.zeros((n, m))
            row[entry, wishes.employers == group] = 1
            rows.append(row.ravel())
            limits.append(1)
    solved = linprog(
        -wishes.worth.ravel(),
        A_ub=np.array(rows),
        b_ub=np.array(limits),
        A_eq=np.array(equal),
        b_eq=wishes.each,
        bounds=[(0, 0 if conflict else 1) for conflict in wishes.conflict.ravel()],
    )
    return float(-solved.fun)


@pytest.mark.parametrize("seed", range(6))
def test_total_is_within_a_thousandth_of_the_linear_programme(seed: int) -> None:
    wishes = _wishes(seed)
    found, best = plan(wishes), _optimum(wishes)
    assert _keeps_the_rules(found)
    assert found.obstacles == ()
    assert (found.table.sum(axis=1) == 3).all()
    assert found.bound >= best - 1e-6
    # where serving the worst-served entry costs anything, it is the exchange that costs it
    assert found.total >= 0.97 * best
    free = plan(replace(wishes, before=[]))
    assert free.total <= best + 1e-6


def test_without_an_entry_to_mend_the_flow_is_the_optimum() -> None:
    wishes = _wishes(3)
    found = plan(replace(wishes, before=[(0, int(np.flatnonzero(~wishes.conflict[0])[0]))]))
    assert found.total <= _optimum(wishes) + 1e-6
    easy = Wishes.of(np.tile(np.linspace(0.2, 0.9, 12), (30, 1)), each=3, most=10)
    assert plan(easy).total == pytest.approx(_optimum(easy), rel=1e-5)


def test_the_worst_served_entry_is_raised_to_its_bound() -> None:
    worth = np.array([[0.9, 0.8, 0.1], [0.9, 0.8, 0.1], [0.6, 0.1, 0.0]])
    found = plan(Wishes.of(worth, each=1, most=1, even=0.0))
    # without mending the third could be given to nobody who knows its matter
    assert found.worst == pytest.approx(0.1)
    assert found.worst_bound == pytest.approx(0.6)
    free = plan(Wishes.of(worth, each=1, most=2, even=1.0))
    assert free.worst == pytest.approx(free.worst_bound) == pytest.approx(0.6)


def test_fixed_choices_stay_and_conflicts_never_appear() -> None:
    wishes = _wishes(4)
    entry = int(np.flatnonzero((~wishes.conflict).any(axis=1))[0])
    judge = int(np.flatnonzero(~wishes.conflict[entry])[-1])
    found = plan(replace(wishes, fixed=[(entry, judge)]))
    assert (entry, judge) in found.pairs
    assert _keeps_the_rules(found)
    assert why(found, entry, judge).fixed


def test_a_drop_out_changes_only_what_was_his() -> None:
    wishes = _wishes(5)
    first = plan(wishes)
    gone = int(np.argmax(first.table.sum(axis=0)))
    most = wishes.most.copy()
    most[gone] = 0
    again = plan(replace(wishes, most=most, before=first.pairs))
    lost = {pair for pair in first.pairs if pair[1] == gone}
    assert again.obstacles == ()
    assert set(again.changed) == lost
    assert len(again.pairs) == len(first.pairs)


def test_the_graph_is_joined() -> None:
    worth = np.kron(np.eye(2), np.full((6, 4), 0.9)) + 0.05
    found = plan(Wishes.of(worth, each=2, most=4))
    assert found.parts == 1
    assert parts_of(found.table)[0] == 1


def test_two_cities_are_mixed_where_the_rule_says_so() -> None:
    cities = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    worth = np.where(cities == 0, 0.9, 0.3)[None, :].repeat(8, axis=0)
    found = plan(Wishes.of(worth, each=3, most=8, cities=cities, employers=np.arange(8), same_city=2, even=1.0))
    assert found.obstacles == ()
    assert all(np.bincount(cities[row]).max() <= 2 for row in found.table)


def test_reasons_of_a_pair() -> None:
    worth = np.array([[0.9, 0.8, 0.7, 0.6]])
    conflict = np.array([[True, False, False, False]])
    employers = np.array([0, 1, 1, 2])
    found = plan(Wishes.of(worth, each=2, most=1, conflict=conflict, employers=employers, even=2.0))
    assert found.pairs == ((0, 1), (0, 3))
    reason = why(found, 0, 3)
    assert (reason.place, reason.alike, reason.full, reason.elsewhere) == (3, 1, 0, 0)
    assert (why(found, 0, 1).place, why(found, 0, 1).fixed, why(found, 0, 1).kept) == (1, False, False)


def test_fixed_choices_that_contradict_are_named() -> None:
    wishes = Wishes.of(np.full((3, 3), 0.5), each=1, most=1, conflict=np.eye(3, dtype=bool))
    found = plan(replace(wishes, fixed=[(0, 0), (1, 0), (1, 2)]))
    assert found.pairs == ()
    assert [(each.code, each.entries, each.judges) for each in found.obstacles] == [
        ("fixed_conflict", (0,), (0,)),
        ("fixed_judges", (1,), ()),
        ("fixed_load", (), (0,)),
    ]


def test_an_entry_that_nearly_everybody_must_avoid_is_named() -> None:
    conflict = np.zeros((4, 4), dtype=bool)
    conflict[2, :3] = True
    found = plan(Wishes.of(np.full((4, 4), 0.5), each=2, most=4, conflict=conflict))
    assert [(each.code, each.entries, each.judges, each.values) for each in found.obstacles] == [
        ("few_judges", (2,), (0, 1, 2), {"conflicts": 3, "able": 1, "each": 2})
    ]
    assert (found.table.sum(axis=1) == [2, 2, 1, 2]).all()


def test_too_few_employers_and_cities_are_named() -> None:
    alike = plan(Wishes.of(np.full((2, 3), 0.5), each=2, most=4, employers=np.zeros(3, dtype=int)))
    assert {each.code for each in alike.obstacles} == {"few_employers"}
    near = plan(Wishes.of(np.full((2, 3), 0.5), each=2, most=4, cities=np.zeros(3, dtype=int), same_city=1))
    assert {each.code for each in near.obstacles} == {"few_cities"}


def test_a_crowd_before_few_judges_is_named() -> None:
    conflict = np.zeros((6, 4), dtype=bool)
    conflict[:4, 1:] = True  # four entries that only the first judge may take, who takes two
    found = plan(Wishes.of(np.full((6, 4), 0.5), each=1, most=2, conflict=conflict))
    crowd = [each for each in found.obstacles if each.code == "crowd"]
    assert [(each.entries, each.judges, each.values) for each in crowd] == [
        ((0, 1, 2, 3), (0,), {"need": 4, "room": 2})
    ]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 14), m=st.integers(1, 9), each=st.integers(1, 4))
def test_rules_hold_whatever_is_asked(seed: int, n: int, m: int, each: int) -> None:
    found = plan(_wishes(seed, n, m, each=each, most=5, same_city=2))
    assert _keeps_the_rules(found)
    assert found.total <= found.bound + 1e-9
    assert found.worst <= found.worst_bound + 1e-9
    short = (found.table.sum(axis=1) < found.wishes.each).any()
    assert short == any(obstacle.code != "not_connected" for obstacle in found.obstacles)


@pytest.mark.parametrize(
    "wrong",
    [
        {"each": np.zeros(2, dtype=int)},
        {"worth": np.full((30, 12), 1.5)},
        {"most": np.full(12, -1)},
        {"fixed": [(99, 0)]},
    ],
)
def test_arrays_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(WishesError):
        plan(replace(_wishes(), **wrong))
