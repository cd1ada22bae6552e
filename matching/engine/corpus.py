"""All documents of one side in memory, ready to be compared: a copy that can be rebuilt from the database."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.engine.documents import MatchDocument
from matching.engine.terms import terms_of

Array = NDArray[np.float32]

K1, B = 1.2, 0.75
NEIGHBOURS = 10  # over which hubness is measured
HUB_SAMPLE = 2000
PRIOR = 8.0  # how many documents the background counts for in the mean of a side


def normalised(vectors: Array) -> Array:
    """Rows of length one; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Array = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return result


@dataclass(slots=True)
class Corpus:
    """Documents with their vectors, float32 of shape (n, dimension), L2-normalised, and their words.

    `mean` is the mean vector of the side: it is subtracted before comparing, because vectors of this family of models
    all point the same way (raw cosines lie between 0.75 and 0.95 whatever the texts).
    """

    documents: list[MatchDocument]
    vectors: Array
    centred: Array  # relative to `mean`, of length one
    mean: Array
    weights: sparse.csr_array  # BM25 weight of each term in each document, shape (n, terms)
    holders: NDArray[np.int64]  # in how many documents each term occurs, shape (terms,)
    vocabulary: dict[str, int]

    def __len__(self) -> int:
        return len(self.documents)

    def words(self, query: Counter[str]) -> Array:
        """BM25 of every document for the terms of a query, shape (n,)."""
        asked = np.zeros(self.weights.shape[1], dtype=np.float32)
        for term, count in query.items():
            column = self.vocabulary.get(term, len(asked))
            if column < len(asked):
                asked[column] = min(count, 3)  # a word said often in the question matters more, but not without end
        result: Array = np.asarray(self.weights @ asked, dtype=np.float32)
        return result


class Shelf:
    """The documents of one side as they come and go; `corpus()` is what can be compared now.

    Words are counted once per document and kept as arrays, so that a new corpus costs no reading of texts.
    """

    def __init__(self, background: Array) -> None:
        """`background`: vectors of shape (m, dimension) that steady the mean of a small side."""
        self.dimension = background.shape[1]
        self._background = background
        self._vocabulary: dict[str, int] = {}
        self._entries: dict[str, tuple[MatchDocument, Array, NDArray[np.int32], Array]] = {}
        self._corpus: Corpus | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, document: MatchDocument, vector: Array) -> None:
        """Add a document, or replace the one of the same reference."""
        counts = terms_of(document.text)
        columns = [self._vocabulary.setdefault(term, len(self._vocabulary)) for term in counts]
        often = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        self._entries[document.ref] = (document, vector, np.array(columns, dtype=np.int32), often)
        self._corpus = None

    def drop(self, ref: str) -> None:
        """Take a document away; one that is not there is no error."""
        if self._entries.pop(ref, None) is not None:
            self._corpus = None

    def corpus(self) -> Corpus:
        """All documents in the order of their references, so that the order of coming changes nothing."""
        if self._corpus is None:
            entries = [self._entries[ref] for ref in sorted(self._entries)]
            vectors = np.array([entry[1] for entry in entries], dtype=np.float32).reshape(-1, self.dimension)
            total = vectors.sum(axis=0) + PRIOR * self._background.mean(axis=0)
            mean = np.asarray(total / (len(vectors) + PRIOR), dtype=np.float32)
            weights = _bm25([entry[2] for entry in entries], [entry[3] for entry in entries], len(self._vocabulary))
            holders = np.bincount(weights.indices, minlength=len(self._vocabulary)).astype(np.int64)
            self._corpus = Corpus(
                [entry[0] for entry in entries],
                vectors,
                normalised(vectors - mean),
                mean,
                weights,
                holders,
                self._vocabulary,
            )
        return self._corpus


def _bm25(columns: Sequence[NDArray[np.int32]], often: Sequence[Array], terms: int) -> sparse.csr_array:
    """BM25 weights, Robertson's formula with the idf of Lucene, which is never negative; shape (documents, terms)."""
    count = len(columns)
    if not count:
        return sparse.csr_array((0, terms), dtype=np.float32)
    column, times = np.concatenate(columns), np.concatenate(often)
    lengths = np.array([values.sum() for values in often], dtype=np.float32)
    rows = np.repeat(np.arange(count), [len(values) for values in columns])
    holders = np.bincount(column, minlength=terms)
    idf = np.log1p((count - holders + 0.5) / (holders + 0.5)).astype(np.float32)
    average = float(lengths.mean()) or 1.0
    weight = idf[column] * times * (K1 + 1) / (times + K1 * (1 - B + B * lengths[rows] / average))
    return sparse.csr_array((weight.astype(np.float32), (rows, column)), shape=(count, terms))


def hubness(of: Corpus, towards: Corpus) -> Array:
    """How near each document of one side lies to whatever the other side asks: the mean of its nearest cosines.

    Shape (len(of),). Documents near to everything are hubs, and are held back by this much. Of a large side, an even
    sample of `HUB_SAMPLE` documents is asked.
    """
    if not len(of) or not len(towards):
        return np.zeros(len(of), dtype=np.float32)
    step = max(1, len(towards) // HUB_SAMPLE)
    other = towards.centred[::step]
    near = min(NEIGHBOURS, len(other))
    result = np.empty(len(of), dtype=np.float32)
    for start in range(0, len(of), 4096):
        block = of.centred[start : start + 4096] @ other.T
        result[start : start + 4096] = np.partition(block, -near, axis=1)[:, -near:].mean(axis=1)
    return result
