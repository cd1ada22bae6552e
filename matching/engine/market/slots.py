"""When the chosen pairs meet: slots by colouring edges.

A bipartite graph whose parties have at most as many meetings as there are slots can always be coloured, by swapping two
slots along an alternating chain (König). Where somebody is away in some slots a chain may be blocked; what finds no
place is exchanged or replaced by the heaviest pairs that do, and the gap to the bound says what that cost.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from matching.engine.market.event import Floor, Ints

EMPTY = -1
EXCHANGES = 3  # passes of improvement; the first finds nearly all there is


class Timetable:
    """Who meets in which slot. `at` (p, slots): the pair, or `EMPTY`; `load` (slots,): meetings in each."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.at: Ints = np.full(floor.open.shape, EMPTY, dtype=np.int64)
        self.load: Ints = np.zeros(floor.open.shape[1], dtype=np.int64)
        self.slot_of: dict[int, int] = {}

    def put(self, pair: int, slot: int) -> None:
        """Seat a pair that has both parties free."""
        self.at[self.floor.ends[pair], slot] = pair
        self.slot_of[pair] = slot
        self.load[slot] += 1

    def take(self, pair: int) -> int:
        """Take a pair away; returns its slot."""
        slot = self.slot_of.pop(pair)
        self.at[self.floor.ends[pair], slot] = EMPTY
        self.load[slot] -= 1
        return slot

    def meetings(self, party: int) -> int:
        """How often a party meets somebody."""
        return int((self.at[party] != EMPTY).sum())

    def free(self, party: int) -> Ints:
        """Slots in which a party is there and meets nobody."""
        slots: Ints = np.flatnonzero(self.floor.open[party] & (self.at[party] == EMPTY))
        return slots

    def insert(self, pair: int) -> bool:
        """Seat a pair, moving others along a chain if need be; False where every chain is blocked."""
        one, other = (int(party) for party in self.floor.ends[pair])
        mine, theirs = self.free(one), self.free(other)
        both = np.intersect1d(mine, theirs)
        if len(both):
            room = (self.floor.tables - self.load)[both]
            self.put(pair, int(both[room.argmax()]))
            return True
        for a in mine.tolist():
            for b in theirs.tolist():
                if self._swap(self._chain(other, a, b), a, b):
                    self.put(pair, a)
                    return True
        return False

    def _chain(self, party: int, a: int, b: int) -> list[int]:
        """The pairs met in turn in slots a and b, beginning with a party that is free in b."""
        chain: list[int] = []
        slot = a
        while (pair := int(self.at[party, slot])) != EMPTY:
            chain.append(pair)
            one, other = self.floor.ends[pair]
            party, slot = int(other if one == party else one), b if slot == a else a
        return chain

    def _swap(self, chain: Sequence[int], a: int, b: int) -> bool:
        """Exchange the two slots along a chain, if everybody on it can make the slot that is new to them."""
        goals = {pair: b if self.slot_of[pair] == a else a for pair in chain}
        if not all(self.floor.open[self.floor.ends[pair], goal].all() for pair, goal in goals.items()):
            return False
        for pair in chain:
            self.take(pair)
        for pair, goal in goals.items():
            self.put(pair, goal)
        return True

    def even_out(self) -> list[int]:
        """Move meetings from slots that have too few tables; returns the pairs taken out where nothing could move."""
        out: list[int] = []
        for slot in range(len(self.load)):
            while self.load[slot] > self.floor.tables[slot]:
                if not self._relieve(slot):
                    there = [pair for pair, when in self.slot_of.items() if when == slot]
                    out.append(min(there, key=lambda pair: (self.floor.weights[pair], -pair)))
                    self.take(out[-1])
        return out

    def _relieve(self, slot: int) -> bool:
        """One meeting fewer in a slot, one more in another that has a table left."""
        room = self.floor.tables - self.load
        for goal in np.argsort(-room, kind="stable").tolist():
            if room[goal] <= 0:
                return False
            for party in np.flatnonzero((self.at[:, slot] != EMPTY) & (self.at[:, goal] == EMPTY)).tolist():
                chain = self._chain(party, slot, goal)
                # An odd chain begins and ends in the crowded slot: swapping it takes one away there.
                if len(chain) % 2 and self._swap(chain, slot, goal):
                    return True
        return False


class Seating:
    """Fills a timetable: what was chosen first, then exchanges and replacements for what found no place."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.table = Timetable(floor)
        self.small = floor.of_small
        self.mine, self.all = floor.fixed_small, floor.fixed_all

    def fill(self, chosen: Ints) -> dict[int, int]:
        """The slot of each pair that meets."""
        order = np.lexsort((chosen, -self.floor.weights[chosen], self.floor.common[chosen].sum(axis=1)))
        left = [pair for pair in chosen[order].tolist() if not self.table.insert(pair)]
        left += self.table.even_out()
        self._count()
        if left:
            self._replace()
            for _pass in range(EXCHANGES):
                if not self._exchange(left):
                    break
                self._replace()
            self._keep_share()
        return self.table.slot_of

    def _count(self) -> None:
        seated = list(self.table.slot_of)
        self.mine = self.floor.fixed_small + int(self.small[seated].sum())
        self.all = self.floor.fixed_all + len(seated)

    def _may_add(self, pair: int) -> bool:
        """Capacities and the share of small suppliers."""
        if pair in self.table.slot_of or len(self.table.slot_of) >= self.floor.seats:
            return False
        if any(self.table.meetings(party) >= self.floor.most[party] for party in self.floor.ends[pair].tolist()):
            return False
        return bool(self.small[pair]) or self.mine >= self.floor.share * (self.all + 1)

    def _replace(self) -> None:
        """Seat the heaviest pairs that still find a place."""
        for pair in np.argsort(-self.floor.weights, kind="stable").tolist():
            if self._may_add(pair) and self.table.insert(pair):
                self.table.even_out()
                self._count()

    def _exchange(self, left: Iterable[int]) -> int:
        """Let a pair that found no place push out a lighter one; returns how often that paid."""
        return sum(self._push(pair) for pair in left if pair not in self.table.slot_of)

    def _push(self, pair: int) -> bool:
        ends = self.floor.ends[pair].tolist()
        for slot in np.flatnonzero(self.floor.common[pair]).tolist():
            there = {int(self.table.at[party, slot]) for party in ends} - {EMPTY}
            if len(there) != 1 or not self._may_push(pair, out := there.pop()):
                continue
            self.table.take(out)
            self.table.put(pair, slot)
            self._count()
            return True
        return False

    def _may_push(self, pair: int, out: int) -> bool:
        """Lighter, nobody over its capacity, nobody small below its least, and not against the share."""
        if self.floor.weights[out] >= self.floor.weights[pair] or (self.small[out] and not self.small[pair]):
            return False
        supplier = int(self.floor.ends[out, 1])
        if supplier not in self.floor.ends[pair] and self.table.meetings(supplier) <= self.floor.least[supplier]:
            return False
        newcomers = set(self.floor.ends[pair].tolist()) - set(self.floor.ends[out].tolist())
        return all(self.table.meetings(party) < self.floor.most[party] for party in newcomers)

    def _keep_share(self) -> None:
        """Take out the lightest meetings of larger suppliers until the share holds."""
        others = sorted((pair for pair in self.table.slot_of if not self.small[pair]), key=self._lightest)
        for pair in others:
            if self.mine >= self.floor.share * self.all:
                return
            self.table.take(pair)
            self._count()

    def _lightest(self, pair: int) -> tuple[float, int]:
        return float(self.floor.weights[pair]), pair
