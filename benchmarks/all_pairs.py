"""Everything against everything, top 50 both ways, by blocked products, beside a loop of one query per document."""

import resource
import time
from collections.abc import Callable
from statistics import median

import django
import numpy as np

from benchmarks.markets import Array, Market, Texts, market, read_texts
from benchmarks.pgvector_peer import peer
from benchmarks.report import Figure, show
from matching.engine.allpairs import TOP, AllPairs, all_pairs
from matching.engine.corpus import normalised
from matching.engine.index.exact import ExactIndex

DEMANDS, SUPPLIES, MANY = 10_000, 10_000, 100_000
BLOCKS = 3
SAMPLE = 40  # queries of the loop in a block, scaled to one per document of both sides
EDITS = 20


def run() -> int:
    """The pass and samples of the loops in alternating blocks; then ten times as many supplies; then edits."""
    django.setup()
    from django.core.management import call_command

    from matching.encoding import warm_encoder

    call_command("migrate", verbosity=0)
    texts = read_texts(warm_encoder())
    demands, rows = _away(market(texts, DEMANDS, seed=2), texts), market(texts, MANY, seed=1)
    supplies = _away(rows, texts)
    all_pairs(demands[:2000], supplies[:2000])  # compiles
    figures = _beside_loops(texts, demands, rows)
    pairs: list[AllPairs] = []
    taken = _seconds(lambda: pairs.append(all_pairs(demands, supplies)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures += [
        Figure(f"{DEMANDS:,} × {MANY:,}, top {TOP} both ways", taken, 60.0, "s"),
        Figure("memory of the whole process, highest", memory, 4096.0, "MiB"),
        Figure("lists that differ from every product written out", _differing(pairs[0]), 0, ""),
        *(_edits(pairs[0], side, demands) for side in (0, 1)),
    ]
    return show(figures)


def _away(rows: Market, texts: Texts) -> Array:
    vectors = rows.vectors.astype(np.float32)
    return normalised(vectors - vectors.mean(axis=0, dtype=np.float64).astype(np.float32))


def _beside_loops(texts: Texts, demands: Array, rows: Market) -> list[Figure]:
    few = Market(rows.vectors[:SUPPLIES], rows.sectors, rows.cities, rows.requirements)
    supplies, mean = _away(few, texts), few.vectors.astype(np.float32).mean(axis=0)
    index = ExactIndex(mean)
    index.put(range(SUPPLIES), few.vectors.astype(np.float32), [{}] * SUPPLIES)
    whole: list[float] = []
    memory: list[float] = []
    database: list[float] = []
    with peer(few, mean) as other:
        for block in range(BLOCKS):
            asking = demands[block * SAMPLE : (block + 1) * SAMPLE]
            whole.append(_seconds(lambda: all_pairs(demands, supplies)))
            memory.append(_seconds(lambda asking=asking: [index.search(one[None], TOP) for one in asking]))
            database.append(_seconds(lambda asking=asking: [other.exact(one, TOP, 0, 0) for one in asking]))
    taken = median(whole)
    loops = {
        name: median(times) / SAMPLE * (DEMANDS + SUPPLIES)
        for name, times in (("pgvector", database), ("memory", memory))
    }
    beside = f"loop: {loops['pgvector']:.0f} s; in numpy, exact: {loops['memory']:.0f} s"
    return [
        Figure(f"{DEMANDS:,} × {SUPPLIES:,}, top {TOP} both ways", taken, 3.0, "s"),
        Figure("times a query per document to pgvector", loops["pgvector"] / taken, 30.0, "×", beside, least=True),
    ]


def _differing(pairs: AllPairs) -> int:
    """Of thirty lists of each side, those that are not what all products, sorted, say."""
    count = 0
    for side in (0, 1):
        own, other = pairs.sides[side], pairs.sides[1 - side]
        for place in range(0, len(own), len(own) // 30):
            values = other.vectors @ own.vectors[place] - other.held_back
            wanted = np.lexsort((np.arange(len(values)), -values))[:TOP]
            count += not np.array_equal(wanted, pairs.best(side, place)[0])
    return count


def _edits(pairs: AllPairs, side: int, others: Array) -> Figure:
    count = len(pairs.sides[side])
    touched: list[int] = []

    def edit(number: int) -> None:
        touched.append(len(pairs.replace(side, number * (count // EDITS), others[number])))

    slowest = max(_seconds(lambda number=number: edit(number)) for number in range(EDITS))
    name = ("demand", "supply")[side]
    return Figure(f"one {name} edited, slowest of {EDITS}", slowest, 1.0, "s", f"{median(touched):.0f} lists renewed")


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
