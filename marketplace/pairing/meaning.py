"""What says the same in other words: asked by a page, answered by the worker, which holds the encoder.

Question and answer lie in the cache for a few minutes; losing them loses nothing but the hint to the person.
"""

import hashlib
import json
import time
from dataclasses import asdict, dataclass

import numpy as np
from django.core.cache import cache
from django.db import connection
from numpy.typing import NDArray
from pgvector.django import CosineDistance

from marketplace.web.hints import hint
from matching.engine.documents import MatchDocument, Side
from matching.engine.duplicates import MEAN_PRIOR, Text, centred
from matching.engine.encoder import Encoder, background_mean
from matching.engine.reading import read_documents
from matching.models import Document

COMPARE = "marketplace.pairing.tasks.compare_meaning"
KEPT_SECONDS = 600
SHORTEST = 40  # characters; less says too little
NEAREST = 30
MEAN_SECONDS = 600
SIDES: dict[str, Side] = {"scenario": "demand", "capability": "supply"}


@dataclass(frozen=True, slots=True)
class Question:
    """A text, which side's it is, and who asked: the answer is hers alone."""

    side: str
    title: str
    body: str
    place: str
    facts: dict[str, str]
    person: int

    @property
    def text(self) -> Text:
        """As it is compared."""
        return Text(self.title, self.body, self.place, self.facts)


def ask(side: str, text: Text, person: int) -> str:
    """Ask the worker; returns the token under which the answer will lie, empty for a text that says too little."""
    if len(text.body) < SHORTEST:
        return ""
    question = Question(side, text.title, text.body, text.place, dict(text.facts), person)
    token = hashlib.sha256(repr(question).encode()).hexdigest()[:32]
    if cache.add(f"meaning-asked:{token}", asdict(question), KEPT_SECONDS):
        hint(COMPARE, token=token)
    return token


def asked(token: str) -> Question | None:
    """The question of that token, as long as it is kept."""
    kept = cache.get(f"meaning-asked:{token}")
    return None if kept is None else Question(**kept)


def answer(token: str) -> dict[int, float] | None:
    """Centred cosines by the key of the record; None while there is no answer."""
    found = cache.get(f"meaning-found:{token}")
    return None if found is None else {int(key): float(cosine) for key, cosine in found.items()}


def answer_question(token: str, encoder: Encoder) -> int:
    """What the worker does; returns how many texts were found near. A question that is gone is no error."""
    question = asked(token)
    if question is None:
        return 0
    found = nearest(SIDES[question.side], question.title, question.body, encoder)
    cache.set(f"meaning-found:{token}", found, KEPT_SECONDS)
    return len(found)


def nearest(side: Side, title: str, body: str, encoder: Encoder) -> dict[str, float]:
    """The texts of the same side nearest by meaning: the market's key and the centred cosine, best first."""
    asking = MatchDocument("asked", side, {"title": title, "body": body})
    vector = read_documents(encoder, [asking])[0].vector
    rows = (
        Document.objects.active()
        .filter(side=side, embedded_by=encoder.fingerprint)
        .order_by(CosineDistance("embedding", vector.tolist()))
        .values_list("ref", "embedding")[:NEAREST]
    )
    found = list(rows)
    if not found:
        return {}
    mean = _mean(side, encoder)
    vectors = np.array([embedding for _ref, embedding in found], dtype=np.float32)
    cosines = centred(vectors, mean) @ centred(vector, mean)
    return {ref.partition(":")[2]: round(float(cosine), 4) for (ref, _v), cosine in zip(found, cosines, strict=True)}


_means: dict[tuple[str, str], tuple[float, NDArray[np.float32]]] = {}


def _mean(side: Side, encoder: Encoder) -> NDArray[np.float32]:
    """The mean vector of a side, steadied by the background; read anew every ten minutes."""
    key = (side, encoder.fingerprint)
    known = _means.get(key)
    if known is None or time.monotonic() - known[0] > MEAN_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), avg(embedding)::text FROM matching_document"
                " WHERE active AND side = %s AND embedded_by = %s AND embedding IS NOT NULL",
                [side, encoder.fingerprint],
            )
            count, average = cursor.fetchone()
        own = np.array(json.loads(average), dtype=np.float32) if average else np.zeros(encoder.dimension)
        mean = (count * own + MEAN_PRIOR * background_mean(encoder)) / (count + MEAN_PRIOR)
        known = (time.monotonic(), np.asarray(mean, dtype=np.float32))
        _means[key] = known
    return known[1]
