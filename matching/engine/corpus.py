"""All documents of one side in memory, ready to be compared: a copy that can be rebuilt from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine.documents import Facets, MatchDocument
from matching.engine.encoder import Tokens
from matching.engine.reading import NOTHING, Reading
from matching.engine.terms import Counted
from matching.engine.words import Terms, Vocabulary, Words, idf, words_of

Array = NDArray[np.float32]

NEIGHBOURS = 10  # over which hubness is measured
HUB_SAMPLE = 2000
PRIOR = 8.0  # how many documents the background counts for in the mean of a side


def normalised(vectors: Array) -> Array:
    """Rows of length one; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Array = (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return result


@dataclass(slots=True)
class Background:
    """Sentences about anything, as the encoder reads them: they steady what is computed of a small side.

    `vectors` float32 (m, dimension), L2-normalised; `state` float32 (dimension,): the mean token state.
    """

    vectors: Array
    state: Array

    @classmethod
    def of(cls, tokens: Sequence[Tokens]) -> "Background":
        """From what an encoder says of `background.SENTENCES`."""
        states = np.concatenate([each.states for each in tokens])
        return cls(np.stack([each.vector for each in tokens]), np.asarray(states.mean(axis=0), dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept in memory of a document: no texts, no phrases."""

    ref: str
    facets: Facets
    vector: Array
    state: Array
    terms: Terms
    tokens: NDArray[np.int32]  # ids of its tokens, each once

    @classmethod
    def of(cls, document: MatchDocument, reading: Reading, terms: Terms) -> "Entry":
        """From its text, what the encoder read, and its terms in the vocabulary of the side."""
        ids = np.unique(reading.ids)
        return cls(document.ref, document.facets, reading.vector, reading.mean, terms, ids[ids != NOTHING])


@dataclass
class Corpus:
    """The documents of one side in the order of their references; `vectors` float32 (n, dimension), L2-normalised.

    `basis`: of how many documents, the first ones, all means, spreads and rarities are taken. Usually all; those that
    stand behind were added to a sample of a side that is too large to be held (see `extended`).

    `mean` is the mean vector of the side: it is subtracted before comparing, because vectors of this family of models
    all point the same way (raw cosines lie between 0.75 and 0.95 whatever the texts). `state` is the mean token state.
    """

    refs: list[str]
    facets: list[Facets]
    vectors: Array
    mean: Array
    centred: Array  # relative to `mean`, of length one
    state: Array
    words: Words
    holders: NDArray[np.int64]  # in how many documents of the basis each token id occurs
    basis: int

    def __len__(self) -> int:
        return len(self.refs)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each reference stands."""
        return {ref: place for place, ref in enumerate(self.refs)}

    def token_rarity(self, ids: NDArray[np.int32]) -> Array:
        """Idf of token ids on this side, of the shape of `ids`; 0 for `NOTHING`."""
        known = np.where((ids >= 0) & (ids < len(self.holders)), ids, len(self.holders) - 1)
        held = np.where(known == ids, self.holders[known], 0)
        rarity = idf(held.astype(np.float64), self.basis)
        result: Array = np.where(ids == NOTHING, 0, rarity).astype(np.float32)
        return result

    def extended(self, entries: Sequence[Entry], size: int) -> "Corpus":
        """With more documents at the end, over a vocabulary of `size`; what is usual stays as it is."""
        dimension = self.vectors.shape[1]
        vectors = np.array([entry.vector for entry in entries], dtype=np.float32).reshape(-1, dimension)
        return replace(
            self,
            refs=[*self.refs, *(entry.ref for entry in entries)],
            facets=[*self.facets, *(entry.facets for entry in entries)],
            vectors=np.concatenate([self.vectors, vectors]),
            centred=np.concatenate([self.centred, normalised(vectors - self.mean)]),
            words=self.words.extended([entry.terms for entry in entries], size),
        )


class Shelf:
    """The documents of one side as they come and go; `corpus()` is what can be compared now.

    Words are counted once per document and kept as arrays, so that a new corpus costs no reading of texts.
    """

    def __init__(self, background: Background, vocabulary: Vocabulary) -> None:
        """Both sides share a vocabulary."""
        self._background = background
        self._vocabulary = vocabulary
        self._entries: dict[str, Entry] = {}
        self._corpus: Corpus | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, document: MatchDocument, reading: Reading, counted: Counted) -> None:
        """Add a document, or replace the one of the same reference."""
        self._entries[document.ref] = Entry.of(document, reading, self._vocabulary.learn(counted))
        self._corpus = None

    def drop(self, ref: str) -> None:
        """Take a document away; one that is not there is no error."""
        if self._entries.pop(ref, None) is not None:
            self._corpus = None

    def corpus(self) -> Corpus:
        """All documents in the order of their references, so that the order of coming changes nothing."""
        if self._corpus is None or self._corpus.words.rarity.shape[0] != len(self._vocabulary):
            self._corpus = self._compose([self._entries[ref] for ref in sorted(self._entries)])
        return self._corpus

    def _compose(self, entries: Sequence[Entry]) -> Corpus:
        dimension = self._background.vectors.shape[1]
        vectors = np.array([entry.vector for entry in entries], dtype=np.float32).reshape(-1, dimension)
        states = np.array([entry.state for entry in entries], dtype=np.float32).reshape(-1, dimension)
        mean = _steadied(vectors, self._background.vectors.mean(axis=0))
        tokens = np.concatenate([entry.tokens for entry in entries]) if entries else np.zeros(0, dtype=np.int32)
        return Corpus(
            [entry.ref for entry in entries],
            [entry.facets for entry in entries],
            vectors,
            mean,
            normalised(vectors - mean),
            _steadied(states, self._background.state),
            words_of([entry.terms for entry in entries], len(self._vocabulary)),
            np.bincount(tokens, minlength=1),
            len(entries),
        )


def _steadied(vectors: Array, background: Array) -> Array:
    total = vectors.sum(axis=0) + PRIOR * background
    return np.asarray(total / (len(vectors) + PRIOR), dtype=np.float32)


def hubness(centred: Array, towards: Corpus) -> Array:
    """How near documents of one side lie to whatever the other side asks: the mean of their nearest cosines.

    `centred` (n, dimension), as in `Corpus`; the result has shape (n,). Documents near to everything are hubs, and are
    held back by this much. Of a large side, an even sample of `HUB_SAMPLE` documents is asked.
    """
    if not len(centred) or not towards.basis:
        return np.zeros(len(centred), dtype=np.float32)
    step = max(1, towards.basis // HUB_SAMPLE)
    other = towards.centred[: towards.basis : step]
    near = min(NEIGHBOURS, len(other))
    result = np.empty(len(centred), dtype=np.float32)
    for start in range(0, len(centred), 4096):
        block = centred[start : start + 4096] @ other.T
        result[start : start + 4096] = np.partition(block, -near, axis=1)[:, -near:].mean(axis=1)
    return result
