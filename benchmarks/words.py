"""BM25 in the database among 100,000 texts, beside a comparison of every text, and a library that holds all in memory.

WORDS_SIZE=20000 runs a smaller one: most of the time goes into counting the texts.
"""

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import django

from benchmarks.report import Figure, show

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SIZE = "100000"
ASKED = 40
K = 50
BLOCK = 2000
SENTENCES = (4, 16)  # of a text


def run() -> int:
    """Texts from shuffled sentences of the fixtures' capabilities; those who ask are the fixtures' demands."""
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        texts = _texts(int(os.environ.get("WORDS_SIZE", SIZE)))
        taken = _fill(texts)
        print(f"{len(texts):,} texts counted in {taken:.0f} s", flush=True)
        return show(_measure(texts))
    finally:
        teardown_databases(databases, verbosity=0)


def _rows(pattern: str) -> list[str]:
    paths = sorted(FIXTURES.glob(pattern))
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [f"{row['title']}\n{row['text']}" for row in map(json.loads, lines)]


def _texts(size: int) -> list[str]:
    from matching.engine.sentences import split

    known = [sentence for text in _rows("**/corpus.jsonl") for sentence in split(text)]
    chance = random.Random(5)  # noqa: S311
    return ["".join(chance.sample(known, chance.randint(*SENTENCES))) for _n in range(size)]


def _fill(texts: list[str]) -> float:
    from django.db import connection

    from matching.database_words import count_words, keep_statistics
    from matching.engine.terms import NO_LEXICON
    from matching.models import Document

    for start in range(0, len(texts), BLOCK):
        Document.objects.bulk_create(
            Document(side="supply", ref=f"s{n:07}", fields=[["text", texts[n]]], fingerprint=f"{n:016}")
            for n in range(start, min(start + BLOCK, len(texts)))
        )
    began = time.perf_counter()
    while count_words(NO_LEXICON):
        pass
    keep_statistics("supply")
    taken = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE matching_words")
    return taken


def _measure(texts: list[str]) -> list[Figure]:
    from matching.database_words import DatabaseWords
    from matching.engine.terms import counted

    asked = [counted(text) for text in random.Random(3).sample(_rows("**/queries.jsonl"), ASKED)]  # noqa: S311
    ours = DatabaseWords("supply")
    whole = DatabaseWords("supply", compared=10 * len(texts))
    ours.search(asked[0], K)
    milliseconds, found = _timed(lambda question: ours.search(question, K), asked)
    all_ms, truth = _timed(lambda question: whole.search(question, K), asked[:10])
    shares = [len(set(some.keys) & set(best.keys)) / len(best.keys) for some, best in zip(found, truth, strict=False)]
    firsts = [some.keys[0] == best.keys[0] for some, best in zip(found, truth, strict=False)]
    library = _library(texts)
    return [
        Figure(
            f"{len(texts):,} texts, best {K}, median", median(milliseconds), 150.0, "ms",
            f"all compared: {median(all_ms):.0f} ms; bm25s in memory: {library:.0f} ms",
        ),
        Figure(f"{len(texts):,} texts, best {K}, p95", quantiles(milliseconds, n=20)[18], 400.0, "ms"),
        Figure(f"share of the best {K} that is found", sum(shares) / len(shares), 0.9, "", least=True),
        Figure("share of first places that is found", sum(firsts) / len(firsts), 0.95, "", least=True),
    ]  # fmt: skip


def _timed(search: Callable[[Any], Any], asked: list[Any]) -> tuple[list[float], list[Any]]:
    taken, found = [], []
    for question in asked:
        began = time.perf_counter()
        found.append(search(question))
        taken.append((time.perf_counter() - began) * 1000)
    return taken, found


def _library(texts: list[str]) -> float:
    """Median milliseconds of a question to bm25s, on the same terms."""
    import bm25s

    from matching.engine.terms import terms_of

    index = bm25s.BM25(method="lucene")
    index.index([list(terms_of(text).elements()) for text in texts], show_progress=False)
    taken = []
    for text in _rows("**/queries.jsonl")[:10]:
        terms = [term for term in terms_of(text).elements() if term in index.vocab_dict]
        began = time.perf_counter()
        index.get_scores(terms)
        taken.append((time.perf_counter() - began) * 1000)
    return median(taken)
