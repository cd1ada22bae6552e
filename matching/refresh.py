"""Brings vectors and matches up to date. What is stale is found by query, so that a run cut short loses nothing.

Several workers may run at once: each locks the documents it takes and skips those that others hold. Matching a document
makes its own list anew and enters it into the lists of the other side where it belongs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone

from matching.arena import SIDES, keeper
from matching.database_words import count_words, keep_statistics
from matching.engine.encoder import Encoder
from matching.engine.reading import read_documents
from matching.engine.weights import Weights
from matching.models import Document, Match, Reading
from matching.pairs import Scored, Scorer
from matching.ranker import standing_weights
from matching.taxonomy import standing_taxonomy

KEPT = 30  # matches of a document that are stored
LEAST = 0.02  # a pair below this enters no list of the other side anew
EMBED_BATCH = 64
MATCH_BATCH = 50
MOVED = 0.005  # a smaller change of the score is not worth remembering
WRITTEN = (
    "score",
    "for_demand",
    "for_supply",
    "listed_for_demand",
    "listed_for_supply",
    "reasons",
    "previous",
    "demand_fingerprint",
    "supply_fingerprint",
    "made_by",
    "computed_at",
)


@dataclass(slots=True)
class Renewal:
    """What a run did."""

    counted: int = 0
    embedded: int = 0
    matched: int = 0


def renew(encoder: Encoder, *, limit: int = 200, tell: Callable[[int], None] = lambda _n: None) -> Renewal:
    """Count and embed what is unread, then match what is unmatched, at most `limit` documents of each."""
    done = Renewal(counted=count_words(standing_taxonomy().lexicon, limit=limit))
    for side in SIDES:
        keep_statistics(side)
    while done.embedded < limit and (count := _embed_some(encoder, min(EMBED_BATCH, limit - done.embedded))):
        done.embedded += count
    weights = standing_weights()
    while done.matched < limit and (count := _match_some(encoder, weights, min(MATCH_BATCH, limit - done.matched))):
        done.matched += count
        tell(done.matched)
    return done


def _embed_some(encoder: Encoder, limit: int) -> int:
    with transaction.atomic():
        # Demands first: a department that has just posted is waiting at its page.
        unread = Document.objects.unread(encoder.fingerprint).order_by("side", "pk")
        rows = list(unread.select_for_update(skip_locked=True)[:limit])
        now = timezone.now()
        readings = read_documents(encoder, [row.content for row in rows])
        for row, reading in zip(rows, readings, strict=True):
            row.embedding = reading.vector.tolist()
            row.embedded_by, row.embedded_fingerprint, row.changed_at = encoder.fingerprint, row.fingerprint, now
        Document.objects.bulk_update(rows, ["embedding", "embedded_by", "embedded_fingerprint", "changed_at"])
        Reading.objects.bulk_create(
            [Reading(document=row, packed=reading.pack()) for row, reading in zip(rows, readings, strict=True)],
            update_conflicts=True,
            unique_fields=["document"],
            update_fields=["packed"],
        )
    return len(rows)


def _match_some(encoder: Encoder, weights: Weights, limit: int) -> int:
    unmatched = Document.objects.unmatched(encoder.fingerprint, weights.fingerprint)
    wanted = list(unmatched.order_by("side", "pk").values_list("pk", flat=True)[:limit])
    if not wanted:
        return 0
    scorer = Scorer(keeper(encoder), weights)
    made_by = f"{encoder.fingerprint}:{weights.fingerprint}"
    done = 0
    for pk in wanted:
        with transaction.atomic():
            row = Document.objects.select_for_update(skip_locked=True).active().filter(pk=pk).first()
            if row is not None:
                _match_one(scorer, row, made_by)
                done += 1
    return done


def _match_one(scorer: Scorer, row: Document, made_by: str) -> None:
    asking = scorer.standing(row.side, row.ref)
    standing = {_partner(match, row): match for match in _rows_of(row)}
    if asking is not None:
        scored = scorer.score(asking, [other.ref for other in standing])
        _store(scorer, row, scored, standing, made_by)
    row.matched_fingerprint, row.matched_by, row.matched_at = row.fingerprint, made_by, timezone.now()
    row.save(update_fields=["matched_fingerprint", "matched_by", "matched_at"])


def _rows_of(row: Document) -> models.QuerySet[Match]:
    heavy = [f"{side}__{name}" for side in ("demand", "supply") for name in ("fields", "facets", "embedding")]
    return Match.objects.filter(**{row.side: row}).select_related("demand", "supply").defer(*heavy)


def _partner(match: Match, row: Document) -> Document:
    return match.supply if row.side == "demand" else match.demand


def _store(scorer: Scorer, row: Document, scored: Scored, standing: dict[Document, Match], made_by: str) -> None:
    others = {each.ref: each for each in Document.objects.filter(ref__in=scored.refs).only("ref", "fingerprint")}
    floors = _floors(row, list(others.values()))
    earlier = {other.ref: match for other, match in standing.items()}
    listed: dict[int, tuple[bool, bool]] = {}  # in the document's own list, in the other's
    for n, ref in enumerate(scored.refs):
        if ref in others:
            least = floors.get(others[ref].pk, -1.0)
            stays = ref in earlier and _in_list_of_other(earlier[ref], row)
            entry = (n < KEPT, scored.score[n] > (least if stays else max(least, LEAST)))
            if any(entry):
                listed[n] = entry
    reasons = scorer.reasons(scored, list(listed))
    matches = []
    for n, (own, theirs) in listed.items():
        ref = scored.refs[n]
        if ref in reasons:
            match = _as_match(row, others[ref], scored, n, made_by)
            match.listed_for_demand, match.listed_for_supply = (own, theirs) if row.side == "demand" else (theirs, own)
            match.reasons, match.previous = reasons[ref], _previous(earlier.get(ref), match)
            matches.append(match)
    kept = {match.supply_id if row.side == "demand" else match.demand_id for match in matches}
    Match.objects.filter(pk__in=[match.pk for other, match in standing.items() if other.pk not in kept]).delete()
    matches.sort(key=lambda match: (match.demand_id, match.supply_id))  # one order for all writers
    Match.objects.bulk_create(
        matches, update_conflicts=True, unique_fields=["demand", "supply"], update_fields=list(WRITTEN)
    )


def _in_list_of_other(match: Match, row: Document) -> bool:
    return match.listed_for_supply if row.side == "demand" else match.listed_for_demand


def _floors(row: Document, others: Sequence[Document]) -> dict[int, float]:
    """The score that a pair must pass to enter the list of the other document; none where there is room."""
    side = "supply" if row.side == "demand" else "demand"
    lists = (
        Match.objects.filter(**{f"{side}__in": others, f"listed_for_{side}": True})
        .exclude(**{row.side: row})
        .values_list(f"{side}_id")
        .annotate(count=models.Count("pk"), least=models.Min("score"))
    )
    return {pk: least for pk, count, least in lists if count >= KEPT}


def _as_match(row: Document, other: Document, scored: Scored, n: int, made_by: str) -> Match:
    demand, supply = (row, other) if row.side == "demand" else (other, row)
    return Match(
        demand=demand,
        supply=supply,
        score=float(scored.score[n]),
        for_demand=float(scored.for_demand[n]),
        for_supply=float(scored.for_supply[n]),
        demand_fingerprint=demand.fingerprint,
        supply_fingerprint=supply.fingerprint,
        made_by=made_by,
        computed_at=timezone.now(),
    )


def _previous(earlier: Match | None, now: Match) -> dict[str, object] | None:
    """The result before, where texts, model or weights changed, or the market moved the score."""
    if earlier is None:
        return None
    same = (earlier.demand_fingerprint, earlier.supply_fingerprint, earlier.made_by) == (
        now.demand_fingerprint,
        now.supply_fingerprint,
        now.made_by,
    )
    result: dict[str, object] | None = earlier.previous
    return result if same and abs(earlier.score - now.score) < MOVED else earlier.as_result()
