"""The worker's copy of all documents in memory: filled from the database, kept up by what has changed since."""

from datetime import datetime, timedelta
from threading import Lock

import numpy as np
from django.db import models

from matching.engine.corpus import Shelf
from matching.engine.encoder import Encoder
from matching.engine.ranking import Arena
from matching.models import Document

BLOCK = 2000
OVERLAP = timedelta(minutes=5)  # longer than any transaction that writes documents


class ArenaKeeper:
    """One per process and model."""

    def __init__(self, encoder: Encoder) -> None:
        self.model = encoder.fingerprint
        self._background = encoder.background()
        self._shelves = {side: Shelf(self._background) for side in Document.Side.values}
        self._seen: dict[int, tuple[str, bool]] = {}
        self._since: datetime | None = None
        self._arena: Arena | None = None
        self._lock = Lock()

    def arena(self) -> Arena:
        """Both sides as they are in the database now. Reads only what changed since the last call."""
        with self._lock:
            if self._follow() or self._arena is None:
                self._arena = Arena(
                    self._shelves["demand"].corpus(), self._shelves["supply"].corpus(), self._background
                )
            return self._arena

    def _follow(self) -> bool:
        rows = Document.objects.all()
        if rows.count() < len(self._seen):  # rows were deleted, as by restoring a backup: begin anew
            self._shelves = {side: Shelf(self._background) for side in Document.Side.values}
            self._seen, self._since = {}, None
        if self._since is not None:
            # Reaching back covers transactions that were still open at the last look; what was seen is skipped.
            rows = rows.filter(changed_at__gt=self._since - OVERLAP)
        changed = False
        for row in rows.order_by("pk").iterator(chunk_size=BLOCK):
            ready = row.active and row.embedded_by == self.model and row.embedded_fingerprint == row.fingerprint
            mark = (row.fingerprint, ready)
            if self._seen.get(row.pk) == mark:
                continue
            self._seen[row.pk] = mark
            changed = True
            if ready and row.embedding is not None:
                self._shelves[row.side].put(row.content, np.asarray(row.embedding, dtype=np.float32))
            else:
                self._shelves[row.side].drop(row.ref)
        latest = Document.objects.aggregate(at=models.Max("changed_at"))["at"]
        self._since = latest or self._since
        return changed


_keepers: dict[str, ArenaKeeper] = {}


def keeper(encoder: Encoder) -> ArenaKeeper:
    """The keeper of this process for a model."""
    if encoder.fingerprint not in _keepers:
        _keepers[encoder.fingerprint] = ArenaKeeper(encoder)
    return _keepers[encoder.fingerprint]
