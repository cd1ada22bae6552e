"""The worker's copy of all documents in memory: filled from the database, kept up by what has changed since."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.db import models

from matching.engine.corpus import Background, Shelf
from matching.engine.documents import MatchDocument
from matching.engine.encoder import Encoder
from matching.engine.ranking import Arena
from matching.engine.reading import Reading as Content
from matching.engine.words import Vocabulary
from matching.models import Document, Reading
from matching.taxonomy import standing_taxonomy

BLOCK = 1000
OVERLAP = timedelta(minutes=5)  # longer than any transaction that writes documents
HELD = 4000  # readings that stay in memory, about 30 kB each


class ArenaKeeper:
    """One per process and model."""

    def __init__(self, encoder: Encoder) -> None:
        self.model = encoder.fingerprint
        self._background = Background.of(encoder.background())
        self._begin()
        self._arena: Arena | None = None
        self._held: OrderedDict[str, Content] = OrderedDict()
        self._texts: OrderedDict[str, MatchDocument] = OrderedDict()
        self._lock = Lock()

    def _begin(self) -> None:
        self.vocabulary, lexicon = Vocabulary(), standing_taxonomy().lexicon
        self._shelves = {side: Shelf(self._background, self.vocabulary, lexicon) for side in Document.Side.values}
        self._seen: dict[int, tuple[str, bool]] = {}
        self._since: datetime | None = None

    def arena(self) -> Arena:
        """Both sides as they are in the database now. Reads only what changed since the last call."""
        with self._lock:
            if self._follow() or self._arena is None:
                self._arena = Arena(
                    self._shelves["demand"].corpus(), self._shelves["supply"].corpus(), self._background
                )
            return self._arena

    def readings(self, refs: Sequence[str]) -> list[Content]:
        """What was read of documents of the arena, in their order. Raises KeyError for one that is gone."""
        with self._lock:
            missing = [ref for ref in refs if ref not in self._held]
            for start in range(0, len(missing), BLOCK):
                rows = Reading.objects.filter(document__ref__in=missing[start : start + BLOCK])
                for row in rows.select_related("document").only("packed", "document__ref"):
                    self._held[row.document.ref] = row.content
            found = [self._held[ref] for ref in refs]
            _forget(self._held, refs)
            return found

    def texts(self, refs: Sequence[str]) -> dict[str, MatchDocument]:
        """The texts of documents, those that are still there."""
        with self._lock:
            missing = [ref for ref in refs if ref not in self._texts]
            for row in Document.objects.filter(ref__in=missing).defer("embedding"):
                self._texts[row.ref] = row.content
            found = {ref: self._texts[ref] for ref in refs if ref in self._texts}
            _forget(self._texts, list(found))
            return found

    def _follow(self) -> bool:
        rows = Document.objects.all()
        if rows.count() < len(self._seen):  # rows were deleted, as by restoring a backup: begin anew
            self._begin()
            self._held.clear()
            self._texts.clear()
        if self._since is not None:
            # Reaching back covers transactions that were still open at the last look; what was seen is skipped.
            rows = rows.filter(changed_at__gt=self._since - OVERLAP)
        changed = list(self._changed(rows))
        for start in range(0, len(changed), BLOCK):
            self._take(changed[start : start + BLOCK])
        latest = Document.objects.aggregate(at=models.Max("changed_at"))["at"]
        self._since = latest or self._since
        return bool(changed)

    def _changed(self, rows: models.QuerySet[Document]) -> Iterable[tuple[int, bool]]:
        heads = rows.order_by("pk").values_list("pk", "fingerprint", "active", "embedded_by", "embedded_fingerprint")
        for pk, fingerprint, active, made_by, made_of in heads.iterator(chunk_size=BLOCK):
            ready = active and made_by == self.model and made_of == fingerprint
            if self._seen.get(pk) != (fingerprint, ready):
                self._seen[pk] = (fingerprint, ready)
                yield pk, ready

    def _take(self, changed: Sequence[tuple[int, bool]]) -> None:
        ready = dict(changed)
        for row in Document.objects.filter(pk__in=ready).select_related("reading").defer("embedding").order_by("pk"):
            self._held.pop(row.ref, None)
            self._texts.pop(row.ref, None)
            if ready[row.pk]:
                self._shelves[row.side].put(row.content, row.reading.content)
            else:
                self._shelves[row.side].drop(row.ref)


def _forget(held: OrderedDict[str, Any], used: Sequence[str]) -> None:
    """Keep what was used last, at most `HELD`."""
    for ref in used:
        held.move_to_end(ref)
    while len(held) > max(HELD, len(used)):
        held.popitem(last=False)


_keepers: dict[str, ArenaKeeper] = {}


def keeper(encoder: Encoder) -> ArenaKeeper:
    """The keeper of this process for a model."""
    if encoder.fingerprint not in _keepers:
        _keepers[encoder.fingerprint] = ArenaKeeper(encoder)
    return _keepers[encoder.fingerprint]
