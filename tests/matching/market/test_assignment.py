"""The optimum against scipy's dense solver, with capacities by copies of rows and columns; prices always bound it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from matching.engine.market.assignment import Graph, GraphError, assign, bound_of_all, heaviest

weights = st.lists(st.lists(st.floats(0, 1, allow_nan=False), min_size=5, max_size=5), min_size=1, max_size=6)


def _graph(matrix: NDArray[np.float64], rows: list[int], columns: list[int], most: int | None = None) -> Graph:
    pairs = [(n, m, float(matrix[n, m])) for n in range(len(rows)) for m in range(len(columns))]
    return Graph.of(pairs, rows, columns, most)


def _dense(matrix: NDArray[np.float64], rows: list[int], columns: list[int], most: int | None) -> float:
    """The optimum where a pair may be chosen once: by trying every set, for matrices this small."""
    best = 0.0
    places = [(n, m) for n in range(len(rows)) for m in range(len(columns))]
    for choice in range(2 ** len(places)):
        chosen = [pair for bit, pair in enumerate(places) if choice >> bit & 1]
        if most is not None and len(chosen) > most:
            continue
        if any(sum(n == row for n, _m in chosen) > room for row, room in enumerate(rows)):
            continue
        if any(sum(m == column for _n, m in chosen) > room for column, room in enumerate(columns)):
            continue
        best = max(best, sum(float(matrix[pair]) for pair in chosen))
    return best


@given(weights)
def test_one_to_one_is_the_optimum_of_scipy(rows: list[list[float]]) -> None:
    matrix = np.array(rows)
    found = assign(_graph(matrix, [1] * len(rows), [1] * 5))
    best = float(matrix[linear_sum_assignment(matrix, maximize=True)].sum())
    assert found.objective == pytest.approx(best, abs=1e-5)
    assert found.bound >= found.objective - 1e-9
    assert found.bound == pytest.approx(best, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=3, max_size=3),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.none() | st.integers(0, 5),
)
def test_capacities_and_the_limit_on_all(
    rows: list[list[float]], own: list[int], other: list[int], most: int | None
) -> None:
    matrix = np.array(rows)
    graph = _graph(matrix, own, other, most)
    found = assign(graph)
    assert found.objective == pytest.approx(_dense(matrix, own, other, most), abs=1e-5)
    assert found.objective - 1e-9 <= found.bound <= found.objective + 1e-5
    assert (np.bincount(graph.rows[found.chosen], minlength=3) <= own).all()
    assert (np.bincount(graph.columns[found.chosen], minlength=3) <= other).all()
    assert most is None or len(found.chosen) <= most


@given(st.permutations(range(12)), st.integers(0, 2**32 - 1))
def test_the_order_of_pairs_and_people_changes_nothing(order: list[int], seed: int) -> None:
    matrix = np.random.default_rng(seed).random((12, 12))
    turned = matrix[order][:, order[::-1]]
    ours, theirs = (assign(_graph(each, [2] * 12, [1] * 12)) for each in (matrix, turned))
    assert theirs.objective == pytest.approx(ours.objective, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_the_bound_of_all_pairs_holds_for_what_the_graph_left_out(seed: int, kept: int) -> None:
    matrix = np.random.default_rng(seed).random((30, 20)) ** 3
    graph, row_cuts, column_cuts = heaviest(matrix, kept)
    found = assign(graph)
    best = float(matrix[linear_sum_assignment(matrix, maximize=True)].sum())
    assert found.objective <= best + 1e-9
    assert bound_of_all(graph, found, row_cuts, column_cuts) >= best - 1e-5


def test_nobody_is_nobody() -> None:
    found = assign(Graph.of([], [], []))
    assert (found.objective, found.bound, found.gap, len(found.chosen)) == (0.0, 0.0, 0.0, 0)


def test_what_weighs_nothing_is_not_chosen() -> None:
    assert assign(Graph.of([(0, 0, 0.0)], [1], [1])).chosen.tolist() == []


@pytest.mark.parametrize(
    ("pairs", "rows"), [([(0, 0, -0.1)], [1]), ([(0, 0, float("nan"))], [1]), ([(1, 0, 0.5)], [1]), ([], [-1])]
)
def test_what_is_no_graph_is_refused(pairs: list[tuple[int, int, float]], rows: list[int]) -> None:
    with pytest.raises(GraphError):
        Graph.of(pairs, rows, [1])
