"""pgvector as retrieval is measured against: a lean table of its own, exact and with HNSW, at their best.

The table holds directions from the mean, so that both search what the index searches, and the values that a row states
of each facet, with an index that lets the exact search read only the rows that pass. Statistics are fresh and plans
prepared; the table is unlogged and is dropped at the end.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import psycopg
from django.conf import settings
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from benchmarks.markets import Array, Market, asked
from matching.engine.corpus import normalised

EF = 400
BLOCK = 10_000
FACETS = ("sectors", "places", "offered")
# As many workers as the machine has cores; the graph is built in memory.
BUILD = ("SET maintenance_work_mem = '3GB'", "SET max_parallel_maintenance_workers = 2")
# The best plan for HNSW under a filter is the graph, walked on until enough rows pass.
WALK = (
    f"SET hnsw.ef_search = {EF}",
    "SET hnsw.iterative_scan = relaxed_order",
    "SET enable_sort = off",
    "SET enable_seqscan = off",
    "SET enable_bitmapscan = off",
)


@dataclass(slots=True)
class Peer:
    """Connections that ask exactly and by the graph; how long the graph took to build, and its bytes."""

    plain: psycopg.Connection
    walking: psycopg.Connection
    built_in: float
    size: int

    def exact(self, direction: Array, k: int, number: int, facets: int) -> list[int]:
        """The rows nearest to a direction among those that pass; adding nothing keeps the graph out of the plan."""
        return _ask(self.plain, "(away <=> %s) + 0", direction, k, number, facets)

    def hnsw(self, direction: Array, k: int, number: int, facets: int) -> list[int]:
        """The same by the graph; sometimes fewer."""
        return _ask(self.walking, "away <=> %s", direction, k, number, facets)


@contextmanager
def peer(market: Market, mean: Array) -> Iterator[Peer]:
    """A table with the rows of a market and a graph over them, dropped afterwards."""
    with _connection() as plain, _connection() as walking:
        plain.execute("DROP TABLE IF EXISTS bench_supply")
        plain.execute(
            "CREATE UNLOGGED TABLE bench_supply (id integer PRIMARY KEY, sectors text[], places text[], offered text[],"
            f" away halfvec({len(mean)}))"
        )
        try:
            _fill(plain, market, mean)
            plain.execute("CREATE INDEX ON bench_supply USING gin (sectors, places, offered)")
            for statement in BUILD:
                plain.execute(statement)
            began = time.perf_counter()
            plain.execute("CREATE INDEX bench_graph ON bench_supply USING hnsw (away halfvec_cosine_ops)")
            built_in = time.perf_counter() - began
            plain.execute("VACUUM ANALYZE bench_supply")
            size = plain.execute("SELECT pg_relation_size('bench_graph')").fetchone()
            for statement in WALK:
                walking.execute(statement)
            yield Peer(plain, walking, built_in, size[0] if size else 0)
        finally:
            plain.execute("DROP TABLE bench_supply")


def _connection() -> psycopg.Connection:
    database = settings.DATABASES["default"]
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    options = {name: database[key] for name, key in names.items() if database.get(key)}
    connection = psycopg.connect(**options, autocommit=True, prepare_threshold=0)
    register_vector(connection)
    return connection


def _fill(connection: psycopg.Connection, market: Market, mean: Array) -> None:
    copy = "COPY bench_supply FROM STDIN WITH (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(copy) as into:
        into.set_types(["int4", "text[]", "text[]", "text[]", "halfvec"])
        for start in range(0, len(market.vectors), BLOCK):
            away = normalised(market.vectors[start : start + BLOCK].astype(np.float32) - mean)
            rows = zip(market.facts(start, start + BLOCK), away, strict=True)
            for number, (facts, vector) in enumerate(rows, start):
                into.write_row((number, *(facts[facet] for facet in FACETS), HalfVector(vector)))


def _ask(
    connection: psycopg.Connection, distance: str, direction: Array, k: int, number: int, facets: int
) -> list[int]:
    clauses = asked(number, facets)
    where = f"WHERE {' AND '.join(f'{clause.facet} && %s' for clause in clauses)}" if clauses else ""
    statement = f"SELECT id FROM bench_supply {where} ORDER BY {distance} LIMIT %s"  # noqa: S608  # our own words
    rows = connection.execute(
        statement, (*(list(clause.values) for clause in clauses), HalfVector(direction), k), prepare=True, binary=True
    )
    return [row[0] for row in rows]
