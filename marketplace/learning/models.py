"""What the ranker learns from, and the trainings that were asked for."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.applications.models import Application
from marketplace.capabilities.models import Capability
from marketplace.labelling.models import Pair
from marketplace.pairing.models import Mark
from marketplace.scenarios.models import Scenario
from matching.models import KeptText, RankerVersion

GIVEN_UP_AFTER = timedelta(minutes=10)  # without a sign of life another worker takes a training up


class TrainingPairQuerySet(models.QuerySet["TrainingPair"]):
    """Words for finding training pairs."""

    def about_fit(self) -> Self:
        """Those that are learnt from; the others are preferences."""
        return self.filter(grade__isnull=False)


class TrainingPair(models.Model):
    """What one deed says about one pair, with the two texts as they stood.

    Exactly one of `mark`, `application` and `label` is set, or none for a pair that was shown and passed over. A row
    vanishes with the deed that it came from.
    """

    class Source(models.TextChoices):
        """What was done."""

        INTERESTED = "interested", _("留意")
        CONTACTED = "contacted", _("联系")
        INVITED = "invited", _("邀请")
        APPLIED = "applied", _("申请")
        ACCEPTED = "accepted", _("接受")
        EXCLUDED = "excluded", _("排除")
        SHOWN = "shown", _("看到但未标记")
        LABEL = "label", _("标注")

    class Voice(models.TextChoices):
        """Who said it."""

        DEMAND = "demand", _("需求方")
        SUPPLY = "supply", _("供给方")
        LABELLERS = "labellers", _("标注人")

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="+", verbose_name=_("场景机会"))
    capability = models.ForeignKey(Capability, on_delete=models.CASCADE, related_name="+", verbose_name=_("场景能力"))
    source = models.CharField(_("来源"), max_length=12, choices=Source)
    voice = models.CharField(_("谁说的"), max_length=10, choices=Voice)
    mark = models.OneToOneField(Mark, on_delete=models.CASCADE, null=True, related_name="training")
    application = models.OneToOneField(Application, on_delete=models.CASCADE, null=True, related_name="training")
    label = models.OneToOneField(Pair, on_delete=models.CASCADE, null=True, related_name="training")
    grade = models.PositiveSmallIntegerField(_("等级"), null=True, help_text="None: a preference, not about the fit.")
    weight = models.FloatField(_("分量"), help_text="In [0, 1].")
    exclusion = models.CharField(_("排除原因"), max_length=8, choices=Mark.Exclusion, blank=True)
    rank = models.PositiveSmallIntegerField(
        _("名次"), null=True, help_text="Its place in the list of the demand when it was noted: deeds favour the top."
    )
    demand_text = models.ForeignKey(KeptText, on_delete=models.PROTECT, related_name="+")
    supply_text = models.ForeignKey(KeptText, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField(_("时间"))
    noted_at = models.DateTimeField(auto_now=True)

    objects = TrainingPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("训练样本")
        verbose_name_plural = _("训练样本")
        ordering: ClassVar[list[str]] = ["-happened_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["scenario", "capability"], condition=models.Q(source="shown"), name="training_pair_shown_once"
            ),
            models.CheckConstraint(
                condition=models.Q(grade__isnull=True) | models.Q(grade__lte=3, weight__gt=0),
                name="training_pair_grade_has_weight",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-happened_at", "-id"], name="training_pair_newest")
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id} ↔ {self.capability_id}: {self.source}"


class State(models.TextChoices):
    """Where a training stands."""

    WAITING = "waiting", _("等待中")
    RUNNING = "running", _("训练中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("未成功")


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    """Words for finding trainings."""

    def going(self) -> Self:
        """Asked for and not ended."""
        return self.filter(state__in=[State.WAITING, State.RUNNING])

    def due(self, *, at: datetime | None = None) -> Self:
        """For a worker to take: waiting, or left by a worker that gives no sign of life any more."""
        quiet = models.Q(state=State.RUNNING, heartbeat_at__lt=(at or timezone.now()) - GIVEN_UP_AFTER)
        return self.filter(models.Q(state=State.WAITING) | quiet).order_by("pk")


class TrainingRun(models.Model):
    """A training that somebody asked for on the page. The worker finds it by query."""

    class Stage(models.TextChoices):
        """What it does now."""

        GATHERING = "gathering", _("收集样本")
        READING = "reading", _("计算特征")
        COMPARING = "comparing", _("与现行版本比较")

    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    stage = models.CharField(max_length=10, choices=Stage, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("发起人"))
    asked_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    attempt = models.PositiveSmallIntegerField(default=0, help_text="Counts takings: an older one may not finish it.")
    heartbeat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    version = models.ForeignKey(RankerVersion, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = TrainingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("训练")
        verbose_name_plural = _("训练")
        ordering: ClassVar[list[str]] = ["-asked_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                models.Value(1), condition=models.Q(state__in=["waiting", "running"]), name="training_run_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"
