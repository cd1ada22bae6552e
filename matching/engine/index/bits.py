"""The fast index: one bit a component is scanned under the filter, a few thousand rows are compared exactly."""

from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from matching.engine.index.kernels import scan, scan_some
from matching.engine.index.protocol import EVERYTHING, Allowed, Facts, Found, Key, Vectors
from matching.engine.index.rows import CHUNK, Places, Rows, as_integers

Words = NDArray[np.uint64]
Distances = NDArray[np.uint16]
LAST = 65_535  # beyond all distances
WORD = 64
DEPTH = 4.0  # rows compared exactly, per square root of the rows scanned, for ten wanted
FEWEST = 600
REACH = 2.5  # largest component told apart in a direction, in standard deviations


class BitIndex:
    """Rows in memory: 2 bytes and 1 bit a component (816 bytes a row of 384), keys and filters beside them.

    A row's bits are the signs of its direction from the mean. A direction that asks is rounded to three bits a
    component, which finds four times as much among the same number of candidates as its signs alone would.
    """

    def __init__(self, mean: Vectors, *, folder: Path | None = None) -> None:
        """`mean`: float32, shape (dimension,). `folder`: see `Rows`; bits stay in memory."""
        self.mean = mean
        self._rows = Rows(mean, folder)
        self._bits: list[Words] = []
        self._nowhere = np.zeros_like(mean)  # directions are from their own mean already
        self._words = -(-len(mean) // WORD)

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, keys: Sequence[Key], vectors: Vectors, facets: Sequence[Facts]) -> None:
        """See `Index`."""
        places, integers = self._rows.put(keys, vectors, facets)
        words = self._packed(integers > 0)
        while len(self._bits) < len(self._rows.chunks):
            self._bits.append(np.zeros((self._words, CHUNK), dtype=np.uint64))
        for number, inside in self._rows.by_chunk(places):
            self._bits[number][:, places[inside] - number * CHUNK] = words[inside].T

    def drop(self, keys: Sequence[Key]) -> None:
        """See `Index`."""
        self._rows.drop(keys)

    def search(self, directions: Vectors, k: int, allowed: Allowed = EVERYTHING) -> list[Found]:
        """See `Index`. Where few rows pass, all of them are compared exactly."""
        passing = self._rows.passing(allowed)
        integers = as_integers(directions, self._nowhere)
        return [self._one(direction, k, passing) for direction in integers]

    def drift(self) -> float:
        """See `Rows.drift`."""
        return self._rows.drift()

    @property
    def size(self) -> int:
        """Bytes of the rows and the filters, without the keys; room that no row has taken yet is not touched."""
        return len(self._rows.keys) * (2 * len(self.mean) + 8 * self._words) + self._rows.facet_bytes

    def _one(self, direction: NDArray[np.int16], k: int, passing: BitMap) -> Found:
        depth = int(max(FEWEST, DEPTH * sqrt(len(passing))) * max(1.0, sqrt(k / 10)))
        few = len(passing) <= 2 * depth
        places = _array(passing) if few else self._near(self._planes(direction), depth, passing)
        return self._rows.best(places, self._rows.products(direction, places), k)

    def _near(self, planes: Words, depth: int, passing: BitMap) -> Places:
        """Ascending places of about `depth` rows with the smallest distances, all of the last distance among them."""
        near = _Nearest(depth)
        for places, distances in self._distances(planes, passing):
            near.take(places, distances)
        return near.places()

    def _distances(self, planes: Words, passing: BitMap) -> Iterator[tuple[Places, Distances]]:
        """Chunk by chunk. Where most rows pass, all are scanned, which is faster in order, and the others put last."""
        total = len(self._rows.keys)
        whole = 2 * len(passing) > total
        places = _array(passing.flip(0, total) if whole else passing)
        bounds = np.searchsorted(places, np.arange(len(self._bits) + 1) * CHUNK).tolist()
        for number, bits in enumerate(self._bits):
            first = number * CHUNK
            some = places[bounds[number] : bounds[number + 1]]
            if whole:
                distances = np.empty(min(CHUNK, total - first), dtype=np.uint16)
                scan(bits, planes, distances)
                distances[some - first] = LAST
                yield np.arange(first, first + len(distances), dtype=np.uint32), distances
            elif len(some):
                distances = np.empty(len(some), dtype=np.uint16)
                scan_some(bits, planes, some, first, distances)
                yield some, distances

    def _planes(self, direction: NDArray[np.int16]) -> Words:
        """A direction in eight levels a component, as three rows of bits, the lowest first; shape (3, words)."""
        step = max(1.0, REACH * float(direction.std()) / 4)
        levels = np.clip(np.floor(direction / step) + 4, 0, 7).astype(np.uint8)
        return self._packed(np.array([levels & 1, levels & 2, levels & 4]) > 0)

    def _packed(self, signs: NDArray[np.bool_]) -> Words:
        """Bits of shape (n, dimension) in words, shape (n, words); what fills up the last word is zero."""
        padded = np.zeros((len(signs), self._words * WORD), dtype=np.bool_)
        padded[:, : signs.shape[1]] = signs
        return np.packbits(padded, axis=1, bitorder="little").view(np.uint64)


class _Nearest:
    """The places of the smallest distances among those that it is shown."""

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._bar = LAST - 1  # no place beyond it is among the nearest
        self._places: list[Places] = []
        self._distances: list[Distances] = []

    def take(self, places: Places, distances: Distances) -> None:
        """Look at some more."""
        inside = np.flatnonzero(distances <= self._bar)
        self._places.append(places[inside])
        self._distances.append(distances[inside])
        if sum(map(len, self._places)) > 2 * self._depth:
            self._tighten()

    def places(self) -> Places:
        """In the order in which they were shown."""
        if sum(map(len, self._places)) > self._depth:
            self._tighten()
        return np.concatenate(self._places)

    def _tighten(self) -> None:
        places, distances = np.concatenate(self._places), np.concatenate(self._distances)
        self._bar = int(np.partition(distances, self._depth - 1)[self._depth - 1])
        inside = distances <= self._bar
        self._places, self._distances = [places[inside]], [distances[inside]]


def _array(places: BitMap) -> Places:
    return np.frombuffer(places.to_array(), dtype=np.uint32)
