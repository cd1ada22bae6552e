"""Our measures against a reference library, and against a case by hand."""

import random

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from matching.engine.metrics import calibration, interval, ndcg, recall, reciprocal_rank, separation

NDCG = nDCG(gains={0: 0, 1: 1, 2: 3, 3: 7}) @ 10  # 2^grade - 1


def test_agrees_with_the_reference_library() -> None:
    chance = random.Random(7)  # noqa: S311  # a test's own numbers
    refs = [f"d{n:03d}" for n in range(60)]
    for _case in range(20):
        grades = {ref: chance.choice([0, 0, 0, 1, 2, 3]) for ref in refs}
        ranked = chance.sample(refs, 60)
        run = [ir_measures.ScoredDoc("q", ref, 1000 - place) for place, ref in enumerate(ranked)]
        qrels = [ir_measures.Qrel("q", ref, grade) for ref, grade in grades.items()]
        theirs = ir_measures.calc_aggregate([NDCG, RR(rel=2), R(rel=2) @ 10], qrels, run)
        assert ndcg(ranked, grades) == pytest.approx(theirs[NDCG], abs=1e-4)
        assert reciprocal_rank(ranked, grades) == pytest.approx(theirs[RR(rel=2)])
        assert recall(ranked, grades, 10) == pytest.approx(theirs[R(rel=2) @ 10])


def test_by_hand() -> None:
    assert ndcg(["b", "a"], {"a": 3}) == pytest.approx(0.63093, abs=1e-5)
    assert ndcg(["b"], {}) == 0


def test_interval_of_equal_values_is_a_point() -> None:
    assert interval([0.5, 0.5]) == [0.5, 0.5, 0.5]
    assert interval([]) == [0.0, 0.0, 0.0]


def test_calibration_of_certain_and_right_predictions_is_perfect() -> None:
    assert calibration([1.0, 0.0], [True, False]) == {"ece": 0.0, "brier": 0.0}
    assert calibration([1.0, 1.0], [True, False]) == {"ece": 0.5, "brier": 0.5}


def test_separation_is_null_where_every_query_has_an_answer() -> None:
    assert separation([0.9, 0.1], [True, True]) is None
    assert separation([0.9, 0.1], [True, False]) == 1.0
    assert separation([0.5, 0.5], [True, False]) == 0.5
