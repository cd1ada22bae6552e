"""Assigning 500 judges to 2,000 entries, 5 each, beside the linear programme of the same rules (HiGHS)."""

import time

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array

from benchmarks.report import Figure, show
from marketplace.competitions.assigning.flow import candidates
from marketplace.competitions.assigning.plan import Plan, plan
from marketplace.competitions.assigning.wishes import NOBODY, Wishes

ENTRIES, JUDGES, EACH, MOST = 2_000, 500, 5, 30
TOPICS, EMPLOYERS, CITIES = 40, 150, 16


def run() -> int:
    """A contest of topics of uneven size with one conflict in a hundred, then the best judge drops out."""
    wishes = _wishes()
    began = time.perf_counter()
    found = plan(wishes)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    best = _linear_programme(wishes)
    peer = time.perf_counter() - began
    gone = int(found.table.sum(axis=0).argmax())
    most = wishes.most.copy()
    most[gone] = 0
    began = time.perf_counter()
    again = plan(Wishes(**{**_fields(wishes), "most": most, "before": found.pairs}))
    anew = time.perf_counter() - began
    his = sum(judge == gone for _entry, judge in found.pairs)
    print(f"total {found.total:.2f}, bound {found.bound:.2f}, gap {found.gap:.5f}; worst {found.worst:.4f}")
    return show(
        [
            Figure(f"{ENTRIES} entries × {JUDGES} judges × {EACH}", seconds, 5.0, "s", f"HiGHS {peer:.1f} s"),
            Figure("share of the linear programme's optimum", found.total / best, 0.999, "", f"{best:.2f}", least=True),
            Figure("worst-served entry short of its max–min bound", found.worst_bound - found.worst, 1e-6, ""),
            Figure("share of the bound proved without it", found.total / found.bound, 0.999, "", least=True),
            Figure("parts of the graph", found.parts, 1, ""),
            Figure("rules broken", _broken(found), 0, ""),
            Figure("a judge drops out: planned anew", anew, 5.0, "s"),
            Figure("a judge drops out: others' pairs changed", len(again.changed) - his, 0, "", f"{his} were his"),
        ]
    )


def _fields(wishes: Wishes) -> dict[str, object]:
    return {name: getattr(wishes, name) for name in Wishes.__dataclass_fields__}


def _wishes() -> Wishes:
    draw = np.random.default_rng(1)
    centres, sizes = draw.standard_normal((TOPICS, 64)), draw.dirichlet(np.ones(TOPICS))

    def side(count: int, near: float) -> NDArray[np.float64]:
        vectors = centres[draw.choice(TOPICS, count, p=sizes)] + near * draw.standard_normal((count, 64))
        unit: NDArray[np.float64] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    cosines = side(ENTRIES, 1.0) @ side(JUDGES, 1.2).T
    worth = np.clip((cosines + 0.2) / 1.2, 0, 1)
    employers = draw.integers(0, EMPLOYERS, JUDGES)
    return Wishes.of(
        worth,
        each=EACH,
        most=MOST,
        conflict=draw.random((ENTRIES, JUDGES)) < 0.01,
        employers=employers,
        cities=employers % CITIES,
    )


def _linear_programme(wishes: Wishes) -> float:
    """Optimum over the same likely pairs: each entry's number, each judge's load, one judge of an employer."""
    entries, judges = np.nonzero(candidates(wishes, wishes.caps))
    pairs, n, m = np.arange(len(entries)), *wishes.worth.shape
    equal = coo_array((np.ones(len(pairs)), (entries, pairs)), shape=(n, len(pairs))).tocsr()
    keys, place = np.unique(entries * EMPLOYERS + wishes.employers[judges], return_inverse=True)
    rows = np.concatenate([judges, m + place])
    upper = coo_array((np.ones(2 * len(pairs)), (rows, np.tile(pairs, 2))), shape=(m + len(keys), len(pairs))).tocsr()
    solved = linprog(
        -wishes.worth[entries, judges],
        A_ub=upper,
        b_ub=np.concatenate([wishes.caps, np.ones(len(keys))]),
        A_eq=equal,
        b_eq=wishes.each,
        bounds=(0, 1),
        method="highs",
    )
    return float(-solved.fun)


def _broken(found: Plan) -> int:
    """Conflicts, loads above the limit, entries without their number, employers twice."""
    wishes, table = found.wishes, found.table
    twice = sum(
        int(np.bincount(group[group != NOBODY]).max() > 1) for group in (wishes.employers[row] for row in table)
    )
    return int(
        (table & wishes.conflict).sum()
        + (table.sum(axis=0) > wishes.most).sum()
        + (table.sum(axis=1) != wishes.each).sum()
        + twice
    )
