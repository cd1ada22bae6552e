"""What the engine stores: documents of both sides with what was read of them, and the matches."""

from typing import Any, ClassVar, Self

import numpy as np
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone
from pgvector.django import HalfVectorField, SparseVectorField

from matching.engine.documents import Facets, MatchDocument, Side
from matching.engine.reading import Reading as Content
from matching.engine.terms import NAMES, Counted
from matching.maker import made_alike


class DocumentQuerySet(models.QuerySet["Document"]):
    """Words for finding documents."""

    def active(self) -> Self:
        """Those that are ranked."""
        return self.filter(active=True)

    def unread(self, model: str) -> Self:
        """Ranked ones whose vector is missing, or was made from another text or by another model."""
        return self.active().exclude(embedded_fingerprint=models.F("fingerprint"), embedded_by=model)

    def unmatched(self, model: str, weights: str) -> Self:
        """Ranked ones with a good vector whose matches were made from another text, model or weights."""
        return (
            self.active()
            .filter(embedded_fingerprint=models.F("fingerprint"), embedded_by=model)
            .exclude(matched_fingerprint=models.F("fingerprint"), matched_by=f"{model}:{weights}")
        )


class Document(models.Model):
    """One text of one side, as the market gave it."""

    class Side(models.TextChoices):
        """Who asks and who answers; both do both."""

        DEMAND = "demand"
        SUPPLY = "supply"

    side = models.CharField(max_length=6, choices=Side)
    ref = models.CharField(max_length=80, unique=True, help_text="The market's name for it, for example scenario:12.")
    fields = models.JSONField(
        default=list, help_text="[name, text] in the market's order, which PostgreSQL's objects forget."
    )
    facets = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=16, help_text="Of fields and facets.")
    active = models.BooleanField(default=True)
    embedding = HalfVectorField(null=True, help_text="halfvec, L2-normalised; its length follows from the model.")
    embedded_fingerprint = models.CharField(max_length=16, blank=True)
    embedded_by = models.CharField(max_length=24, blank=True, help_text="Fingerprint of the model.")
    matched_fingerprint = models.CharField(max_length=16, blank=True)
    matched_by = models.CharField(max_length=40, blank=True, help_text="Fingerprints of model and weights.")
    matched_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=timezone.now, help_text="Of the last change that an index must follow.")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["changed_at", "id"], name="document_changed"),
            models.Index(fields=["side", "active"], name="document_side_active"),
            GinIndex(fields=["facets"], opclasses=["jsonb_path_ops"], name="document_facets"),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def content(self) -> MatchDocument:
        """As the engine reads it."""
        return MatchDocument(self.ref, "demand" if self.side == "demand" else "supply", dict(self.fields), self.facts)

    @property
    def facts(self) -> Facets:
        """The facets, typed."""
        return Facets.from_json(self.facets)


