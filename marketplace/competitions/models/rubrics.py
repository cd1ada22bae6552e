"""评分表: templates in versions. A version that a round uses is never changed; editing makes the next one."""

from typing import TYPE_CHECKING, ClassVar

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.competitions.models.contests import Round, Track
from marketplace.taxonomy.models import Term
from marketplace.web.fields import PlainCharField, PlainTextField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


@pghistory.track()
class Rubric(Term):
    """A named template, seeded with its source."""

    if TYPE_CHECKING:
        versions: RelatedManager["RubricVersion"]

    class Meta(Term.Meta):
        verbose_name = _("评分表")
        verbose_name_plural = _("评分表")


@pghistory.track()
class RubricVersion(models.Model):
    """One version with its criteria; `number` 1 comes from the seeds or its maker."""

    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("版本"))
    note = PlainCharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("制定人")
    )
    created_at = models.DateTimeField(_("制定时间"), auto_now_add=True)

    if TYPE_CHECKING:
        criteria: RelatedManager["Criterion"]

    class Meta:
        verbose_name = _("评分表版本")
        verbose_name_plural = _("评分表版本")
        ordering: ClassVar[list[str]] = ["rubric", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["rubric", "number"], name="rubric_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.rubric.name} v{self.number}"


@pghistory.track()
class Criterion(models.Model):
    """评分项, or a gate (门槛) that is passed (1) or failed (0) before anything is weighed.

    `weight` of 100 over the version's criteria, 0 for gates; `anchors`: list of {"mark": 6, "text": "…"}, what a mark
    means. A comment is required at or below `comment_below` (marks), and always when `comment_required`.
    """

    version = models.ForeignKey(RubricVersion, on_delete=models.CASCADE, related_name="criteria")
    code = models.SlugField(_("代号"), max_length=20)
    name = PlainCharField(_("名称"), max_length=60)
    guidance = PlainTextField(_("看什么"), max_length=1000, blank=True)
    is_gate = models.BooleanField(_("门槛项"), default=False)
    weight = models.DecimalField(_("权重"), max_digits=5, decimal_places=2, default=0)
    highest = models.DecimalField(
        _("满分"), max_digits=5, decimal_places=1, default=10, validators=[MinValueValidator(1)]
    )
    anchors = models.JSONField(_("分数说明"), default=list, blank=True)
    comment_required = models.BooleanField(_("必须写评语"), default=False)
    comment_below = models.DecimalField(
        _("不高于此分必须写评语"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("评分项")
        verbose_name_plural = _("评分项")
        ordering: ClassVar[list[str]] = ["-is_gate", "position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "code"], name="criterion_code_once"),
            models.CheckConstraint(
                condition=models.Q(is_gate=True, weight=0) | models.Q(is_gate=False, weight__gt=0, weight__lte=100),
                name="criterion_weight",
                violation_error_message=_("门槛项没有权重；其他评分项的权重在 0 到 100 之间。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


@pghistory.track()
class TrackRubric(models.Model):
    """A track that is marked by another rubric than its round."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="track_rubrics")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="rubrics", verbose_name=_("赛道"))
    version = models.ForeignKey(
        RubricVersion, on_delete=models.PROTECT, related_name="track_rounds", verbose_name=_("评分表")
    )

    class Meta:
        verbose_name = _("赛道评分表")
        verbose_name_plural = _("赛道评分表")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "track"], name="track_rubric_once")
        ]

    def __str__(self) -> str:
        return f"{self.track} · {self.version}"
