"""BM25 as PostgreSQL keeps it: the words of a side of any size, without any of them in memory.

A document's terms stand in an array, which a GIN index searches, and its BM25 weights without idf in a sparse vector,
so that a score is one inner product with the idf of the terms that are asked. A question of a whole text names some
hundred terms, and nearly every document holds one of them: only documents are compared that hold one of its rarest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from django.db import connection, models, transaction
from django.db.models.functions import Collate
from django.utils import timezone
from pgvector import SparseVector
from pgvector.django import MaxInnerProduct

from matching.database_index import passes
from matching.engine.documents import Side
from matching.engine.index.protocol import EVERYTHING, Allowed, Found
from matching.engine.terms import NAMES, Counted, Lexicon, counted
from matching.engine.words import K1, B, idf
from matching.models import Document, Holders, Words, WordStatistics

COMPARED = 20_000  # documents compared for one question: a limit that sides below it never meet
SAMPLE = 200_000  # texts of which holders are counted; of a larger side an even share
LONGEST = 16_000  # terms of a text, as many as a sparse vector holds; of a longer one, those that occur most
CHANGED = 0.05  # share of a side that may come or go before it is counted anew
DRIFT = 0.1  # share by which the average length may move before weights are made anew
BATCH = 500


@dataclass(frozen=True, slots=True)
class Question:
    """The terms of a text as a side weighs them: number and weight of each, and the rarest ones, by which to look."""

    weights: dict[int, float]
    rarest: list[int] | None  # None: look at all


class DatabaseWords:
    """The words of one side."""

    def __init__(self, side: Side, *, compared: int = COMPARED) -> None:
        self._side = side
        self._compared = compared

    def search(self, asked: Counted, k: int, allowed: Allowed = EVERYTHING) -> Found:
        """The best k documents for the terms of a text, by BM25, then reference; none that shares no term with it.

        At most about `compared` documents are looked at: those that hold one of the rarest terms.
        """
        question = self._question(asked)
        if not question.weights:
            return Found([], np.zeros(0))
        rows = reduce(lambda rows, clause: rows.filter(passes(clause, "document__facets")), allowed, self._rows())
        if question.rarest is not None:
            rows = rows.filter(terms__overlap=question.rarest)
        places = {term: weight for term, weight in sorted(question.weights.items())}
        above = MaxInnerProduct("saturated", SparseVector(places, NAMES))
        found = rows.annotate(above=above).filter(above__lt=0).order_by("above", Collate("document__ref", "C"))
        pairs = list(found.values_list("document__ref", "above")[:k])
        return Found([ref for ref, _above in pairs], np.array([-above for _ref, above in pairs]))

    def _rows(self) -> models.QuerySet[Words]:
        return Words.objects.of(self._side).filter(saturated__isnull=False)

    def _question(self, asked: Counted) -> Question:
        """Every term weighs its idf, as often as the question says it."""
        known = WordStatistics.objects.filter(side=self._side).first()
        documents = known.documents if known else 0
        rows = Holders.objects.filter(side=self._side, term__in=asked.terms.tolist()).values_list("term", "count")
        held = dict(rows)
        holders = np.array([held.get(term, 0) for term in asked.terms.tolist()], dtype=np.float64)
        weight = idf(np.minimum(holders, documents), documents) * asked.often
        weights = dict(zip(asked.terms.tolist(), weight.tolist(), strict=True))
        if documents <= self._compared:
            return Question(weights, None)
        rarest: list[int] = []
        total = 0.0
        for n in np.lexsort((asked.terms, -weight / np.maximum(asked.often, 1))).tolist():
            total += holders[n]
            if rarest and total > self._compared:
                break
            rarest.append(int(asked.terms[n]))
        return Question(weights, rarest)


def count_words(lexicon: Lexicon, *, limit: int = BATCH) -> int:
    """Count the terms of texts that were not counted yet, or otherwise; returns of how many."""
    with transaction.atomic():
        rows = list(uncounted(lexicon).select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:limit])
        Words.objects.bulk_create(
            [_words_of(row, lexicon) for row in rows],
            update_conflicts=True,
            unique_fields=["document"],
            update_fields=["terms", "often", "length", "saturated", "average", "fingerprint", "lexicon"],
        )
        Document.objects.filter(pk__in=[row.pk for row in rows]).update(changed_at=timezone.now())
    return len(rows)


def uncounted(lexicon: Lexicon) -> models.QuerySet[Document]:
    """Ranked documents whose words are missing, or were counted of another text or with other synonyms."""
    same = {"words__fingerprint": models.F("fingerprint"), "words__lexicon": lexicon.fingerprint}
    return Document.objects.active().exclude(**same)


def keep_statistics(side: Side) -> None:
    """Count the holders of terms anew if enough texts came or went, then weigh what was not weighed so."""
    with transaction.atomic():
        WordStatistics.objects.get_or_create(side=side)
        known = WordStatistics.objects.select_for_update(skip_locked=True).filter(side=side).first()
        if known is None:  # another worker is at it
            return
        documents = Words.objects.of(side).count()
        if abs(documents - known.documents) > CHANGED * known.documents:
            _count_holders(known, documents)
    while _weigh(side, known.average):
        pass


def _words_of(row: Document, lexicon: Lexicon) -> Words:
    found = counted(row.content.text, lexicon)
    if len(found.terms) > LONGEST:
        most = np.sort(np.lexsort((found.terms, -found.often))[:LONGEST])
        found = Counted(found.terms[most], found.often[most])
    often = found.often.astype(int).tolist()
    return Words(
        document=row,
        terms=found.terms.tolist(),
        often=often,
        length=sum(often),
        fingerprint=row.fingerprint,
        lexicon=lexicon.fingerprint,
    )


def _count_holders(known: WordStatistics, documents: int) -> None:
    every = max(1, -(-documents // SAMPLE))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM matching_holders WHERE side = %s", [known.side])
        cursor.execute(
            """
            INSERT INTO matching_holders (side, term, count)
            SELECT %(side)s, held.term, count(*) * %(every)s
            FROM matching_words w JOIN matching_document d ON d.id = w.document_id, unnest(w.terms) AS held(term)
            WHERE d.side = %(side)s AND d.active AND d.id %% %(every)s = 0
            GROUP BY held.term
            """,
            {"side": known.side, "every": every},
        )
    average = Words.objects.of(known.side).aggregate(mean=models.Avg("length"))["mean"] or 1.0
    if abs(average - known.average) > DRIFT * known.average:
        known.average = max(1.0, average)
    known.documents, known.counted_at = documents, timezone.now()
    known.save()


def _weigh(side: Side, average: float) -> int:
    """Make the BM25 weights of some texts for this average length; returns of how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH owed AS (
                SELECT w.document_id, w.terms, w.often, w.length
                FROM matching_words w JOIN matching_document d ON d.id = w.document_id
                WHERE d.side = %(side)s AND d.active AND w.average IS DISTINCT FROM %(average)s
                ORDER BY w.document_id LIMIT %(batch)s FOR UPDATE OF w SKIP LOCKED
            ), made AS (
                SELECT document_id, string_agg(
                    (term + 1) || ':' || (n * (%(k1)s + 1) / (n + %(k1)s * (1 - %(b)s + %(b)s * length / %(average)s))),
                    ',' ORDER BY term
                ) AS pairs
                FROM owed LEFT JOIN LATERAL unnest(terms, often) AS held(term, n) ON true GROUP BY document_id
            )
            UPDATE matching_words w
            SET average = %(average)s, saturated = ('{' || coalesce(pairs, '') || '}/' || %(names)s)::sparsevec
            FROM made WHERE w.document_id = made.document_id
            """,
            {"side": side, "average": average, "batch": BATCH, "k1": K1, "b": B, "names": NAMES},
        )
        done: int = cursor.rowcount
        return done


def counted_of(refs: Sequence[str]) -> dict[str, Counted]:
    """The terms of documents by reference; those that were not counted yet are left out."""
    rows = Words.objects.filter(document__ref__in=refs).values_list("document__ref", "terms", "often")
    return {ref: Counted(np.array(t, dtype=np.int32), np.array(n, dtype=np.float32)) for ref, t, n in rows}
