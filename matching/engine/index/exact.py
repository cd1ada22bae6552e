"""The reference: every row that passes is compared. What the other indexes are measured against."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.engine.index.protocol import EVERYTHING, Allowed, Facts, Found, Key, Vectors
from matching.engine.index.rows import CHUNK, Rows, as_integers

BLOCK = 4096


class ExactIndex:
    """Rows in memory, 2 bytes a component; plain numpy."""

    def __init__(self, mean: Vectors, *, folder: Path | None = None) -> None:
        """`mean`: float32, shape (dimension,). `folder`: see `Rows`."""
        self.mean = mean
        self._rows = Rows(mean, folder)

    def __len__(self) -> int:
        return len(self._rows)

    def put(self, keys: Sequence[Key], vectors: Vectors, facets: Sequence[Facts]) -> None:
        """See `Index`."""
        self._rows.put(keys, vectors, facets)

    def drop(self, keys: Sequence[Key]) -> None:
        """See `Index`."""
        self._rows.drop(keys)

    def search(self, directions: Vectors, k: int, allowed: Allowed = EVERYTHING) -> list[Found]:
        """See `Index`. Many directions at once cost little more than one."""
        integers = as_integers(directions, np.zeros_like(self.mean)).astype(np.float64)
        places = np.frombuffer(self._rows.passing(allowed).to_array(), dtype=np.uint32)
        near: list[list[tuple[NDArray[np.uint32], NDArray[np.int32]]]] = [[] for _direction in directions]
        for start in range(0, len(places), BLOCK):
            block = places[start : start + BLOCK]
            rows = np.concatenate(
                [self._rows.chunks[n][block[inside] - n * CHUNK] for n, inside in self._rows.by_chunk(block)]
            )
            # Sums of whole numbers below 2^31: a float64 holds them, so that no order of adding can change them.
            scores = (integers @ rows.astype(np.float64).T).astype(np.int32)
            for kept, row in zip(near, scores, strict=True):
                least = np.partition(row, max(0, len(row) - k))[max(0, len(row) - k)]
                kept.append((block[row >= least], row[row >= least]))
        return [self._merged(kept, k) for kept in near]

    def _merged(self, kept: list[tuple[NDArray[np.uint32], NDArray[np.int32]]], k: int) -> Found:
        if not kept:
            return Found([], np.zeros(0))
        places = np.concatenate([places for places, _scores in kept])
        return self._rows.best(places, np.concatenate([scores for _places, scores in kept]), k)
