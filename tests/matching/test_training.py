"""Weights are compared on demands that they never saw, and on what came later; only the better is installed."""

from dataclasses import replace

import numpy as np
import pytest

from matching.engine.training import FOLDS, Lot, compare, fit_lots, fold_of
from tests.matching.learning import judged, weights_on

SEED = 7


def test_what_is_learnt_from_sense_is_installed() -> None:
    found = compare([judged(60, by="phrases_own", seed=SEED)], weights_on("words_own", -1.0))
    assert found.outcome == "installed"
    assert found.by_demand.asked == 60
    assert found.by_supply.asked == 8
    assert found.by_demand.after > found.by_demand.before
    assert found.by_demand.difference[1] > 0
    assert found.brier[1] < found.brier[0]
    assert found.later is None


def test_contradictory_marks_install_nothing() -> None:
    # Every second demand says the opposite of the others: no weights can serve both.
    lots = [judged(30, by="phrases_own", seed=1), judged(30, by="phrases_own", seed=2, turned=True, first=30)]
    assert compare(lots, weights_on("phrases_own", 2.0)).outcome == "not_better"


def test_noise_installs_nothing() -> None:
    assert compare([judged(60, by=None, seed=SEED)], weights_on("phrases_own", 1.0)).outcome == "not_better"


def test_the_same_again_is_not_better() -> None:
    lot = judged(60, by="phrases_own", seed=SEED)
    fitted = fit_lots([lot])
    assert fitted is not None
    assert compare([lot], fitted).outcome == "not_better"


def test_a_margin_is_held() -> None:
    lot = judged(60, by="phrases_own", seed=SEED)
    found = compare([lot], weights_on("words_own", -1.0))
    higher = found.by_demand.difference[1] + 0.001
    assert compare([lot], weights_on("words_own", -1.0), margin=higher).outcome == "not_better"


def test_few_demands_prove_nothing() -> None:
    assert compare([judged(6, by="phrases_own", seed=SEED)], weights_on("words_own", -1.0)).outcome == "too_little"


def test_what_holds_no_longer_is_found_by_time() -> None:
    # Until lately phrases were for a pair; among the latest demands they are against it.
    lots = [
        judged(80, by="phrases_own", seed=1),
        judged(28, by="phrases_own", seed=2, first=80, times=tuple(1000.0 + n for n in range(28))),
        judged(12, by="phrases_own", seed=3, first=108, turned=True, times=tuple(9000.0 + n for n in range(12))),
    ]
    found = compare(lots, weights_on("words_own", 0.1))
    assert found.by_demand.difference[1] > 0
    assert found.later is not None
    assert found.later.asked == 12
    assert found.later.difference[0] < 0
    assert found.outcome == "worse_later"


def test_the_time_split_learns_nothing_from_what_came_later() -> None:
    early = judged(28, by="phrases_own", seed=2, times=tuple(1000.0 + n for n in range(28)))
    late = judged(12, by="words_own", seed=3, first=28, times=tuple(9000.0 + n for n in range(12)))
    found = compare([early, late], weights_on("words_own", 1.0)).later
    assert found is not None
    # The standing weights know what matters lately. What was learnt early does not, and could only have it from there.
    assert (found.asked, found.before) == (12, 1.0)
    assert found.after < 0.8


def test_nobody_judged_is_learnt_from_and_never_measured() -> None:
    lot = judged(60, by="phrases_own", seed=SEED)
    known = lot.demand.examples.grades == 3
    alone = Lot(replace(lot.demand, judged=known), replace(lot.supply, judged=lot.supply.examples.grades == 3))
    fitted, same = fit_lots([alone]), fit_lots([lot])
    assert fitted is not None
    assert same is not None
    assert fitted.fingerprint == same.fingerprint
    assert compare([alone], weights_on("words_own", -1.0)).by_demand.asked == 0


def test_folds_are_by_demand_and_do_not_depend_on_the_others() -> None:
    assert {fold_of(f"d{n}") for n in range(200)} == set(range(FOLDS))
    assert [fold_of(f"d{n}") for n in range(20)] == [fold_of(f"d{n}") for n in range(20)]


@pytest.mark.parametrize("grade", [0, 3])
def test_lists_of_one_grade_are_not_counted(grade: int) -> None:
    lot = judged(60, by="phrases_own", seed=SEED)
    flat = [
        replace(view, examples=replace(view.examples, grades=np.full_like(view.examples.grades, grade)))
        for view in (lot.demand, lot.supply)
    ]
    found = compare([Lot(*flat)], weights_on("words_own", 1.0))
    assert (found.by_demand.asked, found.outcome) == (0, "too_little")


def test_without_anything_judged_there_are_no_weights() -> None:
    assert fit_lots([]) is None
