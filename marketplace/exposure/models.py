"""Counts of who was seen where, the policy for fair lists, and the prices by which lists keep it."""

from datetime import date, datetime
from typing import Any, ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.organisations.models import Organisation
from marketplace.web.fields import StateField

BEYOND = 11  # stands for every place after the tenth
LIST_LIMIT = 0.05  # of its nDCG, that a single list may lose


class ImpressionQuerySet(models.QuerySet["Impression"]):
    """Words for finding counts."""

    def between(self, first: date, last: date) -> Self:
        """Of these days, both included."""
        return self.filter(day__gte=first, day__lte=last)


class Impression(models.Model):
    """How often a supplier was seen in one place of match lists on one day. Only the sum is kept, not who looked."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="impressions", verbose_name=_("单位")
    )
    day = models.DateField(_("日期"))
    place = models.PositiveSmallIntegerField(_("位次"), help_text="1 to 10; 11 for all places after.")
    count = models.PositiveIntegerField(_("次数"))

    objects = ImpressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("展示次数")
        verbose_name_plural = _("展示次数")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "day", "place"], name="impression_once"),
            models.CheckConstraint(condition=models.Q(place__gte=1, place__lte=BEYOND), name="impression_place"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["day"], name="impression_day")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.day} #{self.place}: {self.count}"


class State(models.TextChoices):
    """Where a policy stands."""

    TRYING = "trying", _("试算中")
    READY = "ready", _("已试算")
    ACTIVE = "active", _("执行中")
    ENDED = "ended", _("已停用")


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Words for finding policies."""

    def owed(self) -> Self:
        """Whose effect nobody has computed yet: the worker's work."""
        return self.filter(state=State.TRYING).order_by("pk")

    def active(self) -> Self:
        """The one that lists keep, if any."""
        return self.filter(state=State.ACTIVE)


@pghistory.track()
class Policy(FSMModelMixin, models.Model):
    """What is asked of the match lists as a whole: a Gini figure, a share for small firms, or both."""

    gini_target = models.FloatField(
        _("前十位曝光的基尼系数不高于"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
    )
    small_share = models.PositiveSmallIntegerField(
        _("小微企业曝光占比不低于（%）"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    list_limit = models.FloatField(default=LIST_LIMIT, help_text="What a single list may lose of its nDCG.")
    state = StateField(_("状态"), max_length=8, choices=State.choices, default=State.TRYING)
    result = models.JSONField(default=dict, blank=True, help_text="See pairing.fairness.")
    priced_at = models.DateTimeField(_("计算时间"), null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("设定人"))
    made_at = models.DateTimeField(_("设定时间"), auto_now_add=True)
    adopted_at = models.DateTimeField(_("启用时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("曝光公平策略")
        verbose_name_plural = _("曝光公平策略")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(gini_target__isnull=False) | models.Q(small_share__isnull=False),
                name="policy_asks_something",
                violation_error_message=_("请至少填写一项目标。"),
            ),
            models.UniqueConstraint(fields=["state"], condition=models.Q(state=State.ACTIVE), name="policy_one_active"),
        ]

    def __str__(self) -> str:
        wishes = [f"{_('基尼系数')} ≤ {self.gini_target:g}" if self.gini_target is not None else ""]
        wishes += [f"{_('小微企业')} ≥ {self.small_share}%" if self.small_share is not None else ""]
        return " · ".join(wish for wish in wishes if wish)

    @transition(field=state, source=State.TRYING, target=State.READY)
    def tried(self, *, result: dict[str, Any], at: datetime) -> None:
        """Its effect is known."""
        self.result, self.priced_at = result, at

    @transition(field=state, source=State.READY, target=State.ACTIVE)
    def adopt(self, *, at: datetime) -> None:
        """Lists keep it from now on."""
        self.adopted_at = at

    @transition(field=state, source=State.ACTIVE, target=State.ENDED)
    def end(self, *, at: datetime) -> None:
        """Lists are ordered by fit alone again."""
        self.ended_at = at


class Price(models.Model):
    """What a supplier's score is lowered by, or raised where negative, when lists are ordered under a policy."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="prices")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    price = models.FloatField(help_text="In units of score.")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["policy", "organisation"], name="price_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.price:+.4f}"
