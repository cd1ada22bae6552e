"""What an assignment is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Pair = tuple[int, int]

NOBODY = -1


class WishesError(ValueError):
    """Arrays that do not fit together."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """n entries, m judges; entries and judges are places in these arrays.

    `worth` (n, m): how well a judge knows the entry's matter, in [0, 1]; `conflict` (n, m): never; `each` (n,): judges
    wanted; `most` (m,): entries that a judge takes at most. `employers`, `cities` (m,): groups, −1 for none; a city is
    the employer's. `same_employer`, `same_city`: judges of one group that an entry may have, None for any number.
    `fixed`: pairs that must be; `before`: pairs of an earlier plan, changed as little as possible. `even`: how far
    above the average load a judge may be loaded, as a share.
    """

    worth: Floats
    conflict: Flags
    each: Ints
    most: Ints
    employers: Ints
    cities: Ints
    same_employer: int | None = 1
    same_city: int | None = None
    fixed: Sequence[Pair] = ()
    before: Sequence[Pair] = ()
    even: float = 0.25

    @classmethod
    def of(cls, worth: Floats, *, each: int, most: int, **others: object) -> "Wishes":
        """With the same numbers for all, and without conflicts or groups unless they are given."""
        n, m = worth.shape
        given = {
            "conflict": np.zeros((n, m), dtype=bool),
            "each": np.full(n, each),
            "most": np.full(m, most),
            "employers": np.full(m, NOBODY),
            "cities": np.full(m, NOBODY),
        }
        return cls(worth=worth, **{**given, **others})  # type: ignore[arg-type]  # checked by `check`

    def check(self) -> None:
        """Raises WishesError where the arrays do not fit together."""
        n, m = self.worth.shape
        shapes = (self.conflict.shape, self.each.shape, self.most.shape, self.employers.shape, self.cities.shape)
        if shapes != ((n, m), (n,), (m,), (m,), (m,)):
            raise WishesError(f"shapes do not fit: {shapes} for {n} entries and {m} judges")
        if not np.isfinite(self.worth).all() or (self.worth < 0).any() or (self.worth > 1).any():
            raise WishesError("a worth is outside 0 to 1")
        if (self.each < 0).any() or (self.most < 0).any():
            raise WishesError("a number of judges or a load is negative")
        for entry, judge in (*self.fixed, *self.before):
            if not (0 <= entry < n and 0 <= judge < m):
                raise WishesError("a pair names an entry or judge that is not there")

    @property
    def caps(self) -> Ints:
        """What each judge takes at most once the load is to be even (m,); never above `most`, never below his fixed."""
        able = int((self.most > 0).sum())
        if not able:
            return self.most
        even = int(np.ceil(self.each.sum() / able * (1 + self.even)))
        fixed = np.bincount([judge for _entry, judge in self.fixed], minlength=len(self.most))
        return np.minimum(self.most, np.maximum(even, fixed))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Pairs as a table of flags (n, m); what the mending works on."""

    wishes: Wishes
    table: Flags
    caps: Ints
    held: Flags = field(repr=False)

    @classmethod
    def of(cls, wishes: Wishes, table: Flags, caps: Ints) -> "Chosen":
        """With the pairs that must stay."""
        held = np.zeros(table.shape, dtype=bool)
        for entry, judge in wishes.fixed:
            held[entry, judge] = True
        return cls(wishes, table, caps, held)

    @property
    def loads(self) -> Ints:
        """Entries of each judge (m,)."""
        loads: Ints = self.table.sum(axis=0)
        return loads

    @property
    def service(self) -> Floats:
        """Mean worth of each entry's judges (n,); 0 where it has none."""
        mean: Floats = (self.wishes.worth * self.table).sum(axis=1) / np.maximum(self.wishes.each, 1)
        return mean

    def fits(self, entry: int, out: int, new: int) -> bool:
        """Whether an entry may have a new judge in the place of one it has, its groups and conflicts kept."""
        wishes = self.wishes
        if self.table[entry, new] or wishes.conflict[entry, new] or self.held[entry, out]:
            return False
        others = self.table[entry].copy()
        others[out] = False
        return all(
            most is None or group[new] == NOBODY or int((group[others] == group[new]).sum()) < most
            for group, most in ((wishes.employers, wishes.same_employer), (wishes.cities, wishes.same_city))
        )
