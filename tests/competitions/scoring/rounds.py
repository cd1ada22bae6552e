"""Rounds for tests: sheets from totals, with one criterion of a hundred points."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marketplace.competitions.scoring.table import Criterion, Round, Rules, Sheet

POINTS = Criterion("points", Decimal(100), Decimal(100))


def sheets_of(table: Mapping[str, Mapping[str, str | int]]) -> list[Sheet]:
    """From entry → judge → total out of 100."""
    return [
        Sheet(judge, entry, {"points": Decimal(str(value))})
        for entry, row in table.items()
        for judge, value in row.items()
    ]


def round_of(table: Mapping[str, Mapping[str, str | int]], **rules: Any) -> Round:
    """A round of one criterion, few drawings, with these rules."""
    return Round([POINTS], list(table), sheets_of(table), Rules(**{"resamples": 20, **rules}))
