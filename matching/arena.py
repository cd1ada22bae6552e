"""The worker's copy of the documents in memory: filled from the database, kept up by what has changed since.

A market of ordinary size is held whole. Of a large one an even sample is held, which tells what is usual, and an index
of vectors; what a document may match is found by that index and by the words in the database, and joins the sample for
as long as it is compared.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from zlib import crc32

import numpy as np
from django.conf import settings
from django.db import models

from matching.database_index import DatabaseIndex
from matching.database_words import DatabaseWords, counted_of
from matching.engine.corpus import Background, Entry, Shelf
from matching.engine.documents import MatchDocument, Side
from matching.engine.encoder import Encoder
from matching.engine.index.bits import BitIndex
from matching.engine.index.facets import facts_of
from matching.engine.ranking import DEPTH, Arena, Asking, opposite
from matching.engine.reading import Reading as Content
from matching.engine.words import Vocabulary
from matching.models import Document, Reading

BLOCK = 1000
OVERLAP = timedelta(minutes=5)  # longer than any transaction that writes documents
HELD = 4000  # readings that stay in memory, about 30 kB each
SAMPLE = 2000  # documents of a large side that tell what is usual
BY_MEANING, BY_WORDS = 2 * DEPTH, DEPTH // 2  # candidates that a large side offers
DRIFT = 0.1  # how far the mean of an index may move before it is built anew

SIDES: tuple[Side, Side] = ("demand", "supply")
Seen = tuple[str, bool, str]


class ArenaKeeper:
    """One per process and model."""

    def __init__(self, encoder: Encoder) -> None:
        self.model = encoder.fingerprint
        self._background = Background.of(encoder.background())
        self._begin({side: 1 for side in SIDES})
        self._arena: Arena | None = None
        self._held: OrderedDict[str, Content] = OrderedDict()
        self._texts: OrderedDict[str, MatchDocument] = OrderedDict()
        self._lock = Lock()

    def _begin(self, every: Mapping[Side, int]) -> None:
        """Forget all. `every`: of a side one document in so many is held; 1 holds it whole, without an index."""
        self._every = every
        self._vocabulary = Vocabulary()
        self._shelves = {side: Shelf(self._background, self._vocabulary) for side in SIDES}
        self._indexes: dict[Side, BitIndex] = {}
        self._seen: dict[int, Seen] = {}
        self._since: datetime | None = None

    def arena(self) -> Arena:
        """What is held of both sides, as they are in the database now. Reads only what changed since the last call."""
        with self._lock:
            if self._follow() or self._arena is None:
                self._arena = Arena(
                    self._shelves["demand"].corpus(),
                    self._shelves["supply"].corpus(),
                    self._background,
                    self._vocabulary,
                )
            return self._arena

    def around(self, arena: Arena, asking: Asking, partners: Sequence[str], *, only: bool = False) -> Arena:
        """The arena with given partners and, without `only`, all that this document may match on the other side."""
        own, answering = arena.sides(asking.side)
        index = self._indexes.get(opposite(asking.side))
        if index is None:  # the side is held whole
            return arena
        found = list(partners)
        if not only:
            direction = (asking.reading.vector - own.mean)[None]
            with self._lock:
                found += [str(key) for key in index.search(direction, BY_MEANING)[0].keys]
            found += map(str, DatabaseWords(opposite(asking.side)).search(asking.counted, BY_WORDS).keys)
        missing = sorted({ref for ref in found if ref not in answering.places})
        if not missing:
            return arena
        vocabulary = Vocabulary(self._vocabulary)
        vocabulary.learn(asking.counted)
        return arena.extended(opposite(asking.side), self._entries(missing, vocabulary), vocabulary)

    def standing(self, side: Side, ref: str) -> Asking | None:
        """A document as one that asks; None where it is not there, or not read yet."""
        document, counted = self.texts([ref]).get(ref), counted_of([ref]).get(ref)
        if document is None or counted is None or document.side != side:
            return None
        try:
            (reading,) = self.readings([ref])
        except KeyError:
            return None
        return Asking(ref, side, document.facets, counted, reading)

    def readings(self, refs: Sequence[str]) -> list[Content]:
        """What was read of documents, in their order. Raises KeyError for one that is gone."""
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

    def _entries(self, refs: Sequence[str], vocabulary: Vocabulary) -> list[Entry]:
        """Documents that are not held; those that went meanwhile are left out."""
        texts, counted = self.texts(refs), counted_of(refs)
        there = [ref for ref in refs if ref in texts and ref in counted]
        return [
            Entry.of(texts[ref], reading, vocabulary.learn(counted[ref]))
            for ref, reading in zip(there, self.readings(there), strict=True)
        ]

    def _follow(self) -> bool:
        rows = Document.objects.all()
        every = _share_held()
        if rows.count() < len(self._seen) or every != self._every:
            # Rows were deleted, as by restoring a backup, or a side has outgrown what is held: begin anew.
            self._begin(every)
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
        self._build_indexes()
        return bool(changed)

    def _changed(self, rows: models.QuerySet[Document]) -> Iterable[tuple[int, bool]]:
        heads = rows.order_by("pk").values_list(
            "pk", "fingerprint", "active", "embedded_by", "embedded_fingerprint", "words__fingerprint", "words__lexicon"
        )
        for pk, fingerprint, active, made_by, made_of, counted_of_text, lexicon in heads.iterator(chunk_size=BLOCK):
            read = made_by == self.model and made_of == fingerprint
            ready = active and read and counted_of_text == fingerprint
            now = (fingerprint, ready, lexicon or "")
            if self._seen.get(pk) != now:
                self._seen[pk] = now
                yield pk, ready

    def _take(self, changed: Sequence[tuple[int, bool]]) -> None:
        ready = dict(changed)
        rows = Document.objects.filter(pk__in=ready).order_by("pk")
        held = [row for row in rows.defer("embedding") if self._is_held(row)]
        whole = {row.pk: row for row in Document.objects.filter(pk__in=[row.pk for row in held])
                 .select_related("reading", "words").defer("embedding")}  # fmt: skip
        for row in rows.only("ref", "side"):
            self._held.pop(row.ref, None)
            self._texts.pop(row.ref, None)
            full = whole.get(row.pk)
            if full is not None and ready[row.pk]:
                self._shelves[_side(row)].put(full.content, full.reading.content, full.words.counted)
            else:
                self._shelves[_side(row)].drop(row.ref)
        for side, index in self._indexes.items():
            _put(index, rows.filter(side=side).defer("fields"), ready)

    def _is_held(self, row: Document) -> bool:
        return crc32(row.ref.encode()) % self._every[_side(row)] == 0

    def _build_indexes(self) -> None:
        """Of sides that are not held whole; anew where the rows have moved away from the mean of their index."""
        for side in SIDES:
            index = self._indexes.get(side)
            if self._every[side] > 1 and (index is None or index.drift() > DRIFT):
                mean = self._shelves[side].corpus().mean
                self._indexes[side] = BitIndex(mean)
                DatabaseIndex(side, self.model, mean).copy_into(self._indexes[side])


def _share_held() -> dict[Side, int]:
    """Of each side, one in how many documents is held: a power of two, so that it seldom changes."""
    counts = dict(Document.objects.active().values_list("side").annotate(count=models.Count("pk")).order_by())
    large = max(counts.values(), default=0) > settings.MATCHING_IN_MEMORY
    return {side: _power(counts.get(side, 0) / SAMPLE) if large else 1 for side in SIDES}


def _power(ratio: float) -> int:
    """The least power of two that is no less."""
    power = 1
    while power < ratio:
        power *= 2
    return power


def _side(row: Document) -> Side:
    return "demand" if row.side == "demand" else "supply"


def _put(index: BitIndex, rows: Iterable[Document], ready: Mapping[int, bool]) -> None:
    there = [row for row in rows if ready[row.pk]]
    index.drop([row.ref for row in rows if not ready[row.pk]])
    if there:
        vectors = np.array([row.embedding for row in there], dtype=np.float32)
        index.put([row.ref for row in there], vectors, [facts_of(row.facts) for row in there])


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
