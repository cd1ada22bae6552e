"""What a match-making event is to the planner: parties, pairs, wishes, and the plan that comes out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who comes: its name in the market, how many meetings at most, the slots it cannot make, its size."""

    ref: str
    most: int
    closed: frozenset[int] = frozenset()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Encounter:
    """A demand side and a supply side that could meet, and what that is worth: a probability, at least 0."""

    demand: str
    supply: str
    weight: float


ANY_TABLE = -1


@dataclass(frozen=True, slots=True)
class Seat:
    """A meeting: who, in which slot, at which table, both counted from 0. A fixed one may leave the table open."""

    demand: str
    supply: str
    slot: int
    table: int


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the event asks for.

    `share`: of all meetings, at least this share with small suppliers, in [0, 1]. `least`: each small supplier has at
    least so many, or as many as it wants. `fixed` meetings stay where they are; `forbidden` pairs (demand, supply)
    never meet.
    """

    slots: int
    tables: int
    share: float = 0.0
    least: int = 0
    fixed: Sequence[Seat] = ()
    forbidden: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A wish that cannot be met, by name. `kind` says which, `refs` whom it concerns.

    “fixed_forbidden”, “fixed_unknown”, “fixed_closed”, “fixed_twice_in_slot”, “fixed_met_twice”, “fixed_over_most”,
    “fixed_over_tables”, “fixed_table_twice”, “fixed_outside”: a fixed meeting contradicts something; there is no plan.
    “no_partner”, “too_few_partners”, “too_few_slots”: a small supplier cannot have the `needed` meetings, only `had`;
    “crowded_out”: it could alone, but not together with the others. “no_small”: nobody small can meet
    anybody, so that no share is reached. “short_of_share”: the plan has `had` per cent instead of `needed`.
    """

    kind: str
    refs: tuple[str, ...] = ()
    slot: int | None = None
    table: int | None = None
    needed: int = 0
    had: int = 0

    @property
    def forbids_plan(self) -> bool:
        """Whether nothing can be planned before this is resolved."""
        return self.kind.startswith("fixed_")


@dataclass(frozen=True, slots=True)
class Plan:
    """Seats in the order of slot and table, what they are worth, and the proof."""

    seats: tuple[Seat, ...]
    objective: float
    bound: float
    small_share: float
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def gap(self) -> float:
        """How far below the bound the objective lies at most, as a share of the bound."""
        return max(0.0, self.bound - self.objective) / self.bound if self.bound > 0 else 0.0


@dataclass(slots=True)
class Floor:
    """The event in numbers, fixed meetings taken off. Parties stand in the order of their names.

    `open` (p, slots): where a party can still meet; `most` (p,): how often; `small` (p,); the first `demands` parties
    are the demand side. `tables` (slots,): free ones. `ends` (e, 2): the two parties of each pair; `weights` (e,).
    """

    refs: list[str]
    demands: int
    open: Flags
    most: Ints
    small: Flags
    tables: Ints
    ends: Ints
    weights: Floats
    share: float
    least: Ints  # (p,): meetings that a small supplier must still have
    fixed_small: int = 0
    fixed_all: int = 0
    common: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.common = self.open[self.ends[:, 0]] & self.open[self.ends[:, 1]]

    @property
    def of_small(self) -> Flags:
        """(e,): pairs with a small supplier."""
        flags: Flags = self.small[self.ends[:, 1]]
        return flags

    @property
    def degrees(self) -> Ints:
        """(p,): how often each party can still meet."""
        result: Ints = np.minimum(self.most, self.open.sum(axis=1))
        return result

    @property
    def seats(self) -> int:
        """How many meetings there is room for at all."""
        sides = (self.open[: self.demands].sum(axis=0), self.open[self.demands :].sum(axis=0))
        return int(np.minimum(self.tables, np.minimum(*sides)).sum())


def floor_of(demands: Sequence[Party], supplies: Sequence[Party], pairs: Sequence[Encounter], wishes: Wishes) -> Floor:
    """The event in numbers. Fixed meetings must be free of contradictions: see `obstacles.of_fixed`."""
    parties = [*sorted(demands, key=_ref), *sorted(supplies, key=_ref)]
    places = {party.ref: place for place, party in enumerate(parties)}
    is_open = np.ones((len(parties), wishes.slots), dtype=bool)
    for place, party in enumerate(parties):
        is_open[place, [slot for slot in party.closed if 0 <= slot < wishes.slots]] = False
    most = np.array([party.most for party in parties], dtype=np.int64)
    tables = np.full(wishes.slots, wishes.tables, dtype=np.int64)
    had = np.zeros(len(parties), dtype=np.int64)
    for seat in wishes.fixed:
        both = [places[seat.demand], places[seat.supply]]
        is_open[both, seat.slot] = False
        most[both] -= 1
        had[both] += 1
        tables[seat.slot] -= 1
    small = np.array([party.small for party in parties], dtype=bool)
    small[: len(demands)] = False
    met = {(seat.demand, seat.supply) for seat in wishes.fixed} | wishes.forbidden
    kept = _kept(pairs, places, met)
    ends = np.array([[places[pair.demand], places[pair.supply]] for pair in kept], dtype=np.int64).reshape(-1, 2)
    can = (is_open[ends[:, 0]] & is_open[ends[:, 1]]).any(axis=1) & (most[ends] > 0).all(axis=1)
    return Floor(
        refs=[party.ref for party in parties],
        demands=len(demands),
        open=is_open,
        most=np.maximum(most, 0),
        small=small,
        tables=tables,
        ends=ends[can],
        weights=np.array([pair.weight for pair in kept], dtype=np.float64)[can],
        share=wishes.share,
        least=np.where(small, np.clip(wishes.least - had, 0, np.maximum(most, 0)), 0),
        fixed_small=sum(bool(small[places[seat.supply]]) for seat in wishes.fixed),
        fixed_all=len(wishes.fixed),
    )


def _kept(
    pairs: Sequence[Encounter], places: dict[str, int], met: set[tuple[str, str]] | frozenset[tuple[str, str]]
) -> list[Encounter]:
    """Pairs of people who come and may meet, each once with its best weight, in a fixed order."""
    best: dict[tuple[str, str], Encounter] = {}
    for pair in pairs:
        key = (pair.demand, pair.supply)
        if key in met or pair.demand not in places or pair.supply not in places:
            continue
        if key not in best or pair.weight > best[key].weight:
            best[key] = pair
    return [best[key] for key in sorted(best)]


def _ref(party: Party) -> str:
    return party.ref
