"""Judged pairs made of numbers, for tests of learning."""

import numpy as np

from matching.engine.features import FEATURES
from matching.engine.learning import Examples
from matching.engine.training import Lot, Values, View
from matching.engine.weights import View as Coefficients
from matching.engine.weights import Weights

CANDIDATES = 8
USED = ("meaning", "words_own", "phrases_own")  # the others are 0 everywhere


def judged(
    demands: int, *, by: str | None, seed: int, turned: bool = False, first: int = 0, times: tuple[float, ...] = ()
) -> Lot:
    """Eight candidates of each demand. Two are graded 3: those with the most (`turned`: least) of a feature, or any.

    `times`: one for each demand; unknown where there are none.
    """
    chance = np.random.default_rng(seed)
    count = demands * CANDIDATES
    features = np.zeros((count, len(FEATURES)))
    for name in USED:
        features[:, FEATURES.index(name)] = chance.normal(size=count)
    column = None if by is None else features[:, FEATURES.index(by)] * (-1 if turned else 1)
    grades = np.zeros(count, dtype=np.int64)
    for start in range(0, count, CANDIDATES):
        places = chance.permutation(CANDIDATES) if column is None else np.argsort(-column[start : start + CANDIDATES])
        grades[start + places[:2]] = 3
    asked = [f"d{first + n}" for n in range(demands) for _place in range(CANDIDATES)]
    offered = [f"s{place}" for _n in range(demands) for place in range(CANDIDATES)]
    at = np.repeat(np.array(times), CANDIDATES) if times else np.full(count, np.nan)
    by_demand = _view(features, grades, asked, offered, at)
    turn = np.argsort(offered, kind="stable")
    by_supply = _view(
        features[turn], grades[turn], [offered[n] for n in turn], [asked[n] for n in turn], at[turn]
    )  # fmt: skip
    return Lot(by_demand, by_supply)


def _view(features: Values, grades: Values, askers: list[str], others: list[str], times: Values) -> View:
    numbers = {name: n for n, name in enumerate(dict.fromkeys(askers))}
    examples = Examples(
        features,
        features,
        grades.astype(np.int64),
        np.array([numbers[name] for name in askers], dtype=np.int64),
        np.full(len(grades), 1 / len(numbers)),
    )
    return View(examples, askers, others, np.ones(len(grades), dtype=bool), times)


def weights_on(feature: str, value: float) -> Weights:
    """Weights that look at one feature only, in both views."""
    view = Coefficients(-1.0, {name: value if name == feature else 0.0 for name in FEATURES})
    return Weights("test", view, view, 0.5)
