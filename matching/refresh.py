"""Brings vectors and matches up to date. What is stale is found by query, so that a run cut short loses nothing.

Several workers may run at once: each locks the documents it takes and skips those that others hold.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import structlog
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from matching.arena import keeper
from matching.engine.corpus import Corpus, normalised
from matching.engine.encoder import Encoder
from matching.engine.ranking import (
    Arena,
    Asking,
    FirstStage,
    agreement_of,
    candidates,
    evidence_of,
    order,
    pair_features,
    probabilities,
)
from matching.engine.sentences import Passage as Sentence
from matching.engine.sentences import passages
from matching.engine.weights import STANDING, Weights, load_weights
from matching.models import Document, Match, Passage
from matching.reasons import reasons_of, shared_phrases

log = structlog.get_logger(__name__)

KEPT = 50  # matches of a document that are stored
EMBED_BATCH = 64


@dataclass(slots=True)
class Renewal:
    """What a run did."""

    embedded: int = 0
    matched: int = 0


@dataclass(slots=True)
class _Context:
    """What one run of matching needs again and again."""

    arena: Arena
    weights: Weights
    made_by: str
    stages: dict[str, FirstStage] = field(default_factory=dict)
    sentences: dict[str, tuple[list[Sentence], NDArray[np.float32]]] = field(default_factory=dict)
    places: dict[str, dict[str, int]] = field(default_factory=dict)

    def corpus(self, side: str) -> Corpus:
        """The corpus of a side."""
        return self.arena.demands if side == "demand" else self.arena.supplies

    def place(self, side: str, ref: str) -> int | None:
        """Where a document stands in its corpus."""
        if side not in self.places:
            self.places[side] = {document.ref: n for n, document in enumerate(self.corpus(side).documents)}
        return self.places[side].get(ref)

    def stage(self, side: str, place: int) -> FirstStage:
        """First stage of a document against the other side, computed once per run."""
        corpus = self.corpus(side)
        ref = corpus.documents[place].ref
        if ref not in self.stages:
            self.stages[ref] = self.arena.first_stage(Asking(corpus.documents[place], corpus.vectors[place]))
        return self.stages[ref]


def renew(encoder: Encoder, *, limit: int = 200, tell: Callable[[int], None] = lambda _n: None) -> Renewal:
    """Embed what is unread, then match what is unmatched, at most `limit` documents of each."""
    done = Renewal()
    while done.embedded < limit and (count := _embed_some(encoder, min(EMBED_BATCH, limit - done.embedded))):
        done.embedded += count
    weights = load_weights(STANDING)
    while done.matched < limit and (count := _match_some(encoder, weights, min(20, limit - done.matched))):
        done.matched += count
        tell(done.matched)
    return done


def _embed_some(encoder: Encoder, limit: int) -> int:
    with transaction.atomic():
        unread = Document.objects.unread(encoder.fingerprint).order_by("pk")
        rows = list(unread.select_for_update(skip_locked=True)[:limit])
        if not rows:
            return 0
        contents = [row.content for row in rows]
        demands = [n for n, row in enumerate(rows) if row.side == "demand"]
        vectors = np.zeros((len(rows), encoder.dimension), dtype=np.float32)
        for role, chosen in (("query", demands), ("passage", [n for n in range(len(rows)) if n not in set(demands)])):
            texts = [contents[n].text for n in chosen]
            if chosen:
                vectors[chosen] = encoder.encode(texts, "query" if role == "query" else "passage")
        now = timezone.now()
        for row, vector in zip(rows, vectors, strict=True):
            row.embedding, row.embedded_by, row.embedded_fingerprint = (
                vector.tolist(),
                encoder.fingerprint,
                row.fingerprint,
            )
            row.changed_at = now
        Document.objects.bulk_update(rows, ["embedding", "embedded_by", "embedded_fingerprint", "changed_at"])
        _write_passages(encoder, rows)
    return len(rows)


def _write_passages(encoder: Encoder, rows: Sequence[Document]) -> None:
    Passage.objects.filter(document__in=rows).delete()
    cut = [(row, n, sentence) for row in rows for n, sentence in enumerate(passages(row.content.fields))]
    # Sentences are compared with sentences: both sides are read the same way.
    vectors = encoder.encode([sentence.text for _row, _n, sentence in cut], "query")
    Passage.objects.bulk_create(
        [
            Passage(document=row, position=n, field=sentence.field, text=sentence.text, embedding=vector.tolist())
            for (row, n, sentence), vector in zip(cut, vectors, strict=True)
        ],
        batch_size=500,
    )


def _match_some(encoder: Encoder, weights: Weights, limit: int) -> int:
    unmatched = Document.objects.unmatched(encoder.fingerprint, weights.fingerprint)
    # Demands first: a department that has just posted is waiting at its page.
    wanted = list(unmatched.order_by("side", "pk").values_list("pk", flat=True)[:limit])
    if not wanted:
        return 0
    arena = keeper(encoder).arena()
    context = _Context(arena, weights, f"{encoder.fingerprint}:{weights.fingerprint}")
    done = 0
    for pk in wanted:
        with transaction.atomic():
            row = Document.objects.select_for_update(skip_locked=True).active().filter(pk=pk).first()
            if row is not None:
                _match_one(context, row)
                done += 1
    return done


def _match_one(context: _Context, row: Document) -> None:
    place = context.place(row.side, row.ref)
    pairs = [] if place is None else _rank(context, row.side, place)
    refs = [ref for ref, _values in pairs]
    others = {other.ref: other for other in Document.objects.filter(ref__in=refs)}
    found = [_as_match(context, row, others[ref], values) for ref, values in pairs if ref in others]
    own = Match.objects.filter(**{row.side: row})
    own.exclude(**{("supply" if row.side == "demand" else "demand") + "__ref__in": refs}).delete()
    Match.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["demand", "supply"],
        update_fields=[
            "score",
            "for_demand",
            "for_supply",
            "reasons",
            "demand_fingerprint",
            "supply_fingerprint",
            "made_by",
            "computed_at",
        ],
    )
    row.matched_fingerprint, row.matched_by, row.matched_at = row.fingerprint, context.made_by, timezone.now()
    row.save(update_fields=["matched_fingerprint", "matched_by", "matched_at"])


def _rank(context: _Context, side: str, place: int) -> list[tuple[str, dict[str, Any]]]:
    """The best pairs of one document: reference of the other, and the values of the match."""
    stage = context.stage(side, place)
    answering = context.corpus("supply" if side == "demand" else "demand")
    chosen = candidates(stage, answering)
    _read_sentences(context, [context.corpus(side).documents[place].ref, *(answering.documents[n].ref for n in chosen)])
    rows = [_both_views(context, side, place, other) for other in chosen]
    scores = np.array([row["score"] for row in rows])
    refs = [answering.documents[n].ref for n in chosen]
    return [(refs[n], rows[n]) for n in order(scores, refs)[:KEPT]]


def _both_views(context: _Context, side: str, place: int, other: int) -> dict[str, Any]:
    demand_place, supply_place = (place, other) if side == "demand" else (other, place)
    demand, supply = context.arena.demands.documents[demand_place], context.arena.supplies.documents[supply_place]
    agreement = agreement_of(demand, supply)
    (asked, asked_vectors), (answered, answered_vectors) = context.sentences[demand.ref], context.sentences[supply.ref]
    evidence, pairs = evidence_of(asked_vectors, answered_vectors)
    back, _pairs = evidence_of(answered_vectors, asked_vectors)
    forth = pair_features(context.stage("demand", demand_place), supply_place, evidence, agreement)
    views = [forth, pair_features(context.stage("supply", supply_place), demand_place, back, agreement)]
    for_demand, for_supply = (round(float(value), 6) for value in probabilities(context.weights, views))
    return {
        # Both must want it: the geometric mean lies near the smaller of the two.
        "score": round(float(np.sqrt(for_demand * for_supply)), 6),
        "for_demand": for_demand,
        "for_supply": for_supply,
        "reasons": reasons_of(
            weights=context.weights,
            features=forth,
            agreement=agreement,
            demand=asked,
            supply=answered,
            pairs=pairs,
            shared=shared_phrases(demand, supply),
        ),
    }


def _read_sentences(context: _Context, refs: Sequence[str]) -> None:
    missing = [ref for ref in refs if ref not in context.sentences]
    rows: dict[str, list[Passage]] = {ref: [] for ref in missing}
    for passage in Passage.objects.filter(document__ref__in=missing).select_related("document").order_by("position"):
        rows[passage.document.ref].append(passage)
    for ref, found in rows.items():
        side = "demand" if context.place("demand", ref) is not None else "supply"
        mean = context.corpus(side).mean
        vectors = np.array([row.embedding for row in found], dtype=np.float32).reshape(-1, len(mean))
        sentences = [Sentence(row.field, row.text) for row in found]
        context.sentences[ref] = (sentences, normalised(vectors - mean))


def _as_match(context: _Context, row: Document, other: Document, values: dict[str, Any]) -> Match:
    demand, supply = (row, other) if row.side == "demand" else (other, row)
    return Match(
        demand=demand,
        supply=supply,
        demand_fingerprint=demand.fingerprint,
        supply_fingerprint=supply.fingerprint,
        made_by=context.made_by,
        computed_at=timezone.now(),
        **values,
    )
