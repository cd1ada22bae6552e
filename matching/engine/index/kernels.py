"""The loops over rows, compiled for the processor they run on: scanning bits, and exact products of a few rows.

Compiled at first use, a second or so, and kept on disk beside this file or in NUMBA_CACHE_DIR.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

Words = NDArray[np.uint64]
BLOCK = 256  # rows whose sums stay in the first cache while the words of a direction pass


def _counting(_context: Any, _word: Any) -> Any:
    """How many bits of a word are set: one instruction for eight words where the processor has it."""

    def generate(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        count = builder.module.declare_intrinsic("llvm.ctpop", [ir.IntType(64)])
        return builder.call(count, arguments)

    return types.uint64(types.uint64), generate


_ones: Any = intrinsic(_counting)


@njit(cache=True, nogil=True)
def scan(bits: Words, planes: Words, out: NDArray[np.uint16]) -> None:
    """Weighted distances of the first len(out) rows.

    `bits`: (words, rows), bit i of a row tells the sign of its component i. `planes`: (3, words), a direction in three
    bits a component. The distance is the sum over planes p of 2^p · (bits in which row and plane differ): the smaller,
    the larger the product of the direction with the row's signs.
    """
    sums = np.empty(BLOCK, dtype=np.uint64)
    for start in range(0, len(out), BLOCK):
        count = min(BLOCK, len(out) - start)
        sums[:] = 0
        for word in range(bits.shape[0]):
            low, middle, high = planes[0, word], planes[1, word], planes[2, word]
            column = bits[word, start : start + count]
            for row in range(count):
                signs = column[row]
                sums[row] += _ones(signs ^ low) + (_ones(signs ^ middle) << 1) + (_ones(signs ^ high) << 2)
        for row in range(count):
            out[start + row] = sums[row]


@njit(cache=True, nogil=True)
def scan_some(bits: Words, planes: Words, places: NDArray[np.uint32], first: int, out: NDArray[np.uint16]) -> None:
    """As `scan`, of the rows at `places`; the first row of `bits` stands at place `first`."""
    words = bits.shape[0]
    for n in range(len(places)):
        row = places[n] - np.uint32(first)
        total = np.uint64(0)
        for word in range(words):
            signs = bits[word, row]
            total += (
                _ones(signs ^ planes[0, word])
                + (_ones(signs ^ planes[1, word]) << 1)
                + (_ones(signs ^ planes[2, word]) << 2)
            )
        out[n] = total


@njit(cache=True, nogil=True)
def round_rows(vectors: NDArray[np.float32], mean: NDArray[np.float32], unit: float, out: NDArray[np.int16]) -> None:
    """Directions from the mean, of length `unit`, rounded to whole components; a vector of length zero stays zero."""
    away = np.empty(len(mean), dtype=np.float64)
    for row in range(len(vectors)):
        square = 0.0
        for component in range(len(mean)):
            away[component] = np.float64(vectors[row, component]) - np.float64(mean[component])
            square += away[component] * away[component]
        scale = unit / np.sqrt(square) if square > 0 else 0.0
        for component in range(len(mean)):
            out[row, component] = np.int16(np.rint(away[component] * scale))


@njit(cache=True, nogil=True)
def products(
    rows: NDArray[np.int16],
    direction: NDArray[np.int16],
    places: NDArray[np.uint32],
    first: int,
    out: NDArray[np.int32],
) -> None:
    """Whole products of a direction with the rows at `places`; the first of `rows` stands at place `first`.

    Both have a length of about 2^15, so that no sum passes 2^31.
    """
    for n in range(len(places)):
        row = rows[places[n] - np.uint32(first)]
        total = np.int32(0)
        for component in range(len(direction)):
            product = np.int32(np.int32(row[component]) * np.int32(direction[component]))
            total = np.int32(total + product)
        out[n] = total
