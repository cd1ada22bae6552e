"""The weights of the ranker: a small file with a version, so that every match can say what made it.

There are two views of a pair. Both are logistic models over `features.FEATURES`; the supply's view adds what the
company behind it wants. The score of the pair is the mean of the two logits, made a probability.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.documents import Side
from matching.engine.features import FEATURES
from matching.engine.structure import Agreement

Values = NDArray[np.float64]
# What a supplier's own wishes add to the logit of its view, when they are stated and not met.
PREFERENCES: Mapping[str, float] = {"wanted": -0.7, "contract": -0.7, "place": -1.0, "capacity": -1.5}


@dataclass(frozen=True)
class View:
    """probability = 1 / (1 + exp(-(bias + features · coefficients)))."""

    bias: float
    coefficients: Mapping[str, float]

    def logit(self, rows: Values) -> Values:
        """For features of shape (n, len(FEATURES)): shape (n,)."""
        result: Values = self.bias + rows @ np.array([self.coefficients[name] for name in FEATURES])
        return result

    def shares(self, row: Values) -> dict[str, float]:
        """What each feature of one pair adds to its logit."""
        return {
            name: round(float(value) * self.coefficients[name], 4) for name, value in zip(FEATURES, row, strict=True)
        }


@dataclass(frozen=True)
class Weights:
    """Two views, the wishes of suppliers, and the probability below which nothing fits."""

    version: str
    demand: View
    supply: View
    threshold: float
    preferences: Mapping[str, float] = field(default_factory=lambda: dict(PREFERENCES))
    record: Mapping[str, Any] = field(default_factory=dict)  # on what they were fitted, and how well

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change with any number."""
        numbers = {name: value for name, value in self.as_json().items() if name not in ("version", "record")}
        return hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:12]

    def view(self, side: Side) -> View:
        """Of the side that asks."""
        return self.demand if side == "demand" else self.supply

    def wishes(self, agreement: Agreement) -> float:
        """What the supplier's wishes add to the logit of its view."""
        unmet = {name: getattr(agreement, name) is False for name in self.preferences}
        return sum(value for name, value in self.preferences.items() if unmet[name])

    def as_json(self) -> dict[str, Any]:
        """A stable form."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Weights":
        """The reverse. Raises KeyError if a feature has no coefficient."""
        views = {
            side: View(
                float(content[side]["bias"]), {name: float(content[side]["coefficients"][name]) for name in FEATURES}
            )
            for side in ("demand", "supply")
        }
        return cls(
            content["version"],
            views["demand"],
            views["supply"],
            float(content["threshold"]),
            dict(content.get("preferences", PREFERENCES)),
            dict(content.get("record", {})),
        )


def probability(logit: Values) -> Values:
    """1 / (1 + exp(-logit)), never quite 0 or 1."""
    result: Values = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    return result


def load_weights(path: Path) -> Weights:
    """Read a file of weights."""
    return Weights.from_json(json.loads(path.read_text(encoding="utf-8")))


STANDING = Path(__file__).resolve().parent.parent / "weights" / "ranker.json"
