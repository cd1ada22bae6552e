"""The first stage: one document against the whole other side, by meaning and by words.

Nothing here reads texts: documents come as what `corpus` and `reading` keep of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine.corpus import HUB_SAMPLE, NEIGHBOURS, Array, Background, Corpus, Entry, hubness, normalised
from matching.engine.documents import Facets, Side
from matching.engine.reading import Reading
from matching.engine.terms import Counted
from matching.engine.words import Terms, Vocabulary

Scores = NDArray[np.float64]
Places = NDArray[np.int64]
MEANING, WORDS = 0.7, 0.3  # convex fusion of z-scores; reciprocal ranks lost half the gain on every set tried
DEPTH = 100  # candidates that go into the second stage
WORD_SAMPLE = 256  # documents against which the usual BM25 of an answering document is measured


@dataclass(frozen=True, slots=True)
class Asking:
    """The document that asks. It may stand in its corpus, or be a draft that stands nowhere yet."""

    ref: str
    side: Side
    facets: Facets
    counted: Counted
    reading: Reading


@dataclass(frozen=True, slots=True)
class FirstStage:
    """Of every document of the answering side, for one asking document; arrays of shape (n,)."""

    cosine: Scores  # centred, in [-1, 1]
    meaning: Scores  # twice the cosine less the hubness of both
    meaning_z: Scores
    words: Scores  # BM25
    words_z: Scores

    @property
    def fused(self) -> Scores:
        """The score that chooses candidates."""
        result: Scores = MEANING * self.meaning_z + WORDS * self.words_z
        return result


@dataclass(frozen=True, slots=True)
class Usual:
    """What a score usually is for each document of a side when it asks: hubness, mean and spread, shape (n,)."""

    hub: Scores
    mean: Scores
    spread: Scores

    def followed_by(self, more: "Usual") -> "Usual":
        """With those of documents that stand behind."""
        pairs = ((self.hub, more.hub), (self.mean, more.mean), (self.spread, more.spread))
        return Usual(*(np.concatenate(pair) for pair in pairs))


class Arena:
    """Two sides that are compared, and what is computed of both once."""

    def __init__(
        self,
        demands: Corpus,
        supplies: Corpus,
        background: Background,
        vocabulary: Vocabulary,
        usual: "Mapping[Side, Usual] | None" = None,
    ) -> None:
        """`vocabulary`: that of both sides. `usual`: where it is known already."""
        self.demands = demands
        self.supplies = supplies
        self.background = background
        self.vocabulary = vocabulary
        self._known = usual

    def sides(self, side: Side) -> tuple[Corpus, Corpus]:
        """The side of the asking document, and the one that answers."""
        return (self.demands, self.supplies) if side == "demand" else (self.supplies, self.demands)

    def terms(self, asking: Asking) -> Terms:
        """The terms of a document as both sides hold them."""
        return self.vocabulary.terms(asking.counted)

    @cached_property
    def usual(self) -> Mapping[Side, Usual]:
        """Of the hubness-corrected cosine, for each side."""
        if self._known is not None:
            return self._known
        hubs: dict[Side, Array] = {
            "demand": hubness(self.demands.centred, self.supplies),
            "supply": hubness(self.supplies.centred, self.demands),
        }
        return {
            "demand": self._usual(self.demands.centred, hubs["demand"], self.supplies, hubs["supply"]),
            "supply": self._usual(self.supplies.centred, hubs["supply"], self.demands, hubs["demand"]),
        }

    def extended(self, side: Side, entries: Sequence[Entry], vocabulary: Vocabulary) -> "Arena":
        """With more documents on one side, and the vocabulary of all; what is usual of the others stays."""
        own, other = self.sides(side)
        longer = own.extended(entries, len(vocabulary))
        added = longer.centred[len(own) :]
        more = self._usual(added, hubness(added, other), other, self.usual[opposite(side)].hub)
        usual = {**self.usual, side: self.usual[side].followed_by(more)}
        demands, supplies = (longer, other) if side == "demand" else (other, longer)
        return Arena(demands, supplies, self.background, vocabulary, usual)

    def _usual(self, centred: Array, hub: Array | Scores, other: Corpus, held: Array | Scores) -> Usual:
        """Of documents of one side; `hub` is theirs, `held` that of the other side."""
        step = max(1, other.basis // HUB_SAMPLE)
        sample, held = other.centred[: other.basis : step], held[: other.basis : step]
        mean, spread = np.zeros(len(centred)), np.ones(len(centred))
        for start in range(0, len(centred), 4096):
            rows = slice(start, start + 4096)
            values = (2 * (centred[rows] @ sample.T) - held).astype(np.float32)
            everything = np.concatenate([values, self._far(centred[rows], other, values)], axis=1)
            mean[rows], spread[rows] = everything.mean(axis=1), everything.std(axis=1)
        return Usual(hub.astype(np.float64), mean - hub, np.maximum(spread, 1e-6))

    def _far(self, centred: Array, other: Corpus, values: NDArray[np.floating]) -> Array:
        """The same values against the background, which has no neighbours to be corrected by."""
        usual = values.mean(axis=1, keepdims=True) / 2 if values.shape[1] else 0.0
        result: Array = 2 * (centred @ normalised(self.background.vectors - other.mean).T) - usual
        return result

    def first_stage(self, asking: Asking) -> FirstStage:
        """Meaning and words against the whole answering side."""
        own, answering = self.sides(asking.side)
        centred = normalised(asking.reading.vector - own.mean)
        cosine = answering.centred @ centred
        values = 2 * cosine - self.usual[opposite(asking.side)].hub
        near = min(NEIGHBOURS, len(cosine))
        nearest = float(np.partition(cosine, -near)[-near:].mean()) if near else 0.0
        basis = answering.basis
        far = self._far(centred[None], answering, values[None, :basis])[0]
        words = answering.words.scores(self.terms(asking)).astype(np.float64)
        return FirstStage(
            cosine.astype(np.float64),
            values - nearest,
            standardised(values, far, basis),
            words,
            standardised(words, np.zeros(len(far)), basis),
        )

    def meaning_seen_from(self, side: Side, places: Places, meaning: Scores) -> Scores:
        """`FirstStage.meaning` of some answering documents of that side, relative to what is usual for each."""
        usual = self.usual[side]
        result: Scores = (meaning - usual.mean[places]) / usual.spread[places]
        return result

    def words_asked_back(self, asking: Asking, places: Places) -> Scores:
        """BM25 of the asking document for the words of each answering one, relative to what is usual for each."""
        own, answering = self.sides(asking.side)
        counts = answering.words.counts[places]
        value = counts @ own.words.weigh(self.terms(asking), counts.shape[1])
        sample = own.words.weights_over(counts.shape[1])[: own.basis : max(1, own.basis // WORD_SAMPLE)]
        usual = (counts @ sample.T).toarray() if sample.shape[0] else np.zeros((len(places), 0))
        everything = np.concatenate([usual, np.zeros((len(places), len(self.background.vectors)))], axis=1)
        result: Scores = (value - everything.mean(axis=1)) / np.maximum(everything.std(axis=1), 1e-6)
        return result


def opposite(side: Side) -> Side:
    """The other side."""
    return "supply" if side == "demand" else "demand"


def standardised(values: Scores, background: Scores, basis: int) -> Scores:
    """Z-scores by the mean and spread of the first `basis` values and the background; zero where nothing differs."""
    everything = np.concatenate([values[:basis], background])
    spread = float(everything.std()) if len(everything) else 0.0
    result: Scores = (values - everything.mean()) / spread if spread > 1e-9 else np.zeros_like(values)
    return result


def order(scores: Scores, refs: Sequence[str]) -> list[int]:
    """Places by falling score; equal scores by reference, so that the order never depends on chance."""
    rounded = np.round(scores, 9)
    return sorted(range(len(refs)), key=lambda place: (-rounded[place], refs[place]))


def candidates(stage: FirstStage, answering: Corpus, depth: int = DEPTH) -> list[int]:
    """The places that go into the second stage: the best by the fusion, by meaning alone and by words alone."""
    chosen: set[int] = set()
    for scores, share in ((stage.fused, depth), (stage.meaning_z, depth // 4), (stage.words_z, depth // 4)):
        count = min(share, len(scores))
        if count:
            chosen.update(np.argpartition(-scores, count - 1)[:count].tolist())
    return sorted(chosen, key=lambda place: (-round(float(stage.fused[place]), 9), answering.refs[place]))
