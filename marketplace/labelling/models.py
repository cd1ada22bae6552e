"""Campaigns in which people grade pairs: what is graded, by whom, and what was settled."""

from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.accounts.rules import AnyUser, is_province_administrator
from marketplace.capabilities.models import Capability
from marketplace.organisations.rules import organisation_ids
from marketplace.scenarios.models import Scenario
from marketplace.web.fields import PlainCharField, PlainTextField, StateField
from matching.models import KeptText

NOTE_LIMIT = 500
LABELLERS_OF_A_PAIR = 2


class State(models.TextChoices):
    """Where a campaign stands."""

    PREPARING = "preparing", _("正在抽取")
    OPEN = "open", _("标注中")
    CLOSED = "closed", _("已结束")


class Grade(models.IntegerChoices):
    """How well a capability answers an opportunity."""

    UNRELATED = 0, _("不相关")
    RELATED = 1, _("相关但解决不了")
    ADAPTABLE = 2, _("改造后能解决")
    SOLVES = 3, _("能解决")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Words for finding campaigns."""

    def visible_to(self, user: AnyUser) -> Self:
        """All for administrators of the province; for others those they label in, once there is something to label."""
        if is_province_administrator(user):
            return self
        if not user.is_authenticated:
            return self.none()
        return self.filter(labellers=user.pk).exclude(state=State.PREPARING)

    def waiting(self) -> Self:
        """Whose pairs are still to be drawn: the worker's."""
        return self.filter(state=State.PREPARING)

    def with_progress(self) -> Self:
        """With `total` pairs, those `settled`, and those `disputed`."""
        two = models.Q(pairs__graded=LABELLERS_OF_A_PAIR)
        counted = self.annotate(
            total=models.Count("pairs"),
            settled=models.Count("pairs", filter=models.Q(pairs__final_grade__isnull=False)),
            disputed=models.Count("pairs", filter=two & models.Q(pairs__final_grade__isnull=True)),
        )
        return counted.order_by("-created_at", "-pk")


@pghistory.track()
class Campaign(FSMModelMixin, models.Model):
    """标注批次: opportunities, how many candidates of which source, and the people who grade them."""

    name = PlainCharField(_("批次名称"), max_length=80)
    note = PlainTextField(_("给标注人的说明"), max_length=1000, blank=True)
    scenarios = models.ManyToManyField(Scenario, related_name="+", verbose_name=_("场景机会"))
    labellers = models.ManyToManyField(User, related_name="labelling_campaigns", verbose_name=_("标注人"))
    words = models.PositiveSmallIntegerField(_("按用词"), default=5)
    vectors = models.PositiveSmallIntegerField(_("按语义"), default=5)
    ranker = models.PositiveSmallIntegerField(_("按现行排序"), default=5)
    random = models.PositiveSmallIntegerField(_("随机"), default=5)
    seed = models.PositiveIntegerField(help_text="Of every draw and order of this campaign.")
    state = StateField(_("状态"), max_length=12, choices=State.choices, default=State.PREPARING)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("创建人"))
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    opened_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("标注批次")
        verbose_name_plural = _("标注批次")
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        """The campaign's page."""
        return reverse("labelling:campaign", args=[self.pk])

    @property
    def sizes(self) -> dict[str, int]:
        """How many candidates of each source, as `matching.pooling.draw` takes them."""
        return {"words": self.words, "vectors": self.vectors, "ranker": self.ranker, "random": self.random}

    @transition(field=state, source=State.PREPARING, target=State.OPEN)
    def open(self, *, at: datetime) -> None:
        """The pairs are drawn and shared out."""
        self.opened_at = at

    @transition(field=state, source=State.OPEN, target=State.CLOSED)
    def close(self, *, at: datetime) -> None:
        """No more grades."""
        self.closed_at = at

    @transition(field=state, source=State.CLOSED, target=State.OPEN)
    def reopen(self) -> None:
        """Grading goes on."""
        self.closed_at = None


