"""The rows of an index in memory: directions in sixteen bits a component, in chunks, by key."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from matching.engine.index.facets import FacetRows
from matching.engine.index.kernels import products, round_rows
from matching.engine.index.protocol import EVERYTHING, Allowed, Facts, Found, Key, Vectors

Places = NDArray[np.uint32]
CHUNK = 65_536  # rows that are made room for at a time: growing never copies
UNIT = 32_767  # an integer component of this size stands for one


def as_integers(vectors: Vectors, mean: Vectors) -> NDArray[np.int16]:
    """Directions from the mean, of length one, with components rounded to 1/UNIT; shape (n, dimension).

    Whole numbers, because their products are added without rounding: a score does not depend on where a row stands or
    what is computed beside it. Rounding moves a cosine by 10⁻⁵, as storing it in PostgreSQL's halfvec does.
    """
    out = np.empty(vectors.shape, dtype=np.int16)
    round_rows(vectors, mean, float(UNIT), out)
    return out


class Rows:
    """Places are numbers from 0; the place of a dropped row is given to a later one.

    With a folder, components live in files there, without a name and gone with the process, which the system reads in
    and drops as it sees fit; otherwise in memory.
    """

    def __init__(self, mean: Vectors, folder: Path | None = None) -> None:
        self.mean = mean
        self.keys: list[Key] = []
        self.alive = BitMap()
        self.chunks: list[NDArray[np.int16]] = []
        self._facets = FacetRows()
        self._folder = folder
        self._places: dict[Key, int] = {}
        self._free: list[int] = []
        self._sum = np.zeros(len(mean), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._places)

    def put(self, keys: Sequence[Key], vectors: Vectors, facets: Sequence[Facts]) -> tuple[Places, NDArray[np.int16]]:
        """Keep rows, the last of a key; returns the places they took and their integers, for what is kept by place."""
        chosen = list({key: n for n, key in enumerate(keys)}.values())
        chosen_keys = [keys[n] for n in chosen]
        self.drop(chosen_keys)
        integers = as_integers(vectors[chosen], self.mean)
        places = np.array([self._take(key) for key in chosen_keys], dtype=np.uint32)
        for number, inside in self.by_chunk(places):
            self.chunks[number][places[inside] - number * CHUNK] = integers[inside]
        self._sum += integers.sum(axis=0, dtype=np.int64)
        self.alive.update(places.tolist())
        self._facets.put(places.tolist(), [facets[n] for n in chosen])
        return places, integers

    def drop(self, keys: Sequence[Key]) -> None:
        """Forget rows."""
        gone = [self._places.pop(key) for key in dict.fromkeys(keys) if key in self._places]
        if not gone:
            return
        for place in gone:
            self._sum -= self.chunks[place // CHUNK][place % CHUNK]
        self.alive.difference_update(BitMap(gone))
        self._facets.drop(BitMap(gone))
        self._free += gone

    def passing(self, allowed: Allowed = EVERYTHING) -> BitMap:
        """Places of the rows that pass a filter."""
        return self._facets.passing(allowed, self.alive)

    def by_chunk(self, places: Places) -> Iterator[tuple[int, slice | NDArray[np.bool_]]]:
        """Numbers of the chunks in which places lie, each with a selector of those places; cheap when they ascend."""
        if len(self.chunks) == 1:
            yield 0, slice(None)
            return
        numbers = places // CHUNK
        if np.all(numbers[:-1] <= numbers[1:]):
            bounds = np.searchsorted(numbers, np.arange(len(self.chunks) + 1))
            for number, (start, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
                if start < end:
                    yield number, slice(start, end)
            return
        for number in np.unique(numbers).tolist():
            yield number, numbers == number

    def products(self, direction: NDArray[np.int16], places: Places) -> NDArray[np.int32]:
        """Of a direction in integers with the rows at ascending places."""
        out = np.empty(len(places), dtype=np.int32)
        for number, inside in self.by_chunk(places):
            products(self.chunks[number], direction, places[inside], number * CHUNK, out[inside])
        return out

    def best(self, places: Places, scores: NDArray[np.int32], k: int) -> Found:
        """The k best of scored places, by score, then key."""
        if len(scores) > k:
            ranked = scores.copy()
            ranked.partition(len(scores) - k)
            near = scores >= ranked[len(scores) - k]
            places, scores = places[near], scores[near]
        keys = [self.keys[place] for place in places.tolist()]
        order = sorted(zip((-scores).tolist(), keys, strict=True))[:k]
        return Found([key for _score, key in order], np.array([-score for score, _key in order]) / UNIT**2)

    def drift(self) -> float:
        """How far the mean of the rows has moved from `mean`: the length of their mean direction, in [0, 1]."""
        return float(np.linalg.norm(self._sum / UNIT)) / max(1, len(self))

    @property
    def facet_bytes(self) -> int:
        """Bytes that the filters take."""
        return self._facets.size

    def _take(self, key: Key) -> int:
        if self._free:
            place = self._free.pop()
            self.keys[place] = key
        else:
            place = len(self.keys)
            self.keys.append(key)
            if place == len(self.chunks) * CHUNK:
                self.chunks.append(self._chunk())
        self._places[key] = place
        return place

    def _chunk(self) -> NDArray[np.int16]:
        shape = (CHUNK, len(self.mean))
        if self._folder is None:
            return np.empty(shape, dtype=np.int16)
        with tempfile.TemporaryFile(dir=self._folder) as file:
            file.truncate(2 * CHUNK * len(self.mean))
            return np.memmap(file, dtype=np.int16, mode="r+", shape=shape)
