"""Weights: what they say, that they survive being written, and that fitting learns what is there to learn."""

import json
from dataclasses import replace

import numpy as np
import pytest

from matching.engine.documents import Facets
from matching.engine.features import FEATURES
from matching.engine.learning import BOUNDS, Examples, fit, joined, scores
from matching.engine.structure import compare
from matching.engine.weights import STANDING, Weights, load_weights


def _examples(seed: int, *, answers: bool = True) -> Examples:
    """Questions of ten pairs; “meaning” and a missed requirement decide."""
    chance = np.random.default_rng(seed)
    rows = chance.normal(size=(400, len(FEATURES)))
    rows[:, FEATURES.index("missed")] = chance.integers(0, 2, size=400)
    logit = 3 * rows[:, FEATURES.index("meaning")] - 4 * rows[:, FEATURES.index("missed")] - 1
    grades = np.where(logit + chance.logistic(size=400) > 0, 3, 0) if answers else np.zeros(400, dtype=int)
    return Examples(rows, rows.copy(), grades.astype(np.int64), np.repeat(np.arange(40), 10), np.full(400, 1 / 40))


def test_standing_weights_survive_being_written() -> None:
    standing = load_weights(STANDING)
    again = Weights.from_json(json.loads(json.dumps(standing.as_json())))
    assert again == standing
    assert again.fingerprint == standing.fingerprint


def test_any_number_changes_the_fingerprint_and_a_name_does_not() -> None:
    standing = load_weights(STANDING)
    assert replace(standing, threshold=0.123).fingerprint != standing.fingerprint
    assert replace(standing, version="another").fingerprint == standing.fingerprint


def test_a_feature_without_coefficient_is_refused() -> None:
    content = load_weights(STANDING).as_json()
    del content["demand"]["coefficients"]["met"]
    with pytest.raises(KeyError):
        Weights.from_json(content)


def test_fitting_finds_what_decides_and_is_calibrated() -> None:
    part = _examples(1)
    weights = fit({"demand": part, "supply": part}, version="test")
    coefficients = weights.demand.coefficients
    strongest = max((name for name in FEATURES if name != "missed"), key=lambda name: coefficients[name])
    assert strongest == "meaning"
    assert coefficients["missed"] < -0.8
    held = _examples(2)
    chances = scores(weights, held, "demand")
    assert abs(chances.mean() - (held.grades >= 2).mean()) < 0.06
    assert weights.record["demand"] == {"pairs": 400, "answers": int((part.grades >= 2).sum())}


def test_no_coefficient_leaves_its_bounds() -> None:
    part = _examples(3)
    turned = replace(part, grades=np.where(part.grades > 0, 0, 3))  # a world in which everything is upside down
    weights = fit({"demand": turned, "supply": turned}, version="test")
    for name, (low, high) in BOUNDS.items():
        value = weights.demand.coefficients[name]
        assert low is None or value >= 0
        assert high is None or value <= 0


def test_joined_collections_keep_their_questions_apart() -> None:
    one, other = _examples(4), _examples(5)
    assert len(np.unique(joined([one, other]).groups)) == 80


def test_wishes_of_the_supplier_only_count_when_stated_and_unmet() -> None:
    standing = load_weights(STANDING)
    demand = Facets(sectors=frozenset(["health"]), money_high=50)
    silent = compare(demand, Facets())
    assert standing.wishes(silent) == 0
    unwilling = compare(demand, Facets(wanted_sectors=frozenset(["nev"]), contract_low=100, capacity=0))
    assert standing.wishes(unwilling) == pytest.approx(
        sum(standing.preferences[name] for name in ("wanted", "contract", "capacity"))
    )
