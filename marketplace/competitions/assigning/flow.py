"""The assignment as a flow of least cost: source → entry → (city) → (employer) → judge → sink.

Employers lie within cities, so that the groups of an entry nest and the flow stays whole: its optimum is that of the
linear programme. First as many pairs as can be had, then as few changes of an earlier plan as possible, then worth.
"""

import numpy as np
from ortools.graph.python import min_cost_flow

from marketplace.competitions.assigning.wishes import NOBODY, Flags, Floats, Ints, Wishes

SCALE = 100_000  # a worth of 1 in whole numbers
KEPT = 101 * SCALE // 100  # above any worth: a change that nothing forces never pays
CANDIDATES = 48  # judges of an entry that are looked at first, and as many entries of a judge per place he has


def candidates(wishes: Wishes, caps: Ints, count: int = CANDIDATES) -> Flags:
    """Pairs worth looking at (n, m): the best of each entry and of each judge, what stood before; never conflicts."""
    n, m = wishes.worth.shape
    worth = np.where(wishes.conflict, -1.0, wishes.worth)
    chosen = np.zeros((n, m), dtype=bool)
    few = min(count, m)
    np.put_along_axis(chosen, np.argpartition(-worth, few - 1, axis=1)[:, :few], True, axis=1)
    some = min(n, max(1, int(caps.max(initial=1)) * 2))
    np.put_along_axis(chosen, np.argpartition(-worth, some - 1, axis=0)[:some], True, axis=0)
    for entry, judge in wishes.before:
        chosen[entry, judge] = True
    return chosen & ~wishes.conflict


def solve(wishes: Wishes, caps: Ints, allowed: Flags) -> Flags:
    """The best choice among the allowed pairs (n, m) of what is not fixed, the fixed added."""
    table = np.zeros(allowed.shape, dtype=bool)
    for entry, judge in wishes.fixed:
        table[entry, judge] = True
    want = np.maximum(wishes.each - table.sum(axis=1), 0)
    room = np.maximum(caps - table.sum(axis=0), 0)
    entries, judges = np.nonzero(allowed & ~table & (want[:, None] > 0) & (room[None, :] > 0))
    if not len(entries):
        return table
    kept = np.zeros(allowed.shape, dtype=bool)
    for entry, judge in wishes.before:
        kept[entry, judge] = True
    value = np.rint(wishes.worth[entries, judges] * SCALE).astype(np.int64) + KEPT * kept[entries, judges]
    n, m = allowed.shape
    arcs = _Arcs(n + m)
    sources = _inner_groups(wishes, table, entries, judges, arcs)
    first = arcs.add(sources, n + judges, np.ones(len(entries), dtype=np.int64), -value)
    source, sink = arcs.nodes, arcs.nodes + 1
    arcs.add(np.full(n, source), np.arange(n), want, np.zeros(n, dtype=np.int64))
    arcs.add(n + np.arange(m), np.full(m, sink), room, np.zeros(m, dtype=np.int64))
    used = arcs.solve(source, sink, int(want.sum()))[first : first + len(entries)]
    table[entries[used], judges[used]] = True
    return table


class _Arcs:
    """Arcs collected in blocks, and the nodes so far."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes
        self.blocks: list[tuple[Ints, Ints, Ints, Ints]] = []
        self.count = 0

    def add(self, tails: Ints, heads: Ints, room: Ints, cost: Ints) -> int:
        """A block of arcs; where it begins."""
        begin = self.count
        self.blocks.append((tails, heads, room, cost))
        self.count += len(tails)
        return begin

    def solve(self, source: int, sink: int, total: int) -> Flags:
        """Which arcs carry anything, at the greatest flow and least cost."""
        tails, heads, room, cost = (np.concatenate(parts) for parts in zip(*self.blocks, strict=True))
        flow = min_cost_flow.SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32), room.astype(np.int64), cost.astype(np.int64)
        )
        flow.set_nodes_supplies(np.array([source, sink], dtype=np.int32), np.array([total, -total], dtype=np.int64))
        if (status := flow.solve_max_flow_with_min_cost()) != flow.OPTIMAL:
            raise ArithmeticError(f"the flow was not solved: {status}")
        used: Flags = flow.flows(np.arange(len(tails), dtype=np.int32)) > 0
        return used


def _inner_groups(wishes: Wishes, table: Flags, entries: Ints, judges: Ints, arcs: _Arcs) -> Ints:
    """Nodes between an entry and its judges where a group could be used more often than it may.

    Gives the node from which each pair starts.
    """
    sources = entries.copy()
    own_city = _city_of_employer(wishes)
    for group, most in ((own_city, wishes.same_city), (wishes.employers, wishes.same_employer)):
        if most is None:
            continue
        label = group[judges]
        grouped = label != NOBODY
        keys, place, size = np.unique(
            np.stack([sources[grouped], label[grouped]], axis=1), axis=0, return_inverse=True, return_counts=True
        )
        taken = _taken(table, group, entries[grouped], label[grouped], place, len(keys))
        room = np.maximum(most - taken, 0)
        needed = size > room
        node = np.full(len(keys), NOBODY)
        node[needed] = arcs.nodes + np.arange(needed.sum())
        arcs.nodes += int(needed.sum())
        arcs.add(keys[needed, 0], node[needed], room[needed], np.zeros(needed.sum(), dtype=np.int64))
        inside = node[place]
        sources[grouped] = np.where(inside == NOBODY, sources[grouped], inside)
    return sources


def _taken(table: Flags, group: Ints, entries: Ints, labels: Ints, place: Ints, count: int) -> Ints:
    """How many fixed judges of each (entry, group) there are already (count,)."""
    fixed: dict[tuple[int, int], int] = {}
    for entry, judge in zip(*np.nonzero(table), strict=True):
        key = (int(entry), int(group[judge]))
        fixed[key] = fixed.get(key, 0) + 1
    taken: Ints = np.zeros(count, dtype=np.int64)
    if fixed:
        for entry, label, where in zip(entries.tolist(), labels.tolist(), place.tolist(), strict=True):
            taken[where] = fixed.get((entry, label), 0)
    return taken


def _city_of_employer(wishes: Wishes) -> Ints:
    """Cities (m,), one for each employer, so that the groups nest."""
    first: dict[int, int] = {}
    for employer, city in zip(wishes.employers.tolist(), wishes.cities.tolist(), strict=True):
        if employer != NOBODY:
            first.setdefault(employer, city)
    return np.array(
        [
            city if employer == NOBODY else first[employer]
            for employer, city in zip(wishes.employers.tolist(), wishes.cities.tolist(), strict=True)
        ],
        dtype=np.int64,
    )


def total_worth(wishes: Wishes, table: Flags) -> float:
    """Sum over the chosen pairs."""
    worths: Floats = wishes.worth[table]
    return float(worths.sum())
