"""A bundle beats the best single by its margin or is not shown; each partner is needed; order changes nothing."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.market.bundles import ANSWERED, COST, MARGIN, Bundle, Need, Offer, answered, best_bundles


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[Need], list[Offer]]:
    """Up to four needs, up to six offers of up to four owners."""
    count = draw(st.integers(0, 4))
    needs = [Need(str(n), draw(st.sampled_from([1.0, 0.3])), draw(st.booleans())) for n in range(count)]
    chance = st.integers(0, 20).map(lambda n: n / 20)
    offers = [
        Offer(f"c{n}", str(draw(st.integers(0, 3))), draw(st.lists(chance, min_size=count, max_size=count)))
        for n in range(draw(st.integers(0, 6)))
    ]
    return needs, offers


def _probability(needs: list[Need], offers: list[Offer]) -> float:
    product = 1.0
    for n, need in enumerate(needs):
        values = [offer.answers[n] for offer in offers]
        product *= (min(values) if need.each else max(values)) ** need.weight
    return product


@settings(max_examples=200, deadline=None)
@given(markets())
def test_what_is_shown_is_worth_it(market: tuple[list[Need], list[Offer]]) -> None:
    needs, offers = market
    by_ref = {offer.ref: offer for offer in offers}
    for bundle in best_bundles(needs, offers):
        members = [by_ref[ref] for ref in bundle.members]
        assert bundle.probability == pytest.approx(_probability(needs, members))
        assert 0.0 <= bundle.probability <= 1.0
        best = max(_probability(needs, [offer]) for offer in offers)
        assert bundle.single_probability == pytest.approx(best)
        assert bundle.value >= best + MARGIN - 1e-12
        assert len({member.owner for member in members}) == len(members)
        takers = {taker for taker in bundle.takes if taker is not None}
        assert takers == set(range(len(members)))


@settings(max_examples=100, deadline=None)
@given(markets())
def test_no_better_bundle_was_overlooked(market: tuple[list[Need], list[Offer]]) -> None:
    needs, offers = market
    found = best_bundles(needs, offers)
    best = max((_probability(needs, [offer]) for offer in offers), default=0.0)
    values = []
    for size in (2, 3):
        for members in combinations(offers, size):
            alone = all(
                any(
                    not need.each
                    and member.answers[n] >= ANSWERED
                    and all(other.answers[n] < ANSWERED for other in members if other is not member)
                    for n, need in enumerate(needs)
                )
                for member in members
            )
            if alone and len({member.owner for member in members}) == size:
                values.append(_probability(needs, list(members)) - COST * (size - 1))
    top = max(values, default=0.0)
    if top >= best + MARGIN + 1e-9:
        assert found[0].value == pytest.approx(top)
    else:
        assert not found or found[0].value == pytest.approx(top)


@settings(max_examples=60, deadline=None)
@given(markets(), st.randoms(use_true_random=False))
def test_the_order_of_offers_changes_nothing(market: tuple[list[Need], list[Offer]], chance: st.DataObject) -> None:
    needs, offers = market
    found = best_bundles(needs, offers)
    chance.shuffle(offers)  # type: ignore[attr-defined]  # hypothesis's own random.Random
    assert best_bundles(needs, offers) == found


NEEDS = [Need("speech"), Need("dialect"), Need("on-premises", each=True)]


def test_who_takes_what() -> None:
    offers = [Offer("a", "甲", [0.9, 0.1, 1.0]), Offer("b", "乙", [0.2, 0.8, 0.9]), Offer("c", "丙", [0.6, 0.3, 1.0])]
    (first, *_rest) = best_bundles(NEEDS, offers)
    assert first == Bundle(("a", "b"), pytest.approx(0.9 * 0.8 * 0.9), (0, 1, None), "c", pytest.approx(0.18))


def test_a_condition_binds_every_partner() -> None:
    offers = [Offer("a", "甲", [0.9, 0.1, 1.0]), Offer("b", "乙", [0.2, 0.8, 0.02])]
    assert best_bundles(NEEDS, offers) == []


def test_one_firm_is_no_bundle_of_itself() -> None:
    offers = [Offer("a", "甲", [0.9, 0.1, 1.0]), Offer("b", "甲", [0.2, 0.8, 1.0])]
    assert best_bundles(NEEDS, offers) == []


def test_a_good_single_needs_no_partner() -> None:
    offers = [Offer("a", "甲", [0.95, 0.9, 1.0]), Offer("b", "乙", [0.2, 0.99, 1.0])]
    assert best_bundles(NEEDS, offers) == []


def test_nothing_to_choose_from() -> None:
    assert best_bundles([], [Offer("a", "甲", []), Offer("b", "乙", [])]) == []
    assert best_bundles(NEEDS, []) == []


def test_closer_sentences_answer_more_probably() -> None:
    values = answered([-1.0, 0.1, 0.25, 0.35, 0.5, 1.0])
    assert (np.diff(values) > 0).all()
    assert values[0] < 0.001 < 0.99 < values[-1]