class Reading(models.Model):
    """What the encoder made of a document: its phrases and sentences, packed (see `engine.reading.Reading.pack`)."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="reading")
    packed = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.document_id}: {len(self.packed)} bytes"

    @property
    def content(self) -> Content:
        """Unpacked."""
        return Content.unpack(bytes(self.packed))


class WordsQuerySet(models.QuerySet["Words"]):
    """Words for finding counted texts."""

    def of(self, side: str) -> Self:
        """Those of the documents of one side that are ranked."""
        return self.filter(document__side=side, document__active=True)


class Words(models.Model):
    """The terms of a document, by which BM25 finds it: see `database_words`."""

    document = models.OneToOneField(Document, on_delete=models.CASCADE, primary_key=True, related_name="words")
    terms = ArrayField(models.IntegerField(), help_text="Numbers of terms, ascending: see engine.terms.")
    often = ArrayField(models.IntegerField(), help_text="How often each occurs.")
    length = models.PositiveIntegerField(help_text="Sum of `often`.")
    saturated = SparseVectorField(dimensions=NAMES, null=True, help_text="What BM25 makes of `often`, without idf.")
    average = models.FloatField(null=True, help_text="The average length that `saturated` was made with.")
    fingerprint = models.CharField(max_length=16, help_text="Of the document's text.")
    lexicon = models.CharField(max_length=12, help_text="Fingerprint of the taxonomy's synonyms.")

    objects = WordsQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["terms"], name="words_terms")]

    def __str__(self) -> str:
        return f"{self.document_id}: {len(self.terms)} terms"

    @property
    def counted(self) -> Counted:
        """As the engine reads them."""
        return Counted(np.array(self.terms, dtype=np.int32), np.array(self.often, dtype=np.float32))


class Holders(models.Model):
    """In how many documents of a side a term occurs, as counted last."""

    side = models.CharField(max_length=6, choices=Document.Side)
    term = models.IntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["side", "term"], name="holders_once")
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.term}: {self.count}"


class WordStatistics(models.Model):
    """What BM25 needs to know of a side: how many texts were counted, and their average length."""

    side = models.CharField(max_length=6, choices=Document.Side, primary_key=True)
    documents = models.PositiveIntegerField(default=0)
    average = models.FloatField(default=1.0, help_text="In terms.")
    counted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.side}: {self.documents} texts"


class MatchQuerySet(models.QuerySet["Match"]):
    """Words for finding matches."""

    def of(self, ref: str) -> Self:
        """The list of one document, best first; equal scores in a fixed order."""
        return self.filter(
            models.Q(pk__in=self.list_of("demand", ref).values("pk"))
            | models.Q(pk__in=self.list_of("supply", ref).values("pk"))
        ).order_by("-score", "demand__ref", "supply__ref")

    def list_of(self, side: str, ref: str) -> Self:
        """The same where the side is known: an index finds it among millions."""
        rows = self.filter(**{f"{side}__ref": ref, f"listed_for_{side}": True})
        return rows.filter(demand__active=True, supply__active=True).order_by("-score", "demand__ref", "supply__ref")


class Match(models.Model):
    """A ranked pair, with what made it. It stands in the list of one side, or of both."""

    demand = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="matches_as_demand")
    supply = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="matches_as_supply")
    score = models.FloatField(help_text="Probability in [0, 1] that a judge would say 2 or 3, both views combined.")
    for_demand = models.FloatField(help_text="Probability seen from the demand, among all supplies.")
    for_supply = models.FloatField(help_text="Probability seen from the supply, among all demands, with its wishes.")
    listed_for_demand = models.BooleanField(default=True)
    listed_for_supply = models.BooleanField(default=True)
    reasons = models.JSONField(default=dict, help_text="See matching.reasons.")
    previous = models.JSONField(null=True, help_text="The last result that differed: see `as_result`.")
    demand_fingerprint = models.CharField(max_length=16)
    supply_fingerprint = models.CharField(max_length=16)
    made_by = models.CharField(max_length=40, help_text="Fingerprints of model and weights.")
    computed_at = models.DateTimeField(default=timezone.now)

    objects = MatchQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["demand", "supply"], name="match_once"),
            models.CheckConstraint(
                condition=models.Q(score__gte=0, score__lte=1, for_demand__gte=0, for_demand__lte=1)
                & models.Q(for_supply__gte=0, for_supply__lte=1),
                name="match_scores_are_probabilities",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["demand", "-score"], name="match_for_demand"),
            models.Index(fields=["supply", "-score"], name="match_for_supply"),
        ]

    def __str__(self) -> str:
        return f"{self.demand_id} ↔ {self.supply_id}: {self.score:.2f}"

    @property
    def text_changed(self) -> bool:
        """Whether either text has changed since."""
        return self.demand_fingerprint != self.demand.fingerprint or self.supply_fingerprint != self.supply.fingerprint

    def is_stale(self, maker: str) -> bool:
        """Whether a text has changed, or model or weights differ from the standing ones; the worker will renew it.

        `maker` comes from `matching.standing`, asked once for a whole list.
        """
        return self.text_changed or not made_alike(self.made_by, maker)

    def as_result(self) -> dict[str, Any]:
        """What a later result is compared with."""
        return {
            "score": self.score,
            "for_demand": self.for_demand,
            "for_supply": self.for_supply,
            "shares": self.reasons.get("shares", {}),
            "shares_supply": self.reasons.get("shares_supply", {}),
            "wishes": self.reasons.get("wishes", 0),
            "requirements": self.reasons.get("requirements", []),
            "demand_fingerprint": self.demand_fingerprint,
            "supply_fingerprint": self.supply_fingerprint,
            "made_by": self.made_by,
            "computed_at": self.computed_at.isoformat(),
        }


class KeptText(models.Model):
    """A text as it stood when somebody judged it: later edits of the document do not change what was judged."""

    ref = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=16)
    side = models.CharField(max_length=6, choices=Document.Side)
    fields = models.JSONField(default=list, help_text="As in `Document`.")
    facets = models.JSONField(default=dict)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ref", "fingerprint"], name="kept_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.fingerprint}"

    @property
    def texts(self) -> dict[str, str]:
        """The fields in their order."""
        return dict(self.fields)

    @property
    def content(self) -> MatchDocument:
        """As the engine reads it; the reference names the version too, so that two versions can stand side by side."""
        side: Side = "demand" if self.side == "demand" else "supply"
        return MatchDocument(f"{self.ref}@{self.fingerprint}", side, self.texts, Facets.from_json(self.facets))


class RankerVersion(models.Model):
    """Weights that a training made, with what they were measured at, whether they were installed or not.

    `counts`: how many pairs of which source went in. `figures`: see `matching.engine.training.Comparison.as_json`.
    """

    class Outcome(models.TextChoices):
        """What became of a training."""

        INSTALLED = "installed"
        NOT_BETTER = "not_better"  # on held-out demands
        WORSE_LATER = "worse_later"  # on what came later
        TOO_LITTLE = "too_little"  # fewer judged demands than folds need

    weights = models.JSONField()
    fingerprint = models.CharField(max_length=12)
    counts = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    margin = models.FloatField(help_text="By how much the lower bound of the paired difference had to lie above 0.")
    outcome = models.CharField(max_length=12, choices=Outcome)
    replaced = models.CharField(max_length=12, help_text="Fingerprint of the weights that stood when it was measured.")
    standing = models.BooleanField(default=False, help_text="Whether it ranks now; if none does, the file's do.")
    trained_at = models.DateTimeField(default=timezone.now)
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: by command."
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-trained_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["standing"], condition=models.Q(standing=True), name="ranker_version_one_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.fingerprint}"
