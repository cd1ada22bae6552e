"""BM25 over one side: characters, pairs of characters and whole Latin terms, in compact arrays.

Robertson's formula with the idf of Lucene, which is never negative. Both sides share one vocabulary, so that the terms
of a document can be asked of the other side without looking any of them up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.engine.terms import Counted

K1, B = 1.2, 0.75
NOWHERE = 2**31 - 1  # the place of a term that is not in the vocabulary

Array = NDArray[np.float32]


class Vocabulary:
    """Numbers of terms in the order in which they were met; each has a place.

    One that is made `over` another knows all that the other knew then, and leaves it as it is.
    """

    def __init__(self, over: "Vocabulary | None" = None) -> None:
        self._below: dict[int, int] = over._places if over is not None else {}
        self._first = len(self._below)
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return self._first + len(self._places)

    def learn(self, counted: Counted) -> "Terms":
        """The terms of a text; new ones get a place."""
        return Terms(np.array([self._place(term) for term in counted.terms.tolist()], dtype=np.int32), counted.often)

    def terms(self, counted: Counted) -> "Terms":
        """The terms of a text; those that nobody taught stand at `NOWHERE`."""
        return Terms(np.array([self._known(term) for term in counted.terms.tolist()], dtype=np.int32), counted.often)

    def _known(self, term: int) -> int:
        below = self._below.get(term, NOWHERE)
        return below if below < self._first else self._places.get(term, NOWHERE)

    def _place(self, term: int) -> int:
        below = self._below.get(term, NOWHERE)
        if below < self._first:
            return below
        return self._places.setdefault(term, self._first + len(self._places))


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text: places in the vocabulary, int32 (t,), and how often each occurs, float32 (t,)."""

    columns: NDArray[np.int32]
    often: Array


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one side of n documents over a vocabulary of v terms.

    `counts` (n, v): how often; `weights` (n, v): BM25 weight; `rarity` (v,): idf on this side; `average`: length;
    `documents`: of how many rarity and average were taken.
    """

    counts: sparse.csr_array
    weights: sparse.csr_array
    rarity: Array
    average: float
    documents: int

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

    def weigh(self, terms: Terms, size: int) -> Array:
        """BM25 weights that a document with these terms has on this side, over a vocabulary of `size`."""
        row = np.zeros(size, dtype=np.float32)
        inside = terms.columns < size
        columns, often = terms.columns[inside], terms.often[inside]
        length = float(terms.often.sum())
        row[columns] = self._rarity(size)[columns] * _saturated(often, length / self.average)
        return row

    def weights_over(self, size: int) -> sparse.csr_array:
        """`weights` over a vocabulary that has grown to `size`."""
        return _widened(self.weights, size)

    def _rarity(self, size: int) -> Array:
        never = np.full(max(0, size - len(self.rarity)), idf(0.0, self.documents), dtype=np.float32)
        return np.concatenate([self.rarity, never])

    def extended(self, more: Sequence[Terms], size: int) -> "Words":
        """With more documents at the end, over a vocabulary that has grown to `size`; rarity and average stay."""
        rarity = self._rarity(size)
        counts, weights = _matrices(more, rarity, self.average)
        return replace(
            self,
            counts=sparse.vstack([_widened(self.counts, size), counts], format="csr"),
            weights=sparse.vstack([_widened(self.weights, size), weights], format="csr"),
            rarity=rarity,
        )


def idf(holders: NDArray[np.floating] | float, documents: int) -> NDArray[np.float64]:
    """How rare a term is that so many of the documents hold; never negative."""
    return np.asarray(np.log1p((documents - holders + 0.5) / (np.asarray(holders) + 0.5)), dtype=np.float64)


def _widened(matrix: sparse.csr_array, size: int) -> sparse.csr_array:
    return sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], size))


def _saturated(often: Array, length: NDArray[np.floating] | float) -> Array:
    result: Array = (often * (K1 + 1) / (often + K1 * (1 - B + B * length))).astype(np.float32)
    return result


def words_of(documents: Sequence[Terms], size: int) -> Words:
    """The words of a side; `size` is that of the vocabulary."""
    holders = np.bincount(_joined([each.columns for each in documents]), minlength=size)
    rarity = idf(holders.astype(np.float64), len(documents)).astype(np.float32)
    average = float(np.mean([each.often.sum() for each in documents])) if documents else 0.0
    counts, weights = _matrices(documents, rarity, average or 1.0)
    return Words(counts, weights, rarity, average or 1.0, len(documents))


def _matrices(documents: Sequence[Terms], rarity: Array, average: float) -> tuple[sparse.csr_array, sparse.csr_array]:
    """How often, and the BM25 weight; both of shape (n, v)."""
    column = _joined([each.columns for each in documents])
    times = np.concatenate([each.often for each in documents]) if documents else np.zeros(0, dtype=np.float32)
    sizes = np.array([len(each.columns) for each in documents], dtype=np.int64)
    lengths = np.array([each.often.sum() for each in documents], dtype=np.float64)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    weight = rarity[column] * _saturated(times, np.repeat(lengths, sizes) / average)
    shape = (len(documents), len(rarity))
    return (
        sparse.csr_array((times, column, starts), shape=shape),
        sparse.csr_array((weight.astype(np.float32), column, starts), shape=shape),
    )


def _joined(columns: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate(columns) if columns else np.zeros(0, dtype=np.int32)
