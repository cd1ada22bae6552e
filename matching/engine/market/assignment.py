"""Optimal assignment on a sparse graph with capacities on both sides, proved by prices.

The flow is OR-tools' cost-scaling network simplex over whole numbers. Its answer is not taken on its word: prices of
rows and columns are read off the residual graph, and by weak duality any prices give a bound. The same prices bound
what pairs left out of the graph could still have added.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SCALE = 10_000_000  # the largest weight in whole numbers: rounding costs at most one part in ten million a pair
ROUNDS = 2_000  # of pricing; prices taken earlier still bound, only less tightly
NOTHING = np.iinfo(np.int64).min // 4


class GraphError(ValueError):
    """Arrays of different length, a weight that is negative or no number, or a place out of range."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Pairs that may be chosen. `rows`, `columns` (e,): places; `weights` (e,): at least 0; capacities (n,), (m,).

    `most` limits how many pairs are chosen in all; None for as many as the capacities allow.
    """

    rows: Ints
    columns: Ints
    weights: Floats
    row_capacities: Ints
    column_capacities: Ints
    most: int | None = None

    @classmethod
    def of(
        cls,
        pairs: Sequence[tuple[int, int, float]],
        row_capacities: Sequence[int],
        column_capacities: Sequence[int],
        most: int | None = None,
    ) -> "Graph":
        """From a list of (row, column, weight). Raises GraphError."""
        rows = np.array([pair[0] for pair in pairs], dtype=np.int64)
        columns = np.array([pair[1] for pair in pairs], dtype=np.int64)
        weights = np.array([pair[2] for pair in pairs], dtype=np.float64)
        own, other = np.asarray(row_capacities, dtype=np.int64), np.asarray(column_capacities, dtype=np.int64)
        graph = cls(rows, columns, weights, own, other, most)
        graph.check()
        return graph

    def check(self) -> None:
        """Raises GraphError where the arrays make no graph."""
        if not len(self.rows) == len(self.columns) == len(self.weights):
            raise GraphError("rows, columns and weights differ in length")
        if not np.isfinite(self.weights).all() or (self.weights < 0).any():
            raise GraphError("a weight is negative or no number")
        for places, capacities in ((self.rows, self.row_capacities), (self.columns, self.column_capacities)):
            if len(places) and (places.min() < 0 or places.max() >= len(capacities)):
                raise GraphError("a pair names a row or column that is not there")
            if (capacities < 0).any():
                raise GraphError("a capacity is negative")


@dataclass(frozen=True, slots=True)
class Assignment:
    """What was chosen, what it is worth, and the proof.

    `chosen`: places of pairs in the graph, rising. `bound`: no choice on this graph is worth more. `row_prices` (n,),
    `column_prices` (m,): what one more place there would add; `common_price`: the same for the limit on all.
    """

    chosen: Ints
    objective: float
    bound: float
    row_prices: Floats
    column_prices: Floats
    common_price: float

    @property
    def gap(self) -> float:
        """How far below the bound the objective lies at most, as a share of the bound."""
        return max(0.0, self.bound - self.objective) / self.bound if self.bound > 0 else 0.0


def assign(graph: Graph) -> Assignment:
    """The choice of pairs of greatest total weight within all capacities."""
    graph.check()
    whole = _whole(graph.weights)
    usable = np.flatnonzero(
        (whole > 0) & (graph.row_capacities[graph.rows] > 0) & (graph.column_capacities[graph.columns] > 0)
    )
    chosen = usable[_flow(graph, usable, whole)] if len(usable) else usable
    rows, columns, common = _prices(graph, usable, whole, chosen)
    return Assignment(
        chosen=chosen,
        objective=float(graph.weights[chosen].sum()),
        bound=_bound(graph, rows, columns, common),
        row_prices=rows,
        column_prices=columns,
        common_price=common,
    )


def _whole(weights: Floats) -> Ints:
    top = float(weights.max()) if len(weights) else 0.0
    if top == 0.0:
        return np.zeros(len(weights), dtype=np.int64)
    whole: Ints = np.rint(weights / top * SCALE).astype(np.int64)
    return whole


def _flow(graph: Graph, usable: Ints, whole: Ints) -> NDArray[np.bool_]:
    """Which of the usable pairs the cheapest flow uses; leaving a place empty costs nothing."""
    n, m = len(graph.row_capacities), len(graph.column_capacities)
    source, sink = n + m, n + m + 1
    total = int(min(graph.row_capacities.sum(), graph.column_capacities.sum(), len(usable)))
    total = total if graph.most is None else min(total, graph.most)
    flow = min_cost_flow.SimpleMinCostFlow()
    tails = np.concatenate([graph.rows[usable], np.full(n, source), n + np.arange(m), [source]]).astype(np.int32)
    heads = np.concatenate([n + graph.columns[usable], np.arange(n), np.full(m, sink), [sink]]).astype(np.int32)
    room = np.concatenate([np.ones(len(usable)), graph.row_capacities, graph.column_capacities, [total]])
    cost = np.concatenate([-whole[usable], np.zeros(n + m + 1, dtype=np.int64)])
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, np.minimum(room, total).astype(np.int64), cost)
    flow.set_nodes_supplies(np.array([source, sink], dtype=np.int32), np.array([total, -total], dtype=np.int64))
    if (status := flow.solve()) != flow.OPTIMAL:
        raise ArithmeticError(f"the flow was not solved: {status}")  # a way past every pair is always open
    used: NDArray[np.bool_] = flow.flows(np.arange(len(usable), dtype=np.int32)) > 0
    return used


def _prices(graph: Graph, usable: Ints, whole: Ints, chosen: Ints) -> tuple[Floats, Floats, float]:
    """Shortest ways in the residual graph of the choice, by rounds over all pairs at once (Bellman and Ford)."""
    n, m = len(graph.row_capacities), len(graph.column_capacities)
    free_rows = np.bincount(graph.rows[chosen], minlength=n) < graph.row_capacities
    free_columns = np.bincount(graph.columns[chosen], minlength=m) < graph.column_capacities
    full = graph.most is not None and len(chosen) >= graph.most
    others = np.setdiff1d(usable, chosen, assume_unique=True)
    others = others[np.argsort(graph.rows[others], kind="stable")]
    starts = np.flatnonzero(np.diff(graph.rows[others], prepend=-1)) if len(others) else others
    heads = graph.rows[others[starts]]
    worth: Ints = np.zeros(n, dtype=np.int64)  # of a row's place, the common price included
    debt: Ints = np.where(free_columns, 0, NOTHING)  # of a column's place, below zero
    common = 0
    for _round in range(ROUNDS):
        common = max(common, int(worth[free_rows].max(initial=0))) if full else 0
        better: Ints = np.full(n, common, dtype=np.int64)
        if len(others):
            reach = np.maximum.reduceat(whole[others] + debt[graph.columns[others]], starts)
            better[heads] = np.maximum(better[heads], reach)
        lower = debt.copy()
        np.maximum.at(lower, graph.columns[chosen], better[graph.rows[chosen]] - whole[chosen])
        if (better == worth).all() and (lower == debt).all():
            break
        worth, debt = better, lower
    unit = float(graph.weights.max(initial=0.0)) / SCALE
    # Nothing can be sold where there is no place: any price above every weight says so.
    rows = np.where(graph.row_capacities > 0, np.maximum(worth - common, 0), SCALE + 1) * unit
    columns = np.where(graph.column_capacities > 0, np.maximum(-debt, 0), SCALE + 1) * unit
    return rows, columns, common * unit


def _bound(graph: Graph, rows: Floats, columns: Floats, common: float) -> float:
    """Weak duality: what the prices say all places are worth, with what single pairs are worth beyond that."""
    surplus = graph.weights - rows[graph.rows] - columns[graph.columns] - common
    places = float(graph.row_capacities @ rows + graph.column_capacities @ columns)
    limit = 0.0 if graph.most is None else graph.most * common
    return places + limit + float(np.maximum(surplus, 0.0).sum())


def bound_of_all(graph: Graph, assignment: Assignment, row_cuts: Floats, column_cuts: Floats) -> float:
    """A bound for the market of *all* pairs, of which the graph holds the heaviest.

    A pair outside the graph weighs at most `row_cuts` of its row (n,) and `column_cuts` of its column (m,). Prices of
    rows are raised until no such pair could pay; then the prices bound the whole market.
    """
    order = np.argsort(column_cuts, kind="stable")
    cuts, prices = column_cuts[order], assignment.column_prices[order]
    # Columns whose cut is the lower one offer cut − price; the others offer the row's own cut − the lowest price.
    below = np.maximum.accumulate(np.concatenate([[-np.inf], cuts - prices]))
    cheapest = np.minimum.accumulate(np.concatenate([prices, [np.inf]])[::-1])[::-1]
    place = np.searchsorted(cuts, row_cuts, side="left")
    offered = np.maximum(below[place], row_cuts - cheapest[place]) - assignment.common_price
    raised = np.maximum(assignment.row_prices, offered)
    return _bound(graph, raised, assignment.column_prices, assignment.common_price)


def heaviest(weights: Floats, k: int) -> tuple[Graph, Floats, Floats]:
    """The k heaviest pairs of every row and of every column of a dense matrix (n, m), one place each, with the cuts.

    What is left out of the graph weighs at most the cut of its row and of its column; see `bound_of_all`.
    """
    n, m = weights.shape
    by_row = np.argpartition(weights, max(m - k, 0), axis=1)[:, max(m - k, 0) :]
    by_column = np.argpartition(weights, max(n - k, 0), axis=0)[max(n - k, 0) :, :]
    keys = np.unique(
        np.concatenate([(np.arange(n)[:, None] * m + by_row).ravel(), (by_column * m + np.arange(m)).ravel()])
    )
    rows, columns = keys // m, keys % m
    graph = Graph(
        rows.astype(np.int64),
        columns.astype(np.int64),
        weights[rows, columns].astype(np.float64),
        np.ones(n, dtype=np.int64),
        np.ones(m, dtype=np.int64),
    )
    row_cuts = np.take_along_axis(weights, by_row, axis=1).min(axis=1).astype(np.float64)
    column_cuts = np.take_along_axis(weights, by_column, axis=0).min(axis=0).astype(np.float64)
    return graph, row_cuts, column_cuts
