"""Rounding, stated once: the last step is half up (四舍五入), in decimal.

Totals of sheets are computed exactly, as fractions. What is averaged or solved from them is first rounded to nine
places, which takes away the noise of binary arithmetic, and then half up to the places stated.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOTAL_PLACES = 4
NOISE_PLACES = 9


def half_up(value: Decimal, places: int) -> Decimal:
    """Half away from zero, as people round."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def rounded(value: float, places: int) -> Decimal | None:
    """A computed figure as a decimal with stated places; None where there is none (NaN)."""
    if not np.isfinite(value):
        return None
    clean = Decimal(float(value)).quantize(Decimal(1).scaleb(-NOISE_PLACES), rounding=ROUND_HALF_EVEN)
    return half_up(clean, places) + 0  # no "-0.00"


def rounded_all(values: Iterable[float], places: int) -> list[Decimal | None]:
    """`rounded` for each."""
    return [rounded(value, places) for value in values]
