"""How a market gives its texts to the engine and takes them back."""

from collections.abc import Sequence

from django.db import models
from django.utils import timezone

from matching.engine.documents import MatchDocument
from matching.models import Document, KeptText


def put_documents(documents: Sequence[MatchDocument]) -> int:
    """Add texts or replace them. What did not change keeps its matches; what did is stale until `renew` has run.

    Returns how many changed.
    """
    prints = {document.ref: document.fingerprint() for document in documents}
    standing = dict(Document.objects.active().filter(ref__in=prints).values_list("ref", "fingerprint"))
    changed = [document for document in documents if standing.get(document.ref) != prints[document.ref]]
    now = timezone.now()
    Document.objects.bulk_create(
        [
            Document(
                side=document.side,
                ref=document.ref,
                fields=list(document.fields.items()),
                facets=document.facets.as_json(),
                fingerprint=prints[document.ref],
                active=True,
                changed_at=now,
            )
            for document in sorted(changed, key=_by_ref)  # one order for all writers: no two can wait for each other
        ],
        update_conflicts=True,
        unique_fields=["ref"],
        update_fields=["fields", "facets", "fingerprint", "active", "changed_at"],
    )
    return len(changed)


def _by_ref(document: MatchDocument) -> str:
    return document.ref


def withdraw_documents(refs: Sequence[str]) -> int:
    """Rank these texts no more; returns how many were ranked until now. Their matches go with them."""
    rows: models.QuerySet[Document] = Document.objects.active().filter(ref__in=refs)
    return rows.update(active=False, matched_fingerprint="", changed_at=timezone.now())


def keep_texts(refs: Sequence[str]) -> dict[str, KeptText]:
    """Keep these texts as they are now, ranked or not; by reference. What the engine never had is left out."""
    rows = list(Document.objects.filter(ref__in=refs).order_by("ref"))
    KeptText.objects.bulk_create(
        [
            KeptText(fingerprint=row.fingerprint, side=row.side, ref=row.ref, fields=row.fields, facets=row.facets)
            for row in rows
        ],
        ignore_conflicts=True,
    )
    kept = {(text.ref, text.fingerprint): text for text in KeptText.objects.filter(ref__in=[row.ref for row in rows])}
    return {row.ref: kept[row.ref, row.fingerprint] for row in rows}
