"""The index as PostgreSQL keeps it: pgvector compares every row that passes the filter. The truth of the others."""

from collections.abc import Sequence
from functools import reduce
from itertools import islice
from operator import or_

import numpy as np
from django.db import models
from django.db.models.functions import Cast, Collate, Greatest, Sqrt
from pgvector import HalfVector
from pgvector.django import HalfVectorField, MaxInnerProduct

from matching.engine.documents import Facets, Side
from matching.engine.index.facets import SINGLE, facts_of
from matching.engine.index.protocol import EVERYTHING, Allowed, Clause, Found, IndexCopy, Vectors
from matching.engine.index.rows import UNIT, as_integers
from matching.models import Document, DocumentQuerySet

BLOCK = 5000
SPARE = 16  # rows read beyond k: pgvector adds in float32, so that neighbours may swap


class _Sent(models.Func):
    """A halfvec as it is sent: two numbers of two bytes, then its components, the high byte first."""

    function = "halfvec_send"
    output_field = models.BinaryField()


class DatabaseIndex:
    """Documents of one side, read by one model; keys are their references.

    Its rows are changed by `actions.put_documents`, `refresh.renew` and `actions.withdraw_documents`, and by nothing
    else: a vector without the text and the reading that it was made from would not be the truth.
    """

    def __init__(self, side: Side, model: str, mean: Vectors) -> None:
        """`model`: the encoder's fingerprint. `mean`: float32, shape (dimension,)."""
        self.mean = mean
        self._side = side
        self._model = model

    def __len__(self) -> int:
        return self._rows().count()

    def search(self, directions: Vectors, k: int, allowed: Allowed = EVERYTHING) -> list[Found]:
        """See `Index`. One statement for each direction."""
        rows = reduce(lambda rows, clause: rows.filter(passes(clause)), allowed, self._rows())
        return [self._one(rows, direction, k) for direction in directions]

    def copy_into(self, index: IndexCopy) -> None:
        """Put all rows into another index, as when that is built anew; its rows are seen block by block."""
        rows = self._rows().annotate(sent=_Sent("embedding")).order_by("pk").values_list("ref", "facets", "sent")
        reading = rows.iterator(chunk_size=BLOCK)
        while block := list(islice(reading, BLOCK)):
            refs, facets, sent = zip(*block, strict=True)
            index.put(refs, _read(sent), [facts_of(Facets.from_json(each)) for each in facets])

    def _rows(self) -> DocumentQuerySet:
        ready = Document.objects.active().filter(side=self._side, embedded_by=self._model, embedding__isnull=False)
        return ready.filter(embedded_fingerprint=models.F("fingerprint"))

    def _distance(self, direction: Vectors) -> models.F | models.Expression:
        """The negative cosine between direction and x − m, from products with x alone: no third vector is made of each.

        (x − m)·q = x·q − m·q, and |x − m|² = 1 − 2·x·m + m·m for an x of length one; pgvector's product is negative.
        """
        mean, unit = self.mean.astype(np.float64), direction / (np.linalg.norm(direction) or 1.0)
        above = _product(unit) + models.Value(float(mean @ unit))
        square = models.Value(1.0 + float(mean @ mean)) + models.Value(2.0) * _product(self.mean)
        return above / Sqrt(Greatest(square, models.Value(1e-9)))

    def _one(self, rows: DocumentQuerySet, direction: Vectors, k: int) -> Found:
        near = rows.order_by(self._distance(direction), Collate("ref", "C"))
        found = list(near.annotate(sent=_Sent("embedding")).values_list("ref", "sent")[: k + SPARE])
        if not found:
            return Found([], np.zeros(0))
        integers = as_integers(_read([sent for _ref, sent in found]), self.mean)
        asked = as_integers(direction[None], np.zeros_like(self.mean))[0]
        scores = (integers.astype(np.int64) @ asked.astype(np.int64)).tolist()
        order = sorted(zip((-score for score in scores), (ref for ref, _sent in found), strict=True))[:k]
        return Found([ref for _score, ref in order], np.array([-score for score, _ref in order]) / UNIT**2)


def _product(vector: Vectors) -> MaxInnerProduct:
    return MaxInnerProduct("embedding", Cast(models.Value(HalfVector(vector).to_text()), HalfVectorField()))


def _read(sent: Sequence[bytes | memoryview]) -> Vectors:
    rows = np.frombuffer(b"".join(sent), dtype=">f2").reshape(len(sent), -1)
    return rows[:, 2:].astype(np.float32)


def passes(clause: Clause, facets: str = "facets") -> models.Q:
    """The clause as a condition that the index on `facets` answers; the name leads there from the rows asked."""
    single = clause.facet in SINGLE
    stated = [
        models.Q(**{f"{facets}__contains": {clause.facet: value if single else [value]}}) for value in clause.values
    ]
    if clause.or_silent:
        stated += [models.Q(**{f"{facets}__{clause.facet}": "" if single else []})]
        stated += [~models.Q(**{f"{facets}__has_key": clause.facet})]
    return reduce(or_, stated, models.Q(pk__in=[]))
