"""Amounts, lists and dates in the words of each language."""

from decimal import Decimal

import pytest
from django.utils import translation

from marketplace.web.templatetags.marketplace import listed, money_range, money_wan, points, signed


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        (Decimal("35"), "35 万元", "CNY 350,000"),
        (Decimal("0.5"), "0.5 万元", "CNY 5,000"),
        (Decimal("12000"), "1.2 亿元", "CNY 120 million"),
        (None, "", ""),
    ],
)
def test_money(amount: Decimal | None, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert money_wan(amount) == chinese
    with translation.override("en"):
        assert money_wan(amount) == english


@pytest.mark.parametrize(
    ("low", "high", "chinese", "english"),
    [
        ("60", "200", "60–200 万元", "CNY 600,000 – CNY 2 million"),
        ("500", "12000", "500 万元–1.2 亿元", "CNY 5 million – CNY 120 million"),
    ],
)
def test_range(low: str, high: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert money_range(Decimal(low), Decimal(high)) == chinese
    with translation.override("en"):
        assert money_range(Decimal(low), Decimal(high)) == english


def test_list() -> None:
    with translation.override("en"):
        assert listed(["a", "b"]) == "a, b"
    with translation.override("zh-hans"):
        assert listed(["甲", "乙"]) == "甲、乙"


@pytest.mark.parametrize(("value", "shown"), [(1.84, "+1.8"), (-0.91, "−0.9"), (-0.04, "0.0"), (0.0, "0.0")])
def test_additions_have_a_sign_unless_they_round_to_nothing(value: float, shown: str) -> None:
    assert signed(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0.124, "+12"), (-0.031, "−3"), (-0.004, "0")])
def test_differences_of_shares_are_told_in_points(value: float, shown: str) -> None:
    assert points(value) == shown
