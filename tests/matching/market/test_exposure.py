"""Gini against its definition; a re-ranking that meets its wish, within its bound, at the cost it states."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.market.exposure import DEPTH, Lists, Wish, exposure, gini, losses, reorder, rerank


@given(st.lists(st.floats(0, 100), min_size=1, max_size=30))
def test_gini_is_the_mean_difference_of_all_pairs(values: list[float]) -> None:
    array = np.array(values)
    if array.sum() < 1e-3:
        return
    pairs = np.abs(array[:, None] - array[None, :]).sum()
    assert gini(array) == pytest.approx(pairs / (2 * len(array) * array.sum()), abs=1e-9)


def test_gini_of_all_alike_of_one_and_of_nothing() -> None:
    assert gini(np.ones(7)) == pytest.approx(0.0)
    assert gini(np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.75)
    assert gini(np.zeros(5)) == 0.0


def _market(seed: int, lists: int = 40, suppliers: int = 30) -> Lists:
    draw = np.random.default_rng(seed)
    liked = draw.random(suppliers) * 0.3
    scores = np.clip(draw.random((lists, suppliers)) * 0.6 + liked, 0, 1)
    rows = [[(n, float(score)) for n, score in enumerate(row) if score > 0.3] for row in scores]
    return Lists.of(rows, [n % 3 == 0 for n in range(suppliers)])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.2, 0.3, None]), st.sampled_from([None, 0.35, 0.45]))
def test_reranking_meets_its_wish_or_says_so(seed: int, target: float | None, share: float | None) -> None:
    lists = _market(seed)
    found = rerank(lists, Wish(gini=target, small_share=share, limit=0.04))
    assert np.array_equal(found.after.seen, exposure(lists, found.order).seen)
    assert found.worst <= 0.04 + 1e-9
    assert 0.0 <= found.loss <= found.worst
    if found.met:
        assert target is None or found.after.gini <= target
        assert share is None or found.after.small_share >= share
    assert np.isclose(found.after.seen.sum(), found.before.seen.sum())
    assert (np.sort(found.order, axis=1) == np.arange(found.order.shape[1])).all()


def test_a_wish_that_holds_already_changes_nothing() -> None:
    lists = _market(1)
    found = rerank(lists, Wish(gini=0.99, small_share=0.01))
    assert (found.loss, found.met, found.prices.any()) == (0.0, True, False)
    assert (found.order == np.arange(found.order.shape[1])).all()


def test_the_cost_grows_with_the_wish() -> None:
    lists = _market(2)
    costs = [rerank(lists, Wish(gini=target)).loss for target in (0.3, 0.2, 0.1)]
    assert costs == sorted(costs)
    assert costs[-1] > 0


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=20), st.integers(0, 1000), st.floats(0, 0.2))
def test_no_list_loses_more_than_its_limit(scores: list[float], seed: int, limit: float) -> None:
    row = np.array([sorted(scores, reverse=True)])
    prices = np.random.default_rng(seed).normal(size=row.shape)
    order = reorder(row, prices, limit)
    assert losses(row, order)[0] <= limit + 1e-9


def test_places_without_an_entry_stay_at_the_end() -> None:
    lists = Lists.of([[(0, 0.9), (1, 0.8)], [(0, 0.7)], []], [True, False])
    assert lists.suppliers.shape == (3, DEPTH)
    found = rerank(lists, Wish(gini=0.0, limit=1.0))
    shown = np.take_along_axis(lists.suppliers, found.order, axis=1)
    assert (shown[2] == -1).all()
    assert shown[1].tolist() == [0] + [-1] * (DEPTH - 1)


def test_an_empty_market() -> None:
    found = rerank(Lists.of([], []), Wish(gini=0.3))
    assert (found.before.gini, found.loss, found.met) == (0.0, 0.0, True)
