"""Plans a match-making event: who meets whom in which slot at which table.

Each pair meets at most once; a party has at most one meeting a slot and not more than it may; small suppliers have
their share; fixed meetings stay. The pairs are chosen first (`selection`), their slots coloured (`slots`), tables given
last.
The bound of the choice holds for every plan, so the gap that is shown is proved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matching.engine.market.event import (
    ANY_TABLE,
    Encounter,
    Floor,
    Ints,
    Obstacle,
    Party,
    Plan,
    Seat,
    Wishes,
    floor_of,
)
from matching.engine.market.obstacles import of_fixed, of_share, of_small
from matching.engine.market.selection import select, unreachable
from matching.engine.market.slots import Seating


def plan(demands: Sequence[Party], supplies: Sequence[Party], pairs: Sequence[Encounter], wishes: Wishes) -> Plan:
    """The heaviest plan that was found, with its bound and the wishes it could not meet, by name.

    Where fixed meetings contradict each other or anything else the plan is empty and says so. The same parties and
    pairs give the same plan in whatever order they come.
    """
    if broken := of_fixed(demands, supplies, wishes):
        return Plan((), 0.0, 0.0, 0.0, tuple(broken))
    weights = {(pair.demand, pair.supply): pair.weight for pair in sorted(pairs, key=_weight)}
    fixed_worth = sum(weights.get((seat.demand, seat.supply), 0.0) for seat in wishes.fixed)
    floor = floor_of(demands, supplies, pairs, wishes)
    if not floor.of_small.any() and not floor.fixed_small:
        floor.share = 0.0  # else nobody at all would meet anybody
    floor.least = floor.least - unreachable(floor)
    selection = select(floor)
    slots = Seating(floor).fill(selection.chosen)
    seats = seats_of(floor, slots, wishes)
    objective = fixed_worth + float(floor.weights[list(slots)].sum())
    small = _small_meetings(floor, seats)
    return Plan(
        seats=seats,
        objective=objective,
        bound=max(objective, fixed_worth + selection.bound),
        small_share=small / len(seats) if seats else 0.0,
        obstacles=tuple(_obstacles(floor, [*demands, *supplies], wishes, seats)),
    )


def _obstacles(floor: Floor, parties: Sequence[Party], wishes: Wishes, seats: Sequence[Seat]) -> list[Obstacle]:
    places = {ref: place for place, ref in enumerate(floor.refs)}
    had: Ints = np.zeros(len(floor.refs), dtype=np.int64)
    for seat in seats:
        had[[places[seat.demand], places[seat.supply]]] += 1
    small = _small_meetings(floor, seats)
    return of_small(floor, parties, wishes, had) + of_share(floor, wishes, small, len(seats))


def _small_meetings(floor: Floor, seats: Sequence[Seat]) -> int:
    small = {ref for ref, is_small in zip(floor.refs, floor.small.tolist(), strict=True) if is_small}
    return sum(seat.supply in small for seat in seats)


def seats_of(floor: Floor, slots: Mapping[int, int], wishes: Wishes) -> tuple[Seat, ...]:
    """Tables for all meetings: fixed ones first, then each demand side keeps the table where it sat before."""
    seats = [
        Seat(floor.refs[floor.ends[pair, 0]], floor.refs[floor.ends[pair, 1]], slot, ANY_TABLE)
        for pair, slot in slots.items()
    ]
    by_slot: dict[int, list[Seat]] = {}
    for seat in sorted([*wishes.fixed, *seats], key=_order):
        by_slot.setdefault(seat.slot, []).append(seat)
    home: dict[str, int] = {}
    result: list[Seat] = []
    for slot in sorted(by_slot):
        result += _tables_of_slot(by_slot[slot], home, wishes.tables)
    return tuple(sorted(result, key=_by_place))


def _tables_of_slot(seats: Sequence[Seat], home: dict[str, int], tables: int) -> list[Seat]:
    taken = {seat.table for seat in seats if seat.table != ANY_TABLE}
    given: dict[str, int] = {seat.demand: seat.table for seat in seats if seat.table != ANY_TABLE}
    for seat in seats:
        table = home.get(seat.demand, ANY_TABLE)
        if seat.demand not in given and table != ANY_TABLE and table not in taken:
            given[seat.demand] = table
            taken.add(table)
    # Newcomers sit where nobody is at home, as long as there are such tables.
    strangers = [table for table in range(tables) if table not in taken and table not in home.values()]
    others = [table for table in range(tables) if table not in taken and table in home.values()]
    left = iter([*strangers, *others])
    for seat in seats:
        if seat.demand not in given:
            given[seat.demand] = next(left)
        home.setdefault(seat.demand, given[seat.demand])
    return [replace(seat, table=given[seat.demand]) for seat in seats]


def _weight(pair: Encounter) -> float:
    return pair.weight


def _order(seat: Seat) -> tuple[int, str, str]:
    return seat.slot, seat.demand, seat.supply


def _by_place(seat: Seat) -> tuple[int, int]:
    return seat.slot, seat.table
