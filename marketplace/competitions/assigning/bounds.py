"""What no assignment can exceed: proved by prices of judges' places, not believed."""

from dataclasses import dataclass

import numpy as np

from marketplace.competitions.assigning.wishes import NOBODY, Flags, Floats, Ints, Wishes

ROUNDS, CLOSE = 400, 1e-9


def prices(wishes: Wishes, table: Flags, caps: Ints, allowed: Flags) -> Floats:
    """What one more place of each full judge would add (m,), read off an optimal choice by rounds over allowed pairs.

    An entry would give up a judge for him (its cheapest, or the one of the same group), whose place is then free for
    another, and so on. Any prices give a valid bound; these make it tight.
    """
    full = (table.sum(axis=0) >= caps) & (caps > 0)
    judges, entries = np.nonzero((allowed & ~table & full[None, :]).T)
    found = np.zeros(len(caps))
    if not len(judges):
        return found
    starts = np.flatnonzero(np.diff(judges, prepend=-1))
    heads, worth = judges[starts], wishes.worth[entries, judges]
    own = _Own.of(wishes, table, entries, judges)
    for _round in range(ROUNDS):
        better = np.zeros(len(caps))
        better[heads] = np.maximum(np.maximum.reduceat(worth - own.gives(found), starts), 0.0)
        better = np.minimum(better, 1.0)  # nobody is worth more; where an earlier plan is kept, rounds would not end
        if np.abs(better - found).max(initial=0.0) < CLOSE:
            break
        found = np.maximum(found, better)
    return found


@dataclass(frozen=True, slots=True)
class _Own:
    """Chosen pairs that may be given up (p,), and for each pair looked at (e,) which of them would have to go.

    `levels`: for employers and cities, the group of each chosen pair and of each pair looked at, as numbers of
    (entry, group), and whether that group of that entry is at its limit.
    """

    worth: Floats
    judge: Ints
    entry: Ints
    asking: Ints
    count: int
    levels: tuple[tuple[Ints, Ints, Flags], ...]

    @classmethod
    def of(cls, wishes: Wishes, table: Flags, entries: Ints, judges: Ints) -> "_Own":
        """Of a choice (n, m), for the pairs looked at: `entries` and `judges` (e,)."""
        n, _m = table.shape
        free = table.copy()
        for entry, judge in wishes.fixed:
            free[entry, judge] = False
        owners, owned = np.nonzero(free)
        levels = []
        for group, most in ((wishes.cities, wishes.same_city), (wishes.employers, wishes.same_employer)):
            if most is None:
                continue
            width = int(group.max(initial=0)) + 2
            rows, columns = np.nonzero(table)
            counts = np.bincount(rows * width + group[columns] + 1, minlength=n * width)
            keys = entries * width + group[judges] + 1
            levels.append((owners * width + group[owned] + 1, keys, (counts[keys] >= most) & (group[judges] != NOBODY)))
        return cls(wishes.worth[owners, owned], owned, owners, entries, n, tuple(levels))

    def gives(self, price: Floats) -> Floats:
        """What each pair looked at costs the entry in judges given up (e,)."""
        value = self.worth - price[self.judge]
        cost = _least(value, self.entry, self.count)[self.asking]
        for own, keys, at_limit in self.levels:
            least = _least(value, own, int(max(own.max(initial=0), keys.max(initial=0))) + 1)
            cost = np.where(at_limit, least[keys], cost)
        return cost


def _least(value: Floats, keys: Ints, count: int) -> Floats:
    least = np.full(count, np.inf)
    np.minimum.at(least, keys, value)
    return least


def bound(wishes: Wishes, caps: Ints, price: Floats) -> float:
    """No assignment under these wishes is worth more (weak duality over all pairs, employers' limit included)."""
    best = best_of_each(wishes, wishes.worth - price[None, :])
    return float(best.sum() + caps @ price)


def best_of_each(wishes: Wishes, value: Floats) -> Floats:
    """Greatest total value (n,) that each entry could have, were all judges free for it: its fixed, then the best."""
    n, _m = value.shape
    fixed = np.zeros(value.shape, dtype=bool)
    for entry, judge in wishes.fixed:
        fixed[entry, judge] = True
    open_to = np.where(wishes.conflict | fixed | (wishes.most == 0)[None, :], -np.inf, value)
    if wishes.same_employer == 1:
        open_to = _best_of_groups(open_to, wishes.employers)
    want = np.maximum(wishes.each - fixed.sum(axis=1), 0)
    ordered = -np.sort(-open_to, axis=1)
    ordered = np.where(np.isfinite(ordered), ordered, 0.0)
    sums = np.concatenate([np.zeros((n, 1)), np.cumsum(ordered, axis=1)], axis=1)
    reach = np.minimum(want, ordered.shape[1])
    totals: Floats = sums[np.arange(n), reach] + np.where(fixed, value, 0.0).sum(axis=1)
    return totals


def _best_of_groups(value: Floats, groups: Ints) -> Floats:
    """The best of each group, columns of no group alone (n, g)."""
    labels = np.where(groups == NOBODY, groups.max(initial=0) + 1 + np.arange(len(groups)), groups)
    order = np.argsort(labels, kind="stable")
    starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
    best: Floats = np.maximum.reduceat(value[:, order], starts, axis=1)
    return best


def worst_bound(wishes: Wishes) -> float:
    """No assignment serves its worst-served entry better than this (mean worth of its judges)."""
    wanted = wishes.each > 0
    if not wanted.any():
        return 0.0
    return float((best_of_each(wishes, wishes.worth)[wanted] / wishes.each[wanted]).min())
