"""Which pairs meet at an event, before anybody asks when: the heaviest choice within capacities and fair shares.

Without wishes of fairness it is a flow. With them it is a linear programme whose corners are nearly always whole; where
one is not, branch and bound finishes it. Either way the bound holds for every plan of the event.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack

from matching.engine.market.assignment import Graph, assign
from matching.engine.market.event import Floats, Floor, Ints

WHOLE = 1e-6
SECONDS = 20.0  # of branch and bound; what it has found by then is taken, with its gap


@dataclass(frozen=True, slots=True)
class Selection:
    """What to seat: `chosen` pairs of the floor, rising; `bound`: no plan is worth more."""

    chosen: Ints
    bound: float


def unreachable(floor: Floor) -> Ints:
    """(p,): how many of the meetings promised to each small supplier cannot be had by any plan, as few as possible."""
    asked = np.flatnonzero(floor.least > 0)
    missing = np.zeros(len(floor.refs), dtype=np.int64)
    if not len(asked):
        return missing
    count = len(floor.weights)
    degrees = _degrees(floor)
    short = csr_array((-np.ones(len(asked)), (np.arange(len(asked)), np.arange(len(asked)))))
    upper = vstack([degrees, csr_array(np.ones((1, count)))], format="csr")
    lower = hstack([-degrees[asked], short])
    matrix = vstack([hstack([upper, csr_array((len(floor.refs) + 1, len(asked)))]), lower], format="csr")
    limits = np.concatenate([floor.degrees, [floor.seats], -floor.least[asked]]).astype(np.float64)
    costs = np.concatenate([np.zeros(count), np.ones(len(asked))])
    # A flow with lower bounds: every corner is whole.
    found = linprog(costs, A_ub=matrix, b_ub=limits, bounds=[(0, 1)] * count + [(0, None)] * len(asked), method="highs")
    missing[asked] = np.ceil(found.x[count:] - WHOLE).astype(np.int64)
    return missing


def select(floor: Floor) -> Selection:
    """The heaviest pairs: each party at most as often as it can, all at most as many as there are seats."""
    if not len(floor.weights) or (not floor.share and not floor.least.any()):
        return _by_flow(floor)
    matrix, limits = _constraints(floor)
    found = linprog(-floor.weights, A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs")
    if found.x is None:  # fixed meetings alone break the share beyond repair: it is left out, and the plan says so
        floor.share = 0.0
        return select(floor)
    relaxed = Selection(np.flatnonzero(found.x > 1 - WHOLE), float(-found.fun))
    if np.minimum(found.x, 1 - found.x).max(initial=0.0) <= WHOLE:
        return relaxed
    return _by_branching(floor, matrix, limits, relaxed)


def _by_flow(floor: Floor) -> Selection:
    degrees, n = floor.degrees, floor.demands
    graph = Graph(floor.ends[:, 0], floor.ends[:, 1] - n, floor.weights, degrees[:n], degrees[n:], most=floor.seats)
    found = assign(graph)
    return Selection(found.chosen, found.bound)


def _by_branching(floor: Floor, matrix: Any, limits: Floats, relaxed: Selection) -> Selection:
    """Whole numbers where the relaxed answer has fractions; without any answer in time, its whole part."""
    rules = LinearConstraint(matrix, -np.inf, limits)
    options = {"time_limit": SECONDS, "mip_rel_gap": 1e-6}
    count = len(floor.weights)
    found = milp(-floor.weights, integrality=np.ones(count), bounds=Bounds(0, 1), constraints=rules, options=options)
    if found.x is None:
        return relaxed
    return Selection(np.flatnonzero(found.x > 0.5), min(relaxed.bound, float(-found.mip_dual_bound)))


def _degrees(floor: Floor) -> Any:
    """(p, e): which pairs each party is in."""
    count = len(floor.weights)
    places = np.concatenate([np.arange(count), np.arange(count)])
    return csr_array((np.ones(2 * count), (floor.ends.T.ravel(), places)), shape=(len(floor.refs), count))


def _constraints(floor: Floor) -> tuple[Any, Floats]:
    """Degrees, seats, the share of small suppliers and the least of each, as `matrix @ x <= limits`."""
    count, asked = len(floor.weights), np.flatnonzero(floor.least > 0)
    degrees = _degrees(floor)
    share = csr_array(np.where(floor.of_small, floor.share - 1.0, floor.share)[None, :])
    matrix = vstack([degrees, csr_array(np.ones((1, count))), share, -degrees[asked]], format="csr")
    already = floor.fixed_small - floor.share * floor.fixed_all
    limits = np.concatenate([floor.degrees, [floor.seats], [already], -floor.least[asked]])
    return matrix, limits.astype(np.float64)
