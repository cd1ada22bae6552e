"""Ten machines on this one: shards by hash of the key, merged answers, the slowest shard, and what a rebuild takes.

What is measured is measured here, one core at a time: rows split into ten shards and their answers merged, a whole
shard of a million rows, the rates at which an index is filled and pairs are compared. What is modelled says so: the
slowest of a hundred such shards is drawn from the latencies of the one, and the network is arithmetic. Times are
processor time, because a shard has a core of its own and what else runs here is not its neighbour.
SHARDS_ROWS=100000 runs it with smaller shards.
"""

import os
import time
import zlib
from collections.abc import Callable, Sequence
from heapq import merge
from itertools import islice
from statistics import median

import django
import numpy as np
from numpy.typing import NDArray

from benchmarks.markets import BLOCK, SELECTIVITIES, Array, Market, Texts, asked, market, read_texts
from benchmarks.report import Figure, show
from matching.engine.allpairs import all_pairs
from matching.engine.corpus import normalised
from matching.engine.index.bits import BitIndex
from matching.engine.index.exact import ExactIndex
from matching.engine.index.protocol import Allowed, Found, Index, IndexCopy, Key

ROWS = int(os.environ.get("SHARDS_ROWS", "1000000"))  # of a shard, which one core answers for
SPLIT = 10  # shards whose merged answers are compared with those of one index
TOTAL, MACHINES = 10**8, 10
SHARDS = TOTAL // 10**6
ASKING = 60
K = 200  # candidates that each shard sends for the second stage
QUERIES = 200
DRAWS = 20_000
CORES = 16  # of a machine, in the sums that the table prints; not of this one
GIGABIT = 125e6  # bytes a second


def run() -> int:
    """Correctness of the merge, then times, then the sums that docs/scaling.md quotes."""
    django.setup()
    from matching.encoding import warm_encoder

    texts = read_texts(warm_encoder())
    rows = market(texts, ROWS)
    mean = rows.vectors[::10].astype(np.float32).mean(axis=0)
    figures = _merging(texts, rows, mean)
    shard = BitIndex(mean)
    fill_rate = ROWS / _fill(shard, rows, np.arange(ROWS))
    figures += _latency(texts, shard)
    _sums(rows, fill_rate)
    return show(figures)


def shard_of(key: Key) -> int:
    """The shard that holds a row: the same on every machine and in every process."""
    return zlib.crc32(str(key).encode()) % SPLIT


def merged(answers: Sequence[Found], k: int) -> list[tuple[float, Key]]:
    """The best k of all shards: by score, then key, as one index would answer."""
    lists = ([(-score, key) for score, key in zip(one.scores.tolist(), one.keys, strict=True)] for one in answers)
    return [(-score, key) for score, key in islice(merge(*lists), k)]


def _fill(index: IndexCopy, rows: Market, keys: NDArray[np.int64]) -> float:
    """Put rows into an index; seconds."""
    taken = 0.0
    for start in range(0, len(keys), BLOCK):
        some = keys[start : start + BLOCK]
        vectors, facts = rows.vectors[some].astype(np.float32), [rows.facts(key, key + 1)[0] for key in some.tolist()]
        began = time.process_time()
        index.put(some.tolist(), vectors, facts)
        taken += time.process_time() - began
    return taken


def _merging(texts: Texts, rows: Market, mean: Array) -> list[Figure]:
    """Exact shards against one exact index, to the last digit; shards of bits by their recall."""
    keys = np.arange(min(ROWS, 100_000))
    homes = np.array([shard_of(key) for key in keys.tolist()])
    whole = ExactIndex(mean)
    _fill(whole, rows, keys)
    exact, bits = [ExactIndex(mean) for _n in range(SPLIT)], [BitIndex(mean) for _n in range(SPLIT)]
    for number in range(SPLIT):
        _fill(exact[number], rows, keys[homes == number])
        _fill(bits[number], rows, keys[homes == number])
    differing, recall = 0, []
    for number, direction in enumerate(texts.asking[:ASKING]):
        for facets in SELECTIVITIES.values():
            allowed = asked(number, facets)
            wanted = whole.search(direction[None], K, allowed)[0]
            differing += _ask(exact, direction, K, allowed) != merged([wanted], K)
            near = {key for _score, key in _ask(bits, direction, 10, allowed)}
            recall.append(len(near & set(wanted.keys[:10])) / max(1, len(wanted.keys[:10])))
    return [
        Figure(f"{SPLIT} exact shards: lists unlike one index's", differing, 0, ""),
        Figure(f"{SPLIT} shards of bits: recall@10", float(np.mean(recall)), 0.995, "", least=True),
    ]


