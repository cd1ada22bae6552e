"""Frozen results, objections to them, and what winners receive."""

from datetime import date, datetime
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.accounts.rules import AnyUser
from marketplace.competitions.models.contests import Award, Competition, Round
from marketplace.competitions.models.entries import Entry
from marketplace.organisations.models import Organisation
from marketplace.web.fields import PlainCharField, PlainTextField, StateField
from marketplace.web.uploads import StoredFile


class ResultSnapshot(models.Model):
    """A result as frozen: `document` is what `scoring.snapshot.sealed` made. Rows are only ever added.

    A corrected result is the next `number` beside the old, with its reason.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField(_("版本"))
    document = models.JSONField()
    digest = models.CharField(_("校验值"), max_length=80)
    reason = PlainCharField(_("更正原因"), max_length=1000, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("定稿人"))
    made_at = models.DateTimeField(_("定稿时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("定稿结果")
        verbose_name_plural = _("定稿结果")
        ordering: ClassVar[list[str]] = ["round", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "number"], name="snapshot_number_once")
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.round} #{self.number}"


class ResultObjectionQuerySet(models.QuerySet["Objection"]):
    """Words for finding objections."""

    def pending(self) -> Self:
        """Not answered yet: the result cannot become final."""
        return self.filter(state__in=[Objection.State.RECEIVED, Objection.State.INVESTIGATING])

    def visible_to(self, user: AnyUser) -> Self:
        """The objector's own, and those of competitions that one administers."""
        if not user.is_authenticated:
            return self.none()
        mine = Competition.objects.administered_by(user).values("pk")
        return self.filter(models.Q(raised_by_id=user.pk) | models.Q(round__competition_id__in=mine))


@pghistory.track()
class Objection(FSMModelMixin, models.Model):
    """异议: by real name, in writing, with evidence, within the notice."""

    class State(models.TextChoices):
        """Where an objection stands."""

        RECEIVED = "received", _("已收到")
        INVESTIGATING = "investigating", _("核查中")
        UPHELD = "upheld", _("成立")
        DISMISSED = "dismissed", _("不成立")

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="objections")
    snapshot = models.ForeignKey(ResultSnapshot, on_delete=models.PROTECT, related_name="objections")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="objections", verbose_name=_("所涉作品"))
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("提出人"))
    real_name = PlainCharField(_("真实姓名"), max_length=60)
    phone = PlainCharField(_("联系电话"), max_length=30)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("所在单位")
    )
    text = PlainTextField(_("事实与理由"), max_length=5000)
    state = StateField(_("状态"), max_length=14, choices=State.choices, default=State.RECEIVED)
    answer = PlainTextField(_("答复"), max_length=5000, blank=True)
    answer_due_on = models.DateField(_("答复期限"))
    raised_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    acknowledged_at = models.DateTimeField(_("受理时间"), null=True, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )

    objects = ResultObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("异议")
        verbose_name_plural = _("异议")
        ordering: ClassVar[list[str]] = ["raised_at", "pk"]

    def __str__(self) -> str:
        return f"{self.real_name} · {self.entry}"

    def get_absolute_url(self) -> str:
        """The objection's page."""
        return reverse("competitions:objection", args=[self.pk])

    def is_late(self, *, on: date) -> bool:
        """Whether the term for the answer has passed."""
        return self.answered_at is None and on > self.answer_due_on

    @transition(field=state, source=State.RECEIVED, target=State.INVESTIGATING)
    def acknowledge(self, *, at: datetime) -> None:
        """Taken up; investigation begins."""
        self.acknowledged_at = at

    @transition(field=state, source=State.INVESTIGATING, target=State.UPHELD)
    def uphold(self, *, by: User, at: datetime, answer: str) -> None:
        """It is right; a corrected result follows."""
        self.answered_by, self.answered_at, self.answer = by, at, answer

    @transition(field=state, source=State.INVESTIGATING, target=State.DISMISSED)
    def dismiss(self, *, by: User, at: datetime, answer: str) -> None:
        """It is not borne out, with reasons."""
        self.answered_by, self.answered_at, self.answer = by, at, answer


class Evidence(StoredFile):
    """证据 of an objection."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="evidence")

    class Meta:
        verbose_name = _("证据")
        verbose_name_plural = _("证据")


class Certificate(models.Model):
    """证书: an award given by a final result."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="certificates")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="certificates")
    snapshot = models.ForeignKey(ResultSnapshot, on_delete=models.PROTECT, related_name="certificates")
    issued_at = models.DateTimeField(_("颁发时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("证书")
        verbose_name_plural = _("证书")
        ordering: ClassVar[list[str]] = ["award__position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry"], name="certificate_once")
        ]

    def __str__(self) -> str:
        return f"{self.award} · {self.entry}"

    @property
    def number(self) -> str:
        """编号 printed on it."""
        return f"ZS-{self.issued_at.year}-{self.pk:05d}"
