"""All documents of one side against all of the other: the best of each, both ways, in one pass over blocks.

The score of a pair is 2 · cosine − hub(demand) − hub(supply), cosines taken from each side's mean, and hub(x) the mean
cosine of x with its ten nearest on the other side (cross-domain similarity local scaling): what is near to everything
is held back. Its whole matrix is never in memory; each block is looked through once, for its rows and its columns.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Array = NDArray[np.float32]
Places = NDArray[np.int32]

UNIT = 4096.0  # components are whole multiples of 1/UNIT: see `whole`
TOP = 50
NEIGHBOURS, SAMPLE = 10, 2000  # hubs are measured on an even sample of the other side
ROWS, COLUMNS = 512, 2048  # of a block: 4 MiB of scores


def whole(vectors: Array) -> Array:
    """Directions of length one in whole units of 1/UNIT, as float32.

    Their products are whole numbers below 2^24, which float32 adds without rounding in any order: a score is the same
    wherever the pair stands in a block, however many threads there are, and equal texts tie exactly. Rounding moves a
    cosine by 10⁻⁴, a tenth of what the encoder's eight bits do.
    """
    result: Array = np.rint(vectors * np.float32(UNIT)).astype(np.float32)
    return result


def held_back(of: Array, towards: Array) -> Array:
    """Half the hub of each of `of` over a sample of `towards`, both whole, in units of UNIT²; shape (len(of),)."""
    if not len(of) or not len(towards):
        return np.zeros(len(of), dtype=np.float32)
    other = towards[:: max(1, len(towards) // SAMPLE)]
    near = min(NEIGHBOURS, len(other))
    result = np.empty(len(of), dtype=np.float32)
    for start, end in _blocks(0, len(of), ROWS):
        nearest = np.partition(of[start:end] @ other.T, -near, axis=1)[:, -near:]
        result[start:end] = np.rint(nearest.mean(axis=1, dtype=np.float64) / 2)
    return result


@dataclass(slots=True)
class Side:
    """Documents of one side: whole vectors, shape (n, dimension), and what each is held back by, shape (n,)."""

    vectors: Array
    held_back: Array

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(slots=True)
class Lists:
    """For each document of a side the best of the other: places and values, shape (n, k), best first, ties by place.

    A value is the product of the two whole vectors less what the other is held back by.
    """

    places: Places
    values: Array


def all_pairs(demands: Array, supplies: Array, *, top: int = TOP, threads: int | None = None) -> "AllPairs":
    """Both sides' lists; vectors are centred, float32 of shape (n, dimension), L2-normalised."""
    wholes = (whole(demands), whole(supplies))
    workers = max(1, min(threads or os.cpu_count() or 1, len(demands) // ROWS))
    # One thread of the matrix library for each of ours: they take shares of the demands and never wait for each other.
    with threadpool_limits(1), ThreadPoolExecutor(workers) as pool:
        asking, answering = (Side(wholes[n], _held_back(wholes[n], wholes[1 - n], pool)) for n in (0, 1))
        shares = np.linspace(0, len(demands), workers + 1).astype(int).tolist()
        work = [pool.submit(_share, asking, answering, start, end, top) for start, end in pairwise(shares)]
        parts = [share.result() for share in work]
    forth = _sorted(np.concatenate([part[0].places for part in parts]), np.concatenate([p[0].values for p in parts]))
    back = _sorted(
        np.concatenate([part[1].places for part in parts], axis=1), np.concatenate([p[1].values for p in parts], axis=1)
    )
    kept = min(top, len(asking))
    return AllPairs((asking, answering), (forth, Lists(back.places[:, :kept], back.values[:, :kept])))


class AllPairs:
    """The lists of both sides, kept up as single documents change."""

    def __init__(self, sides: tuple[Side, Side], lists: tuple[Lists, Lists]) -> None:
        self.sides = sides
        self.lists = lists

    def best(self, side: int, place: int) -> tuple[Places, NDArray[np.float64]]:
        """Of a document of side 0 (demands) or 1 (supplies): places on the other side, best first, and the scores."""
        places, values = self.lists[side].places[place], self.lists[side].values[place]
        own = self.sides[side].held_back[place]
        return places, 2 * (values.astype(np.float64) - own) / UNIT**2

    def replace(self, side: int, place: int, vector: Array) -> NDArray[np.int64]:
        """Put another vector, shape (dimension,), in a document's place; renew its own list and all that it touches.

        Returns the places on the other side whose lists changed. What the others are held back by stays as it was at
        the last full pass.
        """
        own, other = self.sides[side], self.sides[1 - side]
        own.vectors[place] = whole(vector[None])[0]
        own.held_back[place] = held_back(own.vectors[place : place + 1], other.vectors)[0]
        products = other.vectors @ own.vectors[place]
        mine = self.lists[side]
        mine.places[place], mine.values[place] = _top(products[None] - other.held_back, mine.places.shape[1])
        return self._enter(side, place, products - own.held_back[place])

    def _enter(self, side: int, place: int, values: Array) -> NDArray[np.int64]:
        """Set the values of one document in all lists of the other side."""
        lists = self.lists[1 - side]
        held = lists.places == place
        had = held.any(axis=1)
        shown = np.where(held, np.float32(-np.inf), lists.values)
        last = shown.min(axis=1, where=~held, initial=np.inf)
        others = np.where(shown == last[:, None], lists.places, -1).max(axis=1)
        better = (values > last) | ((values == last) & (place < others))
        # A list that it leaves, or holds on to by its last place, is contested by documents that are in no list.
        contested = np.flatnonzero(had & ~better)
        entering = np.flatnonzero(better)
        slot = np.where(had, held.argmax(axis=1), lists.places.shape[1] - 1)[entering]
        lists.places[entering, slot], lists.values[entering, slot] = place, values[entering]
        merged = _sorted(lists.places[entering], lists.values[entering])
        lists.places[entering], lists.values[entering] = merged.places, merged.values
        for start in range(0, len(contested), ROWS):
            some = contested[start : start + ROWS]
            products = self.sides[1 - side].vectors[some] @ self.sides[side].vectors.T
            lists.places[some], lists.values[some] = _top(products - self.sides[side].held_back, lists.places.shape[1])
        touched: NDArray[np.int64] = np.flatnonzero(had | better)
        return touched


def _held_back(of: Array, towards: Array, pool: ThreadPoolExecutor) -> Array:
    pieces = [of[start:end] for start, end in _blocks(0, len(of), 4 * ROWS)]
    return np.concatenate([of[:0, 0], *pool.map(lambda piece: held_back(piece, towards), pieces)])


def _share(asking: Side, answering: Side, start: int, end: int, top: int) -> tuple[Lists, Lists]:
    """Lists of a share of the demands, and of all supplies over that share; unsorted."""
    forth, back = _empty(end - start, min(top, len(answering))), _empty(len(answering), min(top, end - start))
    products = np.empty((ROWS, COLUMNS), dtype=np.float32)
    for first, last in _blocks(start, end, ROWS):
        for left, right in _blocks(0, len(answering), COLUMNS):
            block = products[: last - first, : right - left]
            np.matmul(asking.vectors[first:last], answering.vectors[left:right].T, out=block)
            _offer(
                block,
                (first, left),
                (asking.held_back[first:last], answering.held_back[left:right]),
                (forth.places[first - start : last - start], forth.values[first - start : last - start]),
                (back.places[left:right], back.values[left:right]),
            )
    return forth, back


def _empty(count: int, kept: int) -> Lists:
    return Lists(np.full((count, kept), -1, dtype=np.int32), np.full((count, kept), -np.inf, dtype=np.float32))


def _blocks(start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    for first in range(start, end, size):
        yield first, min(first + size, end)


def _top(values: Array, kept: int) -> tuple[Places, Array]:
    """The best of each row of values, ties by place; shapes (n, kept)."""
    places = np.empty((len(values), kept), dtype=np.int32)
    best = np.empty((len(values), kept), dtype=np.float32)
    for number, row in enumerate(values if kept else values[:0]):
        least = np.partition(row, len(row) - kept)[len(row) - kept]
        near = np.flatnonzero(row >= least)
        near = near[np.lexsort((near, -row[near]))][:kept]
        places[number], best[number] = near, row[near]
    return places, best


def _sorted(places: Places, values: Array) -> Lists:
    order = np.lexsort((places, -values), axis=1)
    return Lists(np.take_along_axis(places, order, axis=1), np.take_along_axis(values, order, axis=1))


@njit(cache=True, nogil=True)
def _sink(places: Places, values: Array, place: int, value: float) -> None:
    """Put a pair in the place of the worst of a heap: the smallest value, of equal ones the last place, is on top."""
    count, at = len(values), 0
    while True:
        child = 2 * at + 1
        if child >= count:
            break
        right = child + 1
        if right < count and (
            values[right] < values[child] or (values[right] == values[child] and places[right] > places[child])
        ):
            child = right
        if values[child] > value or (values[child] == value and places[child] < place):
            break
        values[at], places[at] = values[child], places[child]
        at = child
    values[at], places[at] = value, place


@njit(cache=True, nogil=True)
def _offer(
    products: Array,
    corner: tuple[int, int],
    held_back: tuple[Array, Array],
    forth: tuple[Places, Array],
    back: tuple[Places, Array],
) -> None:
    """Offer each pair of a block to the heaps of its row and its column. Places only grow, so a tie never enters."""
    down, across = held_back
    for row in range(products.shape[0]):
        for column in range(products.shape[1]):
            value = products[row, column] - across[column]
            if value > forth[1][row, 0]:
                _sink(forth[0][row], forth[1][row], corner[1] + column, value)
            value = products[row, column] - down[row]
            if value > back[1][column, 0]:
                _sink(back[0][column], back[1][column], corner[0] + row, value)
