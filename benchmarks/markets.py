"""Markets of any size, around the vectors of real texts.

A million capabilities that people wrote are not to be had, and noise alone would have no neighbours worth finding. So
every row belongs to the family of one encoded text or sentence of the fixtures: its direction from the mean is that of
the family, by a share drawn from 0.35 to 0.9, and for the rest a mixture of three other real directions and of noise
with the covariance of the real ones. Its distance from the mean is one of theirs. The best of a million such rows is
about as near to a real scenario as the best of five hundred real capabilities (cosines from the means: median 0.49
and 0.46), so that finding it is no easier than in life. Those who ask are real scenarios, none of which is a family.

Facets: one of ten sectors, the family's own for four rows in five; one of ten cities; each of ten requirements stated
by one row in ten. A filter by sector lets 10 % pass, with a city 1 %, with a requirement 0.1 %.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from matching.engine.corpus import normalised
from matching.engine.encoder import Encoder
from matching.engine.index.protocol import Allowed, Clause
from matching.engine.sentences import split

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
SHORTEST = 10  # characters of a sentence that becomes a family
VALUES = 10
BLOCK = 50_000
SELECTIVITIES = {"100 %": 0, "10 %": 1, "1 %": 2, "0.1 %": 3}  # how many facets are asked for

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Texts:
    """What is known of the two sides: directions of those who ask, and the vectors of those who answer."""

    asking: Array  # scenarios, from their mean, shape (n, dimension), length one
    families: Array  # texts and sentences of capabilities, from their mean, length one
    mean: Array
    distances: Array  # of whole texts of capabilities from their mean


@dataclass(frozen=True, slots=True)
class Market:
    """Rows: vectors as halfvec keeps them, float16 of shape (n, dimension), and a number from 0 to 9 for each facet.

    `requirements`: a bit for each stated requirement.
    """

    vectors: NDArray[np.float16]
    sectors: NDArray[np.int16]
    cities: NDArray[np.int16]
    requirements: NDArray[np.int16]

    def facts(self, start: int, end: int) -> list[dict[str, list[str]]]:
        """Facets of rows as an index takes them."""
        rows = zip(self.sectors[start:end], self.cities[start:end], self.requirements[start:end], strict=True)
        return [
            {
                "sectors": [f"s{sector}"],
                "places": [f"p{city}"],
                "offered": [f"r{bit}" for bit in range(VALUES) if stated >> bit & 1],
            }
            for sector, city, stated in rows
        ]


def asked(number: int, facets: int) -> Allowed:
    """The filter of the query of that number, by the first so many facets."""
    value = number % VALUES
    clauses = (Clause("sectors", (f"s{value}",)), Clause("places", (f"p{value}",)), Clause("offered", (f"r{value}",)))
    return clauses[:facets]


def read_texts(encoder: Encoder) -> Texts:
    """Encode the fixtures: half a minute."""
    labelled = {name: list(_rows(FIXTURES / f"labelled/{name}.jsonl")) for name in ("queries", "corpus")}
    asking = encoder.encode(labelled["queries"] + list(_pages("scenarios")), "query")
    texts = labelled["corpus"] + list(_pages("capabilities"))
    whole = encoder.encode(texts, "passage")
    pieces = encoder.encode(
        sorted({piece for text in texts for piece in split(text) if len(piece) >= SHORTEST}), "passage"
    )
    away = whole - whole.mean(axis=0)
    families = np.vstack([away, pieces - pieces.mean(axis=0)])
    distances = np.linalg.norm(away, axis=1).astype(np.float32)
    return Texts(normalised(asking - asking.mean(axis=0)), normalised(families), whole.mean(axis=0), distances)


def market(texts: Texts, count: int, seed: int = 1) -> Market:
    """So many rows; the same ones for the same texts and seed."""
    rng = np.random.default_rng(seed)
    _left, spread, axes = np.linalg.svd(texts.families, full_matrices=False)
    shape = (axes * (spread / np.sqrt(len(texts.families)))[:, None]).astype(
        np.float32
    )  # noise times this has length 1
    vectors = np.empty((count, len(texts.mean)), dtype=np.float16)
    families = rng.integers(len(texts.families), size=count)
    for start in range(0, count, BLOCK):
        own = texts.families[families[start : start + BLOCK]]
        others = [texts.families[rng.integers(len(texts.families), size=len(own))] for _number in range(3)]
        mixture = sum(others) / np.float32(np.sqrt(3)) + rng.standard_normal(own.shape, dtype=np.float32) @ shape
        share = rng.uniform(0.35, 0.9, (len(own), 1)).astype(np.float32)
        direction = normalised(share * own + np.sqrt(1 - share**2) * normalised(mixture))
        away = direction * rng.choice(texts.distances, (len(own), 1))
        vectors[start : start + len(own)] = normalised(texts.mean + away).astype(np.float16)
    loose = rng.random(count) < 0.2
    sectors = np.where(loose, rng.integers(VALUES, size=count), families % VALUES).astype(np.int16)
    stated = sum((rng.random(count) < 0.1).astype(np.int16) << bit for bit in range(VALUES))
    return Market(vectors, sectors, rng.integers(VALUES, size=count).astype(np.int16), np.asarray(stated, np.int16))


def _rows(file: Path) -> Iterator[str]:
    for line in file.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield f"{row['title']}\n{row['text']}"


def _pages(kind: str) -> Iterator[str]:
    for file in sorted((FIXTURES / kind).glob("*.yaml")):
        for row in yaml.safe_load(file.read_text("utf-8")):
            texts = [text for text in row.values() if isinstance(text, str) and len(text) >= SHORTEST]
            yield "\n".join(texts)
