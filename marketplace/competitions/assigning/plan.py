"""Makes a plan of who judges what, and says why."""

from dataclasses import dataclass

import numpy as np

from marketplace.competitions.assigning.bounds import bound, prices, worst_bound
from marketplace.competitions.assigning.flow import candidates, solve, total_worth
from marketplace.competitions.assigning.mending import connect, parts_of, raise_worst
from marketplace.competitions.assigning.obstacles import TEXTS, Obstacle, of_fixed, of_shortage
from marketplace.competitions.assigning.wishes import Chosen, Flags, Floats, Ints, Pair, Wishes


@dataclass(frozen=True, slots=True)
class Plan:
    """Who judges what. `pairs` sorted; `total` worth and the `bound` that no plan exceeds; `worst`: mean worth of the
    judges of the worst-served entry, and its bound; `parts` of the graph; `changed`: earlier pairs that are gone.
    """

    wishes: Wishes
    pairs: tuple[Pair, ...]
    caps: Ints
    total: float
    bound: float
    worst: float
    worst_bound: float
    parts: int
    changed: tuple[Pair, ...]
    obstacles: tuple[Obstacle, ...]

    @property
    def gap(self) -> float:
        """How far below the bound the total lies at most, as a share of the bound."""
        return max(0.0, self.bound - self.total) / self.bound if self.bound > 0 else 0.0

    @property
    def table(self) -> Flags:
        """Pairs as flags (n, m)."""
        table = np.zeros(self.wishes.worth.shape, dtype=bool)
        for entry, judge in self.pairs:
            table[entry, judge] = True
        return table


def plan(wishes: Wishes) -> Plan:
    """The best plan under these wishes; empty, with its obstacles, where fixed choices contradict each other."""
    wishes.check()
    if broken := of_fixed(wishes):
        return Plan(wishes, (), wishes.caps, 0.0, 0.0, 0.0, 0.0, 0, tuple(wishes.before), tuple(broken))
    table, caps = _chosen(wishes)
    chosen = Chosen.of(wishes, table, caps)
    price = prices(wishes, table, caps, candidates(wishes, caps))
    highest = worst_bound(wishes)
    if not wishes.before:  # an earlier plan is left alone but for what must change
        raise_worst(chosen, highest)
    connect(chosen)
    parts = parts_of(table)[0]
    obstacles = of_shortage(wishes, table, caps)
    if parts > 1:
        obstacles.append(Obstacle("not_connected", TEXTS["not_connected"], {"n": parts}, ()))
    total = total_worth(wishes, table)
    service = chosen.service[wishes.each > 0]
    return Plan(
        wishes=wishes,
        pairs=tuple((int(entry), int(judge)) for entry, judge in zip(*np.nonzero(table), strict=True)),
        caps=caps,
        total=total,
        bound=max(total, min(bound(wishes, caps, price), bound(wishes, caps, np.zeros_like(price)))),
        worst=float(service.min()) if len(service) else 0.0,
        worst_bound=highest,
        parts=parts,
        changed=tuple(pair for pair in sorted(wishes.before) if not table[pair]),
        obstacles=tuple(obstacles),
    )


def _chosen(wishes: Wishes) -> tuple[Flags, Ints]:
    """The flow over the likely pairs; over all pairs, then with loads uneven, where it does not reach."""
    attempts = (
        (wishes.caps, candidates(wishes, wishes.caps)),
        (wishes.caps, ~wishes.conflict),
        (wishes.most, ~wishes.conflict),
    )
    table, caps = solve(wishes, *attempts[0]), wishes.caps
    for caps, allowed in attempts[1:]:
        if (table.sum(axis=1) >= wishes.each).all():
            return table, wishes.caps if allowed is attempts[1][1] else caps
        table = solve(wishes, caps, allowed)
    return table, caps


@dataclass(frozen=True, slots=True)
class Why:
    """Why a judge has an entry: his `worth` for it, his `place` among all who may judge it (1 the best), and how many
    better ones were full (`full`), of an employer or city that the entry has already (`alike`), or better used
    elsewhere (`elsewhere`). `fixed` by hand, `kept` from an earlier plan.
    """

    entry: int
    judge: int
    worth: float
    place: int
    full: int
    alike: int
    elsewhere: int
    fixed: bool
    kept: bool


def why(found: Plan, entry: int, judge: int) -> Why:
    """The reasons of one pair of a plan."""
    wishes, table = found.wishes, found.table
    worth: Floats = wishes.worth[entry]
    able = ~wishes.conflict[entry] & (wishes.most > 0)
    better = np.flatnonzero(able & (worth > worth[judge]) & ~table[entry])
    chosen = Chosen.of(wishes, table, found.caps)
    free = Chosen(wishes, table, found.caps, np.zeros_like(table))
    alike = [other for other in better if not free.fits(entry, judge, int(other))]
    full = [other for other in better if other not in alike and chosen.loads[other] >= found.caps[other]]
    return Why(
        entry=entry,
        judge=judge,
        worth=float(worth[judge]),
        place=int((able & (worth > worth[judge])).sum()) + 1,
        full=len(full),
        alike=len(alike),
        elsewhere=len(better) - len(alike) - len(full),
        fixed=(entry, judge) in set(wishes.fixed),
        kept=(entry, judge) in set(wishes.before),
    )
