"""All pairs against every product written out; edits against doing all of it again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.allpairs import ROWS, UNIT, AllPairs, all_pairs, held_back, whole
from matching.engine.corpus import normalised

DIMENSION = 16


def _vectors(count: int, seed: int) -> np.ndarray:
    """Around a few centres, each third one twice, so that there are ties."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((5, DIMENSION))
    vectors = normalised((centres[rng.integers(5, size=count)] + rng.standard_normal((count, DIMENSION))) / 4)
    vectors[2::3] = vectors[1::3][: len(vectors[2::3])]
    return vectors


def _written_out(pairs: AllPairs, side: int, top: int) -> tuple[list[list[int]], list[list[float]]]:
    own, other = pairs.sides[side], pairs.sides[1 - side]
    values = own.vectors @ other.vectors.T - other.held_back
    places = [sorted(range(len(other)), key=lambda place: (-row[place], place))[:top] for row in values]
    scores = [
        [2 * (float(row[place]) - float(own.held_back[n])) / UNIT**2 for place in best]
        for n, (row, best) in enumerate(zip(values, places, strict=True))
    ]
    return places, scores


def _read(pairs: AllPairs, side: int) -> tuple[list[list[int]], list[list[float]]]:
    found = [pairs.best(side, place) for place in range(len(pairs.sides[side]))]
    return [places.tolist() for places, _scores in found], [scores.tolist() for _places, scores in found]


@pytest.mark.parametrize("sizes", [(1, 1), (3, 40), (120, 80), (ROWS * 2 + 5, 130), (90, 2 * 2048 + 3)])
@pytest.mark.parametrize("threads", [1, 2])
def test_both_ways_as_written_out(sizes: tuple[int, int], threads: int) -> None:
    pairs = all_pairs(_vectors(sizes[0], 1), _vectors(sizes[1], 2), top=12, threads=threads)
    for side in (0, 1):
        assert _read(pairs, side) == _written_out(pairs, side, 12)


def test_an_empty_side() -> None:
    pairs = all_pairs(_vectors(0, 1), _vectors(7, 2))
    assert pairs.best(1, 3)[0].tolist() == []
    assert pairs.replace(1, 3, _vectors(1, 5)[0]).tolist() == []


@settings(max_examples=40, deadline=None)
@given(
    edits=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 29), st.integers(0, 60)), min_size=1, max_size=8),
    top=st.integers(1, 35),
)
def test_an_edit_leads_where_all_of_it_again_leads(edits: list[tuple[int, int, int]], top: int) -> None:
    pairs = all_pairs(_vectors(30, 1), _vectors(45, 2), top=top)
    others = _vectors(61, 3)
    for side, place, vector in edits:
        before = _read(pairs, 1 - side)[0]
        changed = pairs.replace(side, place, others[vector])
        after = _read(pairs, 1 - side)[0]
        assert {n for n, (one, other) in enumerate(zip(before, after, strict=True)) if one != other} <= set(changed)
    for side in (0, 1):
        assert _read(pairs, side) == _written_out(pairs, side, top)


def test_sums_are_whole_and_hubs_are_the_nearest_ten() -> None:
    one, other = whole(_vectors(40, 1)), whole(_vectors(50, 2))
    products = one @ other.T
    assert np.array_equal(products, np.rint(products))
    assert np.array_equal(products, (one.astype(np.float64) @ other.astype(np.float64).T).astype(np.float32))
    nearest = np.sort(products, axis=1)[:, -10:].astype(np.float64)
    assert held_back(one, other).tolist() == np.rint(nearest.sum(axis=1) / 10 / 2).tolist()
    assert held_back(one, other[:0]).tolist() == [0.0] * 40


def test_a_score_is_twice_the_cosine_less_both_hubs() -> None:
    demands, supplies = _vectors(30, 1), _vectors(40, 2)
    pairs = all_pairs(demands, supplies)
    places, scores = pairs.best(0, 4)
    cosines = demands @ supplies.T
    hub = np.sort(cosines, axis=1)[:, -10:].mean(axis=1)
    back = np.sort(cosines, axis=0)[-10:].mean(axis=0)
    assert scores == pytest.approx(2 * cosines[4, places] - hub[4] - back[places], abs=5e-3)
