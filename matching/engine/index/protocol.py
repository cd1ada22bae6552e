"""What every index does, and the order in which all of them answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Key = int | str  # of one kind within an index; breaks ties
Vectors = NDArray[np.float32]
Facts = Mapping[str, Collection[str]]  # facet to the values that a row states; a facet left out is unknown


@dataclass(frozen=True, slots=True)
class Clause:
    """A row passes when it states one of `values` of `facet`, or, with `or_silent`, when it says nothing of it."""

    facet: str
    values: tuple[str, ...]
    or_silent: bool = False


Allowed = tuple[Clause, ...]  # a row must pass every clause
EVERYTHING: Allowed = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The best rows for one direction, best first.

    `scores`: centred cosines, float64 in [-1, 1] up to rounding in the fifth place. Equal scores stand in the order of
    their keys.
    """

    keys: list[Key]
    scores: NDArray[np.float64]


class Index(Protocol):
    """Rows by key, each a vector with facets, and the nearest of them.

    The score of a row x for a direction q is the cosine between q and x − m, where m is the index's `mean`, fixed when
    it was made: the vectors of this family of models all point the same way, and only their differences tell. A
    direction is a vector from which the caller has taken the mean of its own side; its length does not matter.

    All implementations compute the same score to the last digit (see `rows.as_integers`) and order by score, then key,
    so that one can stand in for another.
    """

    mean: Vectors

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def search(self, directions: Vectors, k: int, allowed: Allowed = EVERYTHING) -> list[Found]:
        """The best k rows that pass the filter, for each direction, shape (n, dimension); fewer only if fewer pass."""
        ...


class IndexCopy(Index, Protocol):
    """An index in memory: a copy that is kept up by whoever holds it. Changes must not run beside other calls."""

    def put(self, keys: Sequence[Key], vectors: Vectors, facets: Sequence[Facts]) -> None:
        """Add rows, or replace those of the same key; vectors of shape (n, dimension), L2-normalised. Seen at once."""
        ...

    def drop(self, keys: Sequence[Key]) -> None:
        """Take rows away; a key that is not there is no error. Seen at once."""
        ...
