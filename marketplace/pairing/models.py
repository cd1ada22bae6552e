"""What people think of a match, and which revision of each text the engine has."""

from collections.abc import Collection
from typing import Any, ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.rules import AnyUser
from marketplace.capabilities.models import Capability
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import organisation_ids
from marketplace.scenarios.models import Scenario
from marketplace.web.fields import PlainCharField


class Feed(models.Model):
    """The revision of a text that was last given to the engine, or withdrawn from it."""

    scenario = models.OneToOneField(Scenario, on_delete=models.CASCADE, null=True, related_name="feed")
    capability = models.OneToOneField(Capability, on_delete=models.CASCADE, null=True, related_name="feed")
    revision = models.PositiveIntegerField()
    profile_revision = models.PositiveIntegerField(default=0, help_text="Of the supplier's profile; 0 for a demand.")
    shown = models.BooleanField(help_text="Whether the engine ranks it.")
    fed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(scenario__isnull=True) ^ models.Q(capability__isnull=True), name="feed_of_one_side"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id or ''}/{self.capability_id or ''} r{self.revision}"


class PrintManager(models.Manager["Print"]):
    """How records are found by their prints."""

    def sharing(self, side: str, bands: Collection[int], most: int) -> list[tuple[int, list[int]]]:
        """Keys of records of a side that share one of the bands, with all their bands; at most `most`, any of them.

        The planner must not see the limit: it would read the whole table in the hope of stopping early.
        """
        if not bands:
            return []
        column = {"scenario": "scenario_id", "capability": "capability_id"}[side]
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH found AS MATERIALIZED (SELECT {column}, bands FROM pairing_print"  # noqa: S608  # one of two names
                f" WHERE bands && %s::bigint[] AND {column} IS NOT NULL) SELECT * FROM found LIMIT %s",
                [list(bands), most],
            )
            return [(key, held) for key, held in cursor.fetchall()]


class Print(models.Model):
    """What the search for near-duplicates keeps of a text, drafts included; who may see the text is asked each time."""

    scenario = models.OneToOneField(Scenario, on_delete=models.CASCADE, null=True, related_name="print")
    capability = models.OneToOneField(Capability, on_delete=models.CASCADE, null=True, related_name="print")
    revision = models.PositiveIntegerField()
    method = models.PositiveSmallIntegerField(help_text="See matching.engine.duplicates.METHOD.")
    bands = ArrayField(
        models.BigIntegerField(), help_text="Texts that share a number are worth comparing; at most 60 of them."
    )

    objects: ClassVar[PrintManager] = PrintManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(scenario__isnull=True) ^ models.Q(capability__isnull=True), name="print_of_one_side"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [GinIndex(fields=["bands"], name="print_bands")]

    def __str__(self) -> str:
        return f"{self.scenario_id or ''}/{self.capability_id or ''} r{self.revision}"


class MarkQuerySet(models.QuerySet["Mark"]):
    """Words for finding marks."""

    def visible_to(self, user: AnyUser) -> Self:
        """Marks of one's own organisations, and invitations sent to them."""
        own = organisation_ids(user)
        return self.filter(
            models.Q(organisation_id__in=own) | models.Q(kind=Mark.Kind.INVITED, capability__organisation_id__in=own)
        )


@pghistory.track()
class Mark(models.Model):
    """What one side thinks of a pairing. It belongs to the pair, not to a match: it survives every re-computation."""

    class Kind(models.TextChoices):
        """What was done with the pairing."""

        INTERESTED = "interested", _("已留意")
        CONTACTED = "contacted", _("已联系")
        INVITED = "invited", _("已邀请")
        EXCLUDED = "excluded", _("已排除")

    class Exclusion(models.TextChoices):
        """Why a pairing was excluded. The first two speak of the fit; the others are preferences of this side."""

        TASK = "task", _("不是这个任务")
        UNMET = "unmet", _("不满足要求")
        PRICE = "price", _("价格")
        REGION = "region", _("地区")
        OTHER = "other", _("其他")

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="marks")
    capability = models.ForeignKey(Capability, on_delete=models.CASCADE, related_name="marks")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="marks", help_text="Whose mark it is: either side."
    )
    kind = models.CharField(_("标记"), max_length=12, choices=Kind)
    exclusion = models.CharField(_("排除原因"), max_length=8, choices=Exclusion, blank=True)
    reason = PlainCharField(_("说明"), max_length=500, blank=True)
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(auto_now=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("匹配标记")
        verbose_name_plural = _("匹配标记")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scenario", "capability", "organisation"], name="mark_one_per_side"),
            models.CheckConstraint(
                condition=models.Q(kind="excluded") ^ models.Q(exclusion=""), name="mark_exclusion_has_its_kind"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["organisation", "kind"], name="mark_org_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.scenario} ↔ {self.capability}"


class AdviceQuerySet(models.QuerySet["Advice"]):
    """Words for finding advice."""

    def waiting(self) -> Self:
        """What the worker owes, the oldest first."""
        return self.filter(state=Advice.State.WAITING).order_by("asked_at", "pk")

    def visible_to(self, user: AnyUser) -> Self:
        """The supplier's own."""
        return self.filter(capability__organisation_id__in=organisation_ids(user))


class Advice(models.Model):
    """What would raise a match, asked by a supplier and answered by the worker, which scores the pair again."""

    class State(models.TextChoices):
        """Whether it is answered."""

        WAITING = "waiting", _("正在计算")
        ANSWERED = "answered", _("已算出")
        VOID = "void", _("不再适用")

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="advice")
    capability = models.ForeignKey(Capability, on_delete=models.CASCADE, related_name="advice")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    result = models.JSONField(default=dict, help_text="See matching.raising.what_raises.")
    answered_at = models.DateTimeField(null=True)
    demand_fingerprint = models.CharField(max_length=16, blank=True, help_text="Of the text that was scored.")
    supply_fingerprint = models.CharField(max_length=16, blank=True)
    made_by = models.CharField(max_length=40, blank=True, help_text="Fingerprints of model and weights.")

    objects = AdviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("提高匹配的建议")
        verbose_name_plural = _("提高匹配的建议")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scenario", "capability"], name="advice_once"),
            models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(answered_at__isnull=False),
                name="advice_answered_has_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "asked_at"], name="advice_waiting")]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.scenario_id} ↔ {self.capability_id}"

    def answer(self, *, result: dict[str, Any], made_by: str, demand: str, supply: str) -> None:
        """The worker has scored; `demand` and `supply` are the fingerprints of the texts."""
        self.state, self.result, self.answered_at = self.State.ANSWERED, result, timezone.now()
        self.made_by, self.demand_fingerprint, self.supply_fingerprint = made_by, demand, supply

    def void(self) -> None:
        """One side is no longer offered."""
        self.state, self.result, self.answered_at = self.State.VOID, {}, timezone.now()
