"""The first stage: one document against the whole other side, by meaning and by words.

Nothing here reads texts: documents come as what `corpus` and `reading` keep of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matching.engine.corpus import HUB_SAMPLE, NEIGHBOURS, Array, Background, Corpus, hubness, normalised
from matching.engine.documents import Facets, Side
from matching.engine.reading import Reading
from matching.engine.words import Terms

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
    terms: Terms
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


class Arena:
    """Two sides that are compared, and what is computed of both once."""

    def __init__(self, demands: Corpus, supplies: Corpus, background: Background) -> None:
        self.demands = demands
        self.supplies = supplies
        self.background = background

    def sides(self, side: Side) -> tuple[Corpus, Corpus]:
        """The side of the asking document, and the one that answers."""
        return (self.demands, self.supplies) if side == "demand" else (self.supplies, self.demands)

    @cached_property
    def usual(self) -> dict[Side, Usual]:
        """Of the hubness-corrected cosine, for each side."""
        hubs: dict[Side, Array] = {
            "demand": hubness(self.demands, self.supplies),
            "supply": hubness(self.supplies, self.demands),
        }
        return {"demand": self._usual("demand", hubs), "supply": self._usual("supply", hubs)}

    def _usual(self, side: Side, hubs: dict[Side, Array]) -> Usual:
        own, other = self.sides(side)
        step = max(1, len(other) // HUB_SAMPLE)
        sample, held = other.centred[::step], hubs[opposite(side)][::step]
        mean, spread = np.zeros(len(own)), np.ones(len(own))
        for start in range(0, len(own), 4096):
            rows = slice(start, start + 4096)
            values = 2 * (own.centred[rows] @ sample.T) - held
            everything = np.concatenate([values, self._far(own.centred[rows], other, values)], axis=1)
            mean[rows], spread[rows] = everything.mean(axis=1), everything.std(axis=1)
        return Usual(hubs[side].astype(np.float64), mean - hubs[side], np.maximum(spread, 1e-6))

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
        far = self._far(centred[None], answering, values[None])[0]
        words = answering.words.scores(asking.terms).astype(np.float64)
        return FirstStage(
            cosine.astype(np.float64),
            values - nearest,
            standardised(values, far),
            words,
            standardised(words, np.zeros(len(far))),
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
        value = counts @ own.words.weigh(asking.terms)
        sample = own.words.weights[:: max(1, len(own) // WORD_SAMPLE)]
        usual = (counts @ sample.T).toarray() if sample.shape[0] else np.zeros((len(places), 0))
        everything = np.concatenate([usual, np.zeros((len(places), len(self.background.vectors)))], axis=1)
        result: Scores = (value - everything.mean(axis=1)) / np.maximum(everything.std(axis=1), 1e-6)
        return result


def opposite(side: Side) -> Side:
    """The other side."""
    return "supply" if side == "demand" else "demand"


def standardised(values: Scores, background: Scores) -> Scores:
    """Z-scores of values by the mean and spread of them and the background together; zero where nothing differs."""
    everything = np.concatenate([values, background])
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
