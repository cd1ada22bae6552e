"""Late interaction: how the phrases of one document are answered by those of others, and sentences by sentences.

Every phrase looks for its best counterpart; a phrase that is rare on both sides weighs more. The value is a weighted
mean of cosines, in [-1, 1]; 0 where a text says nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.corpus import Array, Corpus, normalised
from matching.engine.reading import Reading

Values = NDArray[np.float64]
FLOOR = 1e-3  # the least weight of a phrase, so that no mean is empty


@dataclass(frozen=True, slots=True)
class Body:
    """Documents laid end to end: `vectors` (total, dimension), centred, of length one; `starts` (documents,)."""

    vectors: Array
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]


def interact(
    asking: Reading, own: Corpus, answering: Sequence[Reading], other: Corpus, offset: Array
) -> tuple[Values, Values]:
    """How well one document's phrases are answered by each of c others, and theirs by its: two arrays of shape (c,).

    `own` and `other` are the sides of the two; `offset` is what `Reading.phrases` are relative to.
    """
    asked = _body([asking.phrases], [asking.scales], own.state - offset)
    answered = _body([each.phrases for each in answering], [each.scales for each in answering], other.state - offset)
    cosines = asked.vectors @ answered.vectors.T
    best = cosines.max(axis=0) if len(cosines) else np.zeros(cosines.shape[1])
    forth = _mean(_best_forth(cosines, answered), _weights([asking], own, other))
    return forth, _means(best, _weights(answering, own, other), answered)


def sentence_cosines(asking: Reading, own: Corpus, answering: Reading, other: Corpus, offset: Array) -> Array:
    """Every sentence of one document against every one of another, shape (asking, answering)."""
    mine = _body([asking.sentences], [asking.heights], own.state - offset)
    theirs = _body([answering.sentences], [answering.heights], other.state - offset)
    result: Array = mine.vectors @ theirs.vectors.T
    return result


def _body(parts: Sequence[NDArray[np.int8]], scales: Sequence[Array], shift: Array) -> Body:
    sizes = np.array([len(part) for part in parts], dtype=np.int64)
    small = np.concatenate(parts) if parts else np.zeros((0, len(shift)), dtype=np.int8)
    height = np.concatenate(scales) if scales else np.zeros(0, dtype=np.float32)
    vectors = small.astype(np.float32) * height[:, None] - shift
    vectors[~small.any(axis=1)] = 0  # a sentence that was not read
    return Body(normalised(vectors), np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64), sizes)


def _weights(readings: Sequence[Reading], own: Corpus, other: Corpus) -> Values:
    """A phrase weighs what its tokens are rare on both sides."""
    ids = np.concatenate([each.ids for each in readings]) if readings else np.zeros((0, 1), dtype=np.int32)
    both = np.sqrt(own.token_rarity(ids) * other.token_rarity(ids)).sum(axis=1)
    result: Values = np.maximum(both.astype(np.float64), FLOOR)
    return result


def _best_forth(cosines: Array, body: Body) -> Values:
    """For each asking row its best cosine in each answering document, shape (rows, documents)."""
    result = np.zeros((len(cosines), len(body.sizes)), dtype=np.float64)
    full = body.sizes > 0
    if full.any() and len(cosines):
        result[:, full] = np.maximum.reduceat(cosines, body.starts[full], axis=1)
    return result


def _mean(values: Values, weights: Values) -> Values:
    """Weighted mean over rows."""
    if not len(values):
        return np.zeros(values.shape[1])
    result: Values = (values * weights[:, None]).sum(axis=0) / weights.sum()
    return result


def _means(values: NDArray[np.floating], weights: Values, body: Body) -> Values:
    """Weighted mean within each document."""
    result = np.zeros(len(body.sizes), dtype=np.float64)
    full = body.sizes > 0
    if full.any():
        total = np.add.reduceat(values.astype(np.float64) * weights, body.starts[full])
        result[full] = total / np.maximum(np.add.reduceat(weights, body.starts[full]), FLOOR)
    return result
