"""Which wishes for an event cannot be met, by name: contradictions before planning, shortfalls after it."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from matching.engine.market.event import ANY_TABLE, Floor, Ints, Obstacle, Party, Seat, Wishes


def of_fixed(demands: Sequence[Party], supplies: Sequence[Party], wishes: Wishes) -> list[Obstacle]:
    """Contradictions among the fixed meetings and with everything else; empty where there are none."""
    parties = {party.ref: party for party in (*demands, *supplies)}
    found = [obstacle for seat in wishes.fixed for obstacle in _of_seat(seat, parties, wishes)]
    return found + _of_people(parties, wishes) + _of_places(wishes)


def _of_seat(seat: Seat, parties: dict[str, Party], wishes: Wishes) -> list[Obstacle]:
    pair = (seat.demand, seat.supply)
    found: list[Obstacle] = []
    if pair in wishes.forbidden:
        found.append(Obstacle("fixed_forbidden", pair, slot=seat.slot))
    if not 0 <= seat.slot < wishes.slots or not ANY_TABLE <= seat.table < wishes.tables:
        found.append(Obstacle("fixed_outside", pair, slot=seat.slot))
    for ref in pair:
        if ref not in parties:
            found.append(Obstacle("fixed_unknown", (ref, *pair)))
        elif seat.slot in parties[ref].closed:
            found.append(Obstacle("fixed_closed", (ref, *pair), slot=seat.slot))
    return found


def _of_people(parties: dict[str, Party], wishes: Wishes) -> list[Obstacle]:
    met = Counter((seat.demand, seat.supply) for seat in wishes.fixed)
    busy = Counter((ref, seat.slot) for seat in wishes.fixed for ref in (seat.demand, seat.supply))
    often = Counter(ref for seat in wishes.fixed for ref in (seat.demand, seat.supply))
    found = [Obstacle("fixed_met_twice", pair, had=n) for pair, n in sorted(met.items()) if n > 1]
    found += [
        Obstacle("fixed_twice_in_slot", (ref,), slot=slot, had=n) for (ref, slot), n in sorted(busy.items()) if n > 1
    ]
    return found + [
        Obstacle("fixed_over_most", (ref,), needed=n, had=parties[ref].most)
        for ref, n in sorted(often.items())
        if ref in parties and n > parties[ref].most
    ]


def _of_places(wishes: Wishes) -> list[Obstacle]:
    slots = Counter(seat.slot for seat in wishes.fixed)
    tables = Counter((seat.slot, seat.table) for seat in wishes.fixed if seat.table != ANY_TABLE)
    return [
        *(
            Obstacle("fixed_over_tables", slot=slot, needed=n, had=wishes.tables)
            for slot, n in sorted(slots.items())
            if n > wishes.tables
        ),
        *(
            Obstacle("fixed_table_twice", slot=slot, table=table, had=n)
            for (slot, table), n in sorted(tables.items())
            if n > 1
        ),
    ]


def of_small(floor: Floor, parties: Sequence[Party], wishes: Wishes, had: Ints) -> list[Obstacle]:
    """Small suppliers that have fewer meetings than promised; `had` (p,) counts all of each, fixed ones too."""
    found = []
    by_ref = {party.ref: party for party in parties}
    for place in np.flatnonzero(floor.small & (had < wishes.least)).tolist():
        ref = floor.refs[place]
        promised = min(wishes.least, by_ref[ref].most)
        if had[place] >= promised:
            continue
        partners = int((floor.ends[:, 1] == place).sum()) + sum(seat.supply == ref for seat in wishes.fixed)
        slots = wishes.slots - len({slot for slot in by_ref[ref].closed if 0 <= slot < wishes.slots})
        reasons = (
            ("no_partner", promised if partners else 0),
            ("too_few_slots", slots),
            ("too_few_partners", partners),
        )
        kind = next((kind for kind, possible in reasons if possible < promised), "crowded_out")
        found.append(Obstacle(kind, (ref,), needed=promised, had=int(had[place])))
    return found


def of_share(floor: Floor, wishes: Wishes, small: int, meetings: int) -> list[Obstacle]:
    """The share of small suppliers, where it cannot be reached."""
    if not wishes.share:
        return []
    if not floor.of_small.any() and not floor.fixed_small:
        return [Obstacle("no_small")]
    if small < wishes.share * meetings - 1e-9:
        return [Obstacle("short_of_share", needed=round(wishes.share * 100), had=round(small * 100 / meetings))]
    return []
