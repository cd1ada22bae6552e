"""Ranks one side for a document of the other: candidates by meaning and by words, features, calibrated probability."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.corpus import Corpus, hubness, normalised
from matching.engine.documents import MatchDocument
from matching.engine.structure import Agreement, compare
from matching.engine.terms import terms_of
from matching.engine.weights import FEATURES, Weights

Scores = NDArray[np.float64]
MEANING, WORDS = 0.7, 0.3  # convex fusion of z-scores; reciprocal ranks lost half the gain on every set tried
DEPTH = 100  # candidates that go into the second stage


@dataclass(frozen=True, slots=True)
class FirstStage:
    """Of every document of the answering side, for one asking document; arrays of shape (n,)."""

    meaning: Scores
    words: Scores
    cosine: Scores

    @property
    def fused(self) -> Scores:
        """The score that chooses candidates."""
        result: Scores = MEANING * self.meaning + WORDS * self.words
        return result


@dataclass(frozen=True, slots=True)
class Asking:
    """The document that asks: itself and its vector, of length one."""

    document: MatchDocument
    vector: NDArray[np.float32]


class Arena:
    """Two sides that are compared. Hubness of a side is computed once, when first needed."""

    def __init__(self, demands: Corpus, supplies: Corpus, background: NDArray[np.float32]) -> None:
        self.demands = demands
        self.supplies = supplies
        self._background = background
        self._hubness: dict[str, NDArray[np.float32]] = {}

    def sides(self, asking: MatchDocument) -> tuple[Corpus, Corpus]:
        """The side of the asking document, and the one that answers."""
        return (self.demands, self.supplies) if asking.side == "demand" else (self.supplies, self.demands)

    def hubness_of(self, answering: Corpus, asking: Corpus) -> NDArray[np.float32]:
        """See `corpus.hubness`."""
        key = "supply" if answering is self.supplies else "demand"
        if key not in self._hubness:
            self._hubness[key] = hubness(answering, asking)
        return self._hubness[key]

    def first_stage(self, asking: Asking) -> FirstStage:
        """Meaning and words against the whole answering side."""
        own, answering = self.sides(asking.document)
        centred = normalised(asking.vector - own.mean)
        cosine = (answering.centred @ centred).astype(np.float64)
        corrected = 2 * cosine - self.hubness_of(answering, own)
        words = answering.words(terms_of(asking.document.text)).astype(np.float64)
        far = (normalised(self._background - answering.mean) @ centred).astype(np.float64)
        # The background has no neighbours to be corrected by, and shares no words worth counting.
        usual = 2 * far - (float(cosine.mean()) if len(cosine) else 0.0)
        return FirstStage(standardised(corrected, usual), standardised(words, np.zeros(len(far))), cosine)


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
    for scores, share in ((stage.fused, depth), (stage.meaning, depth // 4), (stage.words, depth // 4)):
        count = min(share, len(scores))
        if count:
            chosen.update(np.argpartition(-scores, count - 1)[:count].tolist())
    return sorted(chosen, key=lambda place: (-round(float(stage.fused[place]), 9), answering.documents[place].ref))


def pair_features(stage: FirstStage, place: int, evidence: float, agreement: Agreement) -> NDArray[np.float64]:
    """One row of features in the order of `FEATURES`."""
    asked = agreement.requirements
    outcomes = [requirement.outcome for requirement in asked]
    values = {
        "meaning": stage.meaning[place],
        "words": stage.words[place],
        "cosine": stage.cosine[place],
        "evidence": evidence,
        "sector": _sign(agreement.sector),
        "modality": _sign(agreement.modality),
        "met": outcomes.count("met") / len(asked) if asked else 0.0,
        "missed": outcomes.count("missed") / len(asked) if asked else 0.0,
        "money": -1.0 if agreement.money is False else 0.0,
    }
    return np.array([values[name] for name in FEATURES], dtype=np.float64)


def _sign(agrees: bool | None) -> float:
    return 0.0 if agrees is None else 1.0 if agrees else -1.0


@dataclass(frozen=True, slots=True)
class Pair:
    """The sentences of a pair that met: their places in the two lists of passages, and their centred cosine."""

    asking: int
    answering: int
    cosine: float


def evidence_of(asking: NDArray[np.float32], answering: NDArray[np.float32], most: int = 3) -> tuple[float, list[Pair]]:
    """How well the sentences of one text are answered by those of another, and the pairs that met best.

    Both of shape (n, dimension), centred and of length one. The value is the mean over asking sentences of the best
    cosine, in [-1, 1]; 0 where a text has no sentence.
    """
    if not len(asking) or not len(answering):
        return 0.0, []
    cosines = asking @ answering.T
    best = cosines.argmax(axis=1)
    heights = cosines[np.arange(len(asking)), best]
    pairs: list[Pair] = []
    used: set[int] = set()
    for place in sorted(range(len(heights)), key=lambda n: (-round(float(heights[n]), 6), n)):
        if int(best[place]) not in used and len(pairs) < most:
            used.add(int(best[place]))
            pairs.append(Pair(place, int(best[place]), round(float(heights[place]), 4)))
    return float(heights.mean()), pairs


def agreement_of(asking: MatchDocument, answering: MatchDocument) -> Agreement:
    """The facets of a pair, whichever side asks."""
    demand, supply = (asking, answering) if asking.side == "demand" else (answering, asking)
    return compare(demand.facets, supply.facets)


def probabilities(weights: Weights, rows: Sequence[NDArray[np.float64]]) -> Scores:
    """Calibrated probabilities of rows of features."""
    if not rows:
        return np.zeros(0)
    return weights.probability(np.vstack(rows))
