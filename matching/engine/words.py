"""BM25 over one side: characters, pairs of characters and whole Latin terms, in compact arrays.

Robertson's formula with the idf of Lucene, which is never negative. Both sides share one vocabulary, so that the terms
of a document can be asked of the other side without looking any of them up.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

K1, B = 1.2, 0.75

Array = NDArray[np.float32]


class Vocabulary:
    """Terms in the order in which they were met."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._places)

    def learn(self, counts: Counter[str]) -> "Terms":
        """The terms of a text; new ones get a place."""
        places = self._places
        columns = np.array([places.setdefault(term, len(places)) for term in counts], dtype=np.int32)
        return Terms(columns, np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))

    def known(self, counts: Counter[str]) -> "Terms":
        """The terms of a text that are known already."""
        found = [(self._places[term], often) for term, often in counts.items() if term in self._places]
        return Terms(
            np.array([column for column, _often in found], dtype=np.int32),
            np.array([often for _column, often in found], dtype=np.float32),
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text: places in the vocabulary, int32 (t,), and how often each occurs, float32 (t,)."""

    columns: NDArray[np.int32]
    often: Array


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one side of n documents over a vocabulary of v terms.

    `counts` (n, v): how often; `weights` (n, v): BM25 weight; `rarity` (v,): idf on this side; `average`: length.
    """

    counts: sparse.csr_array
    weights: sparse.csr_array
    rarity: Array
    average: float

    def scores(self, asked: Terms) -> Array:
        """BM25 of every document for the terms of a question, shape (n,)."""
        question = np.zeros(self.weights.shape[1], dtype=np.float32)
        inside = asked.columns < len(question)
        question[asked.columns[inside]] = asked.often[inside]
        result: Array = np.asarray(self.weights @ question, dtype=np.float32)
        return result

    def terms(self, place: int) -> Terms:
        """Those of one document."""
        own = slice(self.counts.indptr[place], self.counts.indptr[place + 1])
        return Terms(self.counts.indices[own], self.counts.data[own])

    def weigh(self, terms: Terms) -> Array:
        """BM25 weights that a document with these terms has on this side, over the whole vocabulary, shape (v,)."""
        row = np.zeros(self.weights.shape[1], dtype=np.float32)
        inside = terms.columns < len(row)
        columns, often = terms.columns[inside], terms.often[inside]
        length = float(terms.often.sum())
        row[columns] = self.rarity[columns] * _saturated(often, length / self.average)
        return row


def _saturated(often: Array, length: NDArray[np.floating] | float) -> Array:
    result: Array = (often * (K1 + 1) / (often + K1 * (1 - B + B * length))).astype(np.float32)
    return result


def words_of(documents: Sequence[Terms], size: int) -> Words:
    """The words of a side; `size` is that of the vocabulary."""
    count = len(documents)
    if not count:
        empty = sparse.csr_array((0, size), dtype=np.float32)
        return Words(empty, empty, np.zeros(size, dtype=np.float32), 1.0)
    column = np.concatenate([each.columns for each in documents])
    times = np.concatenate([each.often for each in documents])
    sizes = np.array([len(each.columns) for each in documents], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    rows = np.repeat(np.arange(count), sizes)
    lengths = np.bincount(rows, weights=times, minlength=count)
    holders = np.bincount(column, minlength=size)
    rarity = np.log1p((count - holders + 0.5) / (holders + 0.5)).astype(np.float32)
    average = float(lengths.mean()) or 1.0
    weight = rarity[column] * _saturated(times, lengths[rows] / average)
    shape = (count, size)
    return Words(
        sparse.csr_array((times, column, starts), shape=shape),
        sparse.csr_array((weight.astype(np.float32), column, starts), shape=shape),
        rarity,
        average,
    )
