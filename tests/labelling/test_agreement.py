"""Agreement against values worked out by hand."""

import numpy as np
import pytest

from marketplace.labelling.agreement import agreement, quadratic_kappa


def test_kappa_by_hand() -> None:
    # Four pairs: (0,0) (1,1) (2,3) (3,3). Observed squared distances: 1 in all.
    # Margins: rows 1,1,1,1; columns 1,1,0,2. Expected: sum over i,j of (i-j)² · row_i · col_j / 4
    #   j=0: 0+1+4+9 = 14; j=1: 1+0+1+4 = 6; j=3: (9+4+1+0)·2 = 28. Together 48 / 4 = 12.
    # So kappa is eleven twelfths.
    found = agreement([(0, 0), (1, 1), (2, 3), (3, 3)])
    assert found.kappa == pytest.approx(11 / 12)
    assert found.equal == 0.75
    assert found.pairs == 4
    assert found.table == [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1]]


def test_kappa_of_cohens_two_grades_is_the_unweighted_one() -> None:
    # With only two neighbouring grades squares weigh as equality does: 20 and 15 equal, 5 and 10 unequal of 50.
    # Share equal 0.7; by chance 0.5·0.6 + 0.5·0.4 = 0.5; kappa = 0.2 / 0.5.
    table = np.zeros((4, 4), dtype=np.int64)
    table[:2, :2] = [[20, 5], [10, 15]]
    assert quadratic_kappa(table) == pytest.approx(0.4)


def test_chance_is_zero_and_opposition_negative() -> None:
    assert agreement([(0, 0), (0, 3), (3, 0), (3, 3)]).kappa == pytest.approx(0)
    assert agreement([(0, 3), (3, 0)]).kappa == pytest.approx(-1)


@pytest.mark.parametrize("grades", [[], [(2, 2)], [(0, 0), (0, 0)]])
def test_without_any_difference_there_is_no_kappa(grades: list[tuple[int, int]]) -> None:
    found = agreement(grades)
    assert (found.kappa, found.low, found.high) == (None, None, None)
    assert found.equal == (1.0 if grades else None)


def test_the_interval_holds_the_value_narrows_with_pairs_and_repeats() -> None:
    some = [(0, 0), (1, 1), (2, 3), (3, 3), (0, 1)]
    few, many = agreement(some), agreement(some * 20)
    bounds = [few.low, few.kappa, few.high, 1]
    assert None not in bounds
    assert bounds == sorted(bounds)
    assert many.high - many.low < few.high - few.low
    assert agreement(some) == few
