"""The market as a whole: optimal assignment beside scipy's dense solver, fair exposure, the plan of an event."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from benchmarks.report import Figure, show
from matching.engine.market import exposure
from matching.engine.market.assignment import Graph, assign, bound_of_all, heaviest
from matching.engine.market.event import Encounter, Party, Plan, Wishes
from matching.engine.market.seating import plan

SIZE, KEPT, BLOCKS = 6_000, 50, 3
DEPARTMENTS, COMPANIES, SLOTS, TABLES, SHARE = 120, 200, 12, 40, 0.4


def run() -> int:
    """All three; the matrices are drawn anew from fixed seeds."""
    weights = market(SIZE, SIZE)
    figures = _assignment(weights)
    figures += _exposure("places", weights)
    del weights
    figures += _exposure("places with hubs", market(SIZE // 2, SIZE // 2, hubs=0.1))
    figures += _event("event", away=0.3)
    return show([*figures, *_event("event, most away for a while", away=0.9)])


def market(demands: int, supplies: int, *, hubs: float = 0.0, topics: int = 60, seed: int = 1) -> NDArray[np.float64]:
    """Probabilities (demands, supplies) of a market of topics of uneven size.

    Without hubs the demands' first places reach half of the suppliers, as in a real market (57 % there).
    """
    draw = np.random.default_rng(seed)
    centres = draw.standard_normal((topics, 64)).astype(np.float32)
    sizes = draw.dirichlet(np.ones(topics))
    sides = []
    for count in (demands, supplies):
        vectors = centres[draw.choice(topics, count, p=sizes)]
        vectors = vectors + 1.2 * draw.standard_normal((count, 64)).astype(np.float32)
        sides.append(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    cosines = (sides[0] @ sides[1].T) * (1 + hubs * draw.standard_normal(supplies).astype(np.float32))
    standard = (cosines - cosines.mean()) / cosines.std()
    result: NDArray[np.float64] = (1 / (1 + np.exp(3.2 - 1.6 * standard))).astype(np.float64)
    return result


def _assignment(weights: NDArray[np.float64]) -> list[Figure]:
    graph, row_cuts, column_cuts = heaviest(weights, KEPT)
    work: dict[str, Callable[[], Any]] = {
        "dense": lambda: linear_sum_assignment(weights, maximize=True),
        "sparse": lambda: _sparse(graph),
        "ours": lambda: assign(graph),
    }
    taken: dict[str, list[float]] = {name: [] for name in work}
    answers: dict[str, Any] = {}
    for _block in range(BLOCKS):
        for name, do in work.items():
            began = time.perf_counter()
            answers[name] = do()
            taken[name].append(time.perf_counter() - began)
    seconds = {name: median(times) for name, times in taken.items()}
    best, found = float(weights[answers["dense"]].sum()), answers["ours"]
    peer = f"dense {seconds['dense']:.1f} s, sparse {seconds['sparse']:.1f} s"
    proved = found.objective / bound_of_all(graph, found, row_cuts, column_cuts)
    return [
        Figure("share of the optimum of all pairs", found.objective / best, 0.999, "", "scipy dense", least=True),
        Figure(f"share of the bound, top {KEPT} of each", found.objective / found.bound, 0.999, "", least=True),
        Figure("share of the whole market proved from the graph", proved, 0.95, "", least=True),
        Figure("share of scipy's dense time", seconds["ours"] / seconds["dense"], 0.25, "", peer),
        Figure("assignment and its proof", seconds["ours"], seconds["sparse"], "s", "scipy sparse"),
    ]


def _sparse(graph: Graph) -> Any:
    """The same on scipy's sparse solver, which wants a full matching: each row may stay with itself."""
    n, m = len(graph.row_capacities), len(graph.column_capacities)
    rows, columns = np.concatenate([graph.rows, np.arange(n)]), np.concatenate([graph.columns, m + np.arange(n)])
    costs = np.concatenate([2.0 - graph.weights, np.full(n, 2.0)])
    return min_weight_full_bipartite_matching(csr_array((costs, (rows, columns)), shape=(n, m + n)))


def _exposure(name: str, weights: NDArray[np.float64]) -> list[Figure]:
    order = np.argsort(-weights, axis=1, kind="stable")[:, :KEPT]
    small = np.arange(weights.shape[1]) % 2 == 0
    lists = exposure.Lists(order, np.take_along_axis(weights, order, axis=1), weights.shape[1], small)
    began = time.perf_counter()
    found = exposure.rerank(lists, exposure.Wish(gini=0.35))
    seconds = time.perf_counter() - began
    return [
        Figure(f"{name}: Gini of top-10 lists", found.after.gini, 0.35, "", f"{found.before.gini:.3f} as ranked"),
        Figure(f"{name}: nDCG lost", found.loss, 0.01, "", f"{found.worst:.3f} by the list that loses most"),
        Figure(f"{name}: re-ranking {len(weights)} lists", seconds, 5.0, "s"),
    ]


def _event(name: str, *, away: float) -> list[Figure]:
    demands, supplies, pairs = _guests(away)
    began = time.perf_counter()
    found = plan(demands, supplies, pairs, Wishes(SLOTS, TABLES, share=SHARE, least=1))
    seconds = time.perf_counter() - began
    broken = _broken(found, [*demands, *supplies])
    size = f"{COMPANIES} × {DEPARTMENTS} parties, {SLOTS} slots, {TABLES} tables"
    return [
        Figure(f"{name}: plan", seconds, 10.0, "s", size),
        Figure(f"{name}: gap to the bound", found.gap, 0.01, "", f"{len(found.seats)} meetings, {found.objective:.1f}"),
        Figure(f"{name}: share of small firms", found.small_share, SHARE, "", least=True),
        Figure(f"{name}: rules broken", broken, 0, ""),
    ]


def _guests(away: float) -> tuple[list[Party], list[Party], list[Encounter]]:
    draw = np.random.default_rng(3)
    weights = market(DEPARTMENTS, COMPANIES, topics=15, seed=3)

    def party(name: str, number: int, most: int) -> Party:
        closed: list[int] = []
        if draw.random() < away:  # half a day, or two slots
            half = SLOTS // 2
            closed = (
                (np.arange(half) + half * draw.integers(2)).tolist()
                if draw.random() < 0.5
                else draw.choice(SLOTS, 2, replace=False).tolist()
            )
        return Party(f"{name}{number}", most, frozenset(closed), bool(draw.random() < 0.5))

    demands = [party("d", number, int(draw.integers(3, 9))) for number in range(DEPARTMENTS)]
    supplies = [party("s", number, int(draw.integers(2, 6))) for number in range(COMPANIES)]
    graph, _rows, _columns = heaviest(weights, KEPT)
    pairs = [
        Encounter(f"d{row}", f"s{column}", float(weight))
        for row, column, weight in zip(graph.rows, graph.columns, graph.weights, strict=True)
    ]
    return demands, supplies, pairs


def _broken(found: Plan, parties: list[Party]) -> int:
    """Parties twice in a slot, over their most or away, tables taken twice, pairs met twice."""
    busy = [(ref, seat.slot) for seat in found.seats for ref in (seat.demand, seat.supply)]
    places = [(seat.slot, seat.table) for seat in found.seats]
    met = [(seat.demand, seat.supply) for seat in found.seats]
    count = sum(len(each) - len(set(each)) for each in (busy, places, met))
    often = {party.ref: sum(ref == party.ref for ref, _slot in busy) for party in parties}
    count += sum(often[party.ref] > party.most for party in parties)
    return count + sum((party.ref, slot) in set(busy) for party in parties for slot in party.closed)