def _ask(shards: Sequence[Index], direction: Array, k: int, allowed: Allowed) -> list[tuple[float, Key]]:
    return merged([shard.search(direction[None], k, allowed)[0] for shard in shards], k)


def _latency(texts: Texts, shard: BitIndex) -> list[Figure]:
    """One shard, the slowest of all, and the slowest when a second copy is asked after the 95th percentile."""
    directions = [texts.asking[n % len(texts.asking), None] for n in range(QUERIES)]
    times = np.array([_seconds(lambda one=one: shard.search(one, K)) for one in directions]) * 1000
    answers = [shard.search(one, K)[0] for one in directions[:MACHINES]]
    merging = median(_seconds(lambda: merged(answers, K)) for _time in range(50)) * 1000
    rng = np.random.default_rng(4)
    first, second = (rng.choice(times, (DRAWS, SHARDS)) for _copy in range(2))
    again = np.minimum(first, float(np.percentile(times, 95)) + second)
    for name, values in (
        (f"a shard of {ROWS:,} rows, {K} wanted, measured", times),
        (f"the slowest of {SHARDS}, model", first.max(axis=1)),
        (f"the slowest of {SHARDS}, late ones asked twice, model", again.max(axis=1)),
    ):
        print(f"{name}: p50 {np.percentile(values, 50):.1f} ms, p99 {np.percentile(values, 99):.1f} ms")
    # Each machine merges its own shards first, so that ten lists travel and not a hundred.
    print(f"merging {MACHINES} × {K}: {merging:.2f} ms; {MACHINES * K * 16 / 1024:.0f} KiB over the network in all")
    hedged = float(np.percentile(again.max(axis=1), 99))
    return [
        Figure(f"slowest of {SHARDS} shards, p99 (model)", hedged, 50.0, "ms"),
        Figure(f"merging {MACHINES} lists of {K}", merging, 5.0, "ms"),
    ]


def _sums(rows: Market, fill_rate: float) -> None:
    """What a hundred million documents take on ten machines, from the rates measured here."""
    width = rows.vectors.shape[1]
    away = normalised(rows.vectors[:30_000].astype(np.float32) - rows.vectors[:30_000].mean(axis=0, dtype=np.float32))
    all_pairs(away[:2000], away[2000:4000])
    taken = _seconds(lambda: all_pairs(away[:10_000], away[10_000:], threads=1))
    pairs = 10_000 * (len(away) - 10_000) / taken
    each = TOTAL / MACHINES
    row = 2 * width + width // 8
    print(f"filling an index: {fill_rate:,.0f} rows a second and core; comparing all pairs: {pairs / 1e6:,.0f} million")
    print(f"a machine of {each:,.0f} rows: {each * row / 1e9:.1f} GB of rows, {each * width / 8e9:.2f} GB of it bits")
    print(f"  filled by {CORES} cores in {each / fill_rate / CORES:.0f} s once the rows are there")
    print(f"  its vectors over 10 Gbit/s: {each * 2 * width / (10 * GIGABIT):.0f} s; read at 1 GB/s from disk: as many")
    for demands in (10**6, 10**7):
        hours = demands * (TOTAL - demands) / (pairs * CORES * MACHINES) / 3600
        print(f"  all pairs of {demands:,} and {TOTAL - demands:,}, {MACHINES} × {CORES} cores: {hours:,.1f} h")


def _seconds(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return time.process_time() - began
