"""The weights of the ranker: a small file with a version, so that every match can say what made it."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FEATURES = (
    "meaning",  # z-score of the hubness-corrected centred cosine among all candidates
    "words",  # z-score of BM25 among all candidates
    "cosine",  # centred cosine itself, in [-1, 1]
    "evidence",  # mean over the asking sentences of the best centred cosine to an answering one
    "sector",  # +1 sectors meet, -1 they do not, 0 unknown
    "modality",
    "met",  # share of requirements that the supply states it meets
    "missed",  # share that it states it misses
    "money",  # -1 when the price lies above the budget
)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model: probability = 1 / (1 + exp(-(bias + features · coefficients)))."""

    version: str
    bias: float
    coefficients: dict[str, float]

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits."""
        content = json.dumps([self.bias, sorted(self.coefficients.items())])
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def probability(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """For features of shape (n, len(FEATURES)): probabilities that a judge would say 2 or 3, shape (n,)."""
        logit = self.bias + features @ np.array([self.coefficients[name] for name in FEATURES])
        result: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
        return result

    def shares(self, features: NDArray[np.float64]) -> dict[str, float]:
        """What each feature of one pair adds to its logit."""
        return {
            name: round(float(value) * self.coefficients[name], 4)
            for name, value in zip(FEATURES, features, strict=True)
        }


def load_weights(path: Path) -> Weights:
    """Read a file of weights. Raises KeyError if a feature has no coefficient."""
    content = json.loads(path.read_text(encoding="utf-8"))
    coefficients = {name: float(content["coefficients"][name]) for name in FEATURES}
    return Weights(content["version"], float(content["bias"]), coefficients)


STANDING = Path(__file__).resolve().parent.parent / "weights" / "ranker.json"