class PairQuerySet(models.QuerySet["Pair"]):
    """Words for finding pairs."""

    def settled(self) -> Self:
        """With a grade that counts: both gave it, or an administrator decided."""
        return self.filter(final_grade__isnull=False)

    def disputed(self) -> Self:
        """Graded twice, differently, and not decided yet."""
        return self.filter(final_grade__isnull=True, graded=LABELLERS_OF_A_PAIR)

    def decidable_by(self, user: AnyUser) -> Self:
        """Without those that the person graded, and those of the person's own organisations."""
        own = organisation_ids(user)
        mine = Assignment.objects.filter(labeller_id=user.pk).values("pair_id")
        return (
            self.exclude(pk__in=mine)
            .exclude(scenario__department_id__in=own)
            .exclude(capability__organisation_id__in=own)
        )


@pghistory.track()
class Pair(models.Model):
    """An opportunity and a capability to be graded, with the texts as they stood when they were drawn."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="pairs")
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="+", verbose_name=_("场景机会"))
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+", verbose_name=_("场景能力"))
    demand_text = models.ForeignKey(KeptText, on_delete=models.PROTECT, related_name="+")
    supply_text = models.ForeignKey(KeptText, on_delete=models.PROTECT, related_name="+")
    drawn_by = ArrayField(models.CharField(max_length=10), help_text="Of `matching.pooling.SOURCES`; never shown.")
    graded = models.PositiveSmallIntegerField(default=0, help_text="How many of its labellers have graded it.")
    final_grade = models.PositiveSmallIntegerField(_("定级"), choices=Grade, null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="None where both labellers agreed.",
    )
    decision_note = PlainCharField(_("裁定说明"), max_length=NOTE_LIMIT, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["campaign", "scenario", "capability"], name="pair_once_in_a_campaign"),
            models.CheckConstraint(
                condition=models.Q(final_grade__isnull=True, settled_at__isnull=True)
                | models.Q(final_grade__lte=3, settled_at__isnull=False),
                name="pair_settled_has_grade_and_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["campaign", "graded"], name="pair_campaign_graded"),
        ]

    def __str__(self) -> str:
        return f"{self.scenario} ↔ {self.capability}"

    @property
    def gap(self) -> int:
        """How far its grades lie apart; needs `assignments` prefetched."""
        grades = [each.grade for each in self.assignments.all() if each.grade is not None]
        return max(grades) - min(grades) if grades else 0


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Words for finding assignments."""

    def visible_to(self, user: AnyUser) -> Self:
        """The person's own, without pairs of organisations that the person belongs to by now."""
        if not user.is_authenticated:
            return self.none()
        own = organisation_ids(user)
        return (
            self.filter(labeller_id=user.pk)
            .exclude(pair__campaign__state=State.PREPARING)
            .exclude(pair__scenario__department_id__in=own)
            .exclude(pair__capability__organisation_id__in=own)
        )

    def graded(self) -> Self:
        """With a grade."""
        return self.filter(grade__isnull=False)

    def waiting(self) -> Self:
        """Without a grade: those not seen yet in their order, then those skipped, the longest ago first."""
        return self.filter(grade__isnull=True).order_by(models.F("skipped_at").asc(nulls_first=True), "position", "pk")


@pghistory.track()
class Assignment(models.Model):
    """One labeller's turn at one pair. Two of a pair know nothing of each other."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="assignments")
    labeller = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("标注人"))
    slot = models.PositiveSmallIntegerField(help_text="1 or 2: no pair has a third labeller.")
    position = models.PositiveIntegerField(help_text="Place in this labeller's own order, which chance made.")
    grade = models.PositiveSmallIntegerField(_("等级"), choices=Grade, null=True, blank=True)
    note = PlainCharField(_("说明"), max_length=NOTE_LIMIT, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["pair", "labeller"], name="assignment_once"),
            models.UniqueConstraint(fields=["pair", "slot"], name="assignment_two_labellers"),
            models.CheckConstraint(condition=models.Q(slot__in=[1, 2]), name="assignment_slot"),
            models.CheckConstraint(
                condition=models.Q(grade__isnull=True, graded_at__isnull=True)
                | models.Q(grade__lte=3, graded_at__isnull=False),
                name="assignment_graded_has_time",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["labeller", "position"], name="assignment_order")]

    def __str__(self) -> str:
        return f"{self.labeller} {self.pair_id}"
