"""Who judges what, and what he gave."""

from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.competitions.models.contests import Round
from marketplace.competitions.models.entries import Entry
from marketplace.competitions.models.rubrics import Criterion
from marketplace.web.fields import PlainCharField, PlainTextField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class JudgingQuerySet(models.QuerySet["Assignment"]):
    """Words for finding assignments."""

    def counting(self) -> Self:
        """Neither recused nor released: their marks may count."""
        return self.filter(state=Assignment.State.ASSIGNED)


@pghistory.track()
class Assignment(models.Model):
    """One judge to mark one entry in one round. A recused one stays in the record and never counts."""

    class State(models.TextChoices):
        """Where an assignment stands."""

        ASSIGNED = "assigned", _("已分配")
        RECUSED = "recused", _("已回避")
        RELEASED = "released", _("已解除")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="assignments")
    judge = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("评委"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASSIGNED)
    reason = PlainCharField(_("原因"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("分配时间"), auto_now_add=True)

    objects = JudgingQuerySet.as_manager()

    if TYPE_CHECKING:
        sheet: "Sheet"

    class Meta:
        verbose_name = _("评审分配")
        verbose_name_plural = _("评审分配")
        ordering: ClassVar[list[str]] = ["round", "entry", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "entry", "judge"], name="judging_assignment_once")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["judge", "round"], name="assignment_judge_round")]

    def __str__(self) -> str:
        return f"{self.judge} · {self.entry}"


@pghistory.track()
class Sheet(models.Model):
    """评分表: what one judge gives one entry; handed in once `sealed_at` is set."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="sheet")
    comment = PlainTextField(_("总评"), max_length=2000, blank=True)
    private_note = PlainTextField(_("私人笔记"), max_length=2000, blank=True)
    sealed_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    if TYPE_CHECKING:
        marks: RelatedManager["Mark"]

    class Meta:
        verbose_name = _("评分单")
        verbose_name_plural = _("评分单")

    def __str__(self) -> str:
        return str(self.assignment)


@pghistory.track()
class Mark(models.Model):
    """The mark for one criterion; `value` null where none is given yet: missing is never zero."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="marks")
    value = models.DecimalField(_("分数"), max_digits=5, decimal_places=1, null=True, blank=True)
    comment = PlainTextField(_("评语"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("分数")
        verbose_name_plural = _("分数")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="mark_once"),
            models.CheckConstraint(
                condition=models.Q(value__isnull=True) | models.Q(value__gte=0), name="mark_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"
