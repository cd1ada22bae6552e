"""One scenario against 10⁴, 10⁵ and 10⁶ capabilities under filters, beside pgvector, exact and HNSW, in one run.

RETRIEVAL_SIZES=10000,100000 runs the smaller ones only: most of the time goes into building the graph of a million.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

import django
import numpy as np

from benchmarks.markets import SELECTIVITIES, VALUES, Array, Market, Texts, asked, market, read_texts
from benchmarks.pgvector_peer import EF, Peer, peer
from benchmarks.report import Figure, show
from matching.engine.index.bits import BitIndex
from matching.engine.index.exact import ExactIndex
from matching.engine.index.protocol import Index, IndexCopy

SIZES = "10000,100000,1000000"
K = 10
BLOCK = 20_000
BLOCKS = 5
OURS, WALKS, SCANS = 60, 20, 4  # queries of a block; an exact scan of a million takes most of a second
LATENCIES = 1000  # queries over which the 99th percentile is taken
Ask = Callable[[int], list[int]]


@dataclass(slots=True)
class Measured:
    """Of one size and selectivity: milliseconds of each contender's blocks, and what they found."""

    ours: list[float] = field(default_factory=list)
    hnsw: list[float] = field(default_factory=list)
    exact: list[float] = field(default_factory=list)


def run() -> int:
    """Sizes in turn; contenders in alternating blocks, medians of the blocks."""
    django.setup()
    from django.core.management import call_command

    from matching.encoding import warm_encoder

    call_command("migrate", verbosity=0)
    texts = read_texts(warm_encoder())
    figures: list[Figure] = []
    for size in map(int, os.environ.get("RETRIEVAL_SIZES", SIZES).split(",")):
        figures += _size(texts, size)
    return show(figures)


def _size(texts: Texts, size: int) -> list[Figure]:
    rows = market(texts, size)
    mean = rows.vectors[:: max(1, size // 100_000)].astype(np.float32).mean(axis=0)
    index = BitIndex(mean)
    taken = _fill(index, rows)
    print(f"{size:,} rows: in memory in {taken:.1f} s, {index.size / max(1, len(index)):.0f} bytes a row", flush=True)
    figures = []
    with peer(rows, mean) as other:
        print(f"  HNSW built in {other.built_in:.0f} s, {other.size / 2**20:.0f} MiB", flush=True)
        truth = _truth(rows, mean, texts.asking)
        for name, facets in SELECTIVITIES.items():
            figures += _selectivity(f"{size:,}, {name}", index, other, texts.asking, truth[facets], facets)
    if size == max(map(int, SIZES.split(","))):
        figures.append(Figure(f"{size:,}, one edit, median", _edit(index, rows), 20.0, "ms"))
    return figures


def _fill(index: IndexCopy, rows: Market) -> float:
    began = time.perf_counter()
    for start in range(0, len(rows.vectors), BLOCK):
        end = min(start + BLOCK, len(rows.vectors))
        index.put(range(start, end), rows.vectors[start:end].astype(np.float32), rows.facts(start, end))
    return time.perf_counter() - began


def _truth(rows: Market, mean: Array, asking: Array) -> dict[int, list[list[int]]]:
    """By the number of facets asked for: the keys that exact search finds for each scenario."""
    exact = ExactIndex(mean)
    _fill(exact, rows)
    truth: dict[int, list[list[int]]] = {}
    for facets in SELECTIVITIES.values():
        truth[facets] = [[] for _direction in asking]
        for value in range(VALUES):  # scenarios with the same filter are asked together
            found = exact.search(asking[value::VALUES], K, asked(value, facets))
            truth[facets][value::VALUES] = [[int(key) for key in one.keys] for one in found]
    return truth


def _selectivity(
    name: str, index: Index, other: Peer, asking: Array, truth: list[list[int]], facets: int
) -> list[Figure]:
    def ours(number: int) -> list[int]:
        found = index.search(asking[number, None], K, asked(number, facets))
        return [int(key) for key in found[0].keys]

    def hnsw(number: int) -> list[int]:
        return other.hnsw(asking[number], K, number, facets)

    def exact(number: int) -> list[int]:
        return other.exact(asking[number], K, number, facets)

    measured = _alternate(ours, hnsw, exact, len(asking))
    every = range(len(asking))
    found = [ours(number) for number in every]
    short = sum(len(some) < len(wanted) for some, wanted in zip(found, truth, strict=True))
    walked = [hnsw(number) for number in every[:100]]
    mine, graph, scan = median(measured.ours), median(measured.hnsw), median(measured.exact)
    beside = f"HNSW ef {EF}: {graph:.2f} ms, recall {_recall(walked, truth[:100]):.3f}"
    figures = [
        Figure(f"{name}: lists shorter than {K}", short, 0, ""),
        Figure(f"{name}: recall@{K}", _recall(found, truth), 0.995, "", f"ours: {mine:.3f} ms", least=True),
        Figure(f"{name}: share of exact pgvector's time", mine / scan, 0.1, "×", f"exact: {scan:.2f} ms"),
        Figure(f"{name}: share of HNSW's time", mine / graph, 1.0, "×", beside),
    ]
    if len(index) >= 10**6:
        times = [_milliseconds(ours, n % len(asking)) for n in range(LATENCIES)]
        figures.append(Figure(f"{name}: 99th percentile", float(np.percentile(times, 99)), 20.0, "ms"))
    print("  measured", name, flush=True)
    return figures


def _alternate(ours: Ask, hnsw: Ask, exact: Ask, count: int) -> Measured:
    measured = Measured()
    for contender in (ours, hnsw, exact):
        contender(0)
    for block in range(BLOCKS):
        contenders = ((ours, measured.ours, OURS), (hnsw, measured.hnsw, WALKS), (exact, measured.exact, SCANS))
        for contender, times, queries in contenders:
            first = block * queries
            times.append(median(_milliseconds(contender, n % count) for n in range(first, first + queries)))
    return measured


def _recall(found: list[list[int]], truth: list[list[int]]) -> float:
    shares = [len({*some} & {*wanted}) / len(wanted) for some, wanted in zip(found, truth, strict=True) if wanted]
    return sum(shares) / len(shares)


def _edit(index: IndexCopy, rows: Market) -> float:
    def edit(number: int) -> list[int]:
        index.put([number], rows.vectors[number, None].astype(np.float32), rows.facts(number, number + 1))
        return []

    return median(_milliseconds(edit, number) for number in range(0, len(rows.vectors), len(rows.vectors) // 200))


def _milliseconds(ask: Ask, number: int) -> float:
    began = time.perf_counter()
    ask(number)
    return (time.perf_counter() - began) * 1000
