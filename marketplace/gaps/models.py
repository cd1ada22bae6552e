"""Opportunities that wait for something that fits, and the gaps that they make in the market."""

from typing import Any, ClassVar, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import PriorityArea, Requirement, Sector


class WaitingQuerySet(models.QuerySet["Waiting"]):
    """Words for finding opportunities that wait."""

    def running(self) -> Self:
        """Still waiting, as far as the clock has seen."""
        return self.filter(until__isnull=True)

    def shown(self) -> Self:
        """What everybody may read: still waiting, and its opportunity open at this moment."""
        return self.running().filter(scenario__in=Scenario.objects.open())


class Waiting(models.Model):
    """A time in which an opportunity was open and nothing in the market fitted it."""

    class Ended(models.TextChoices):
        """Why the waiting ended."""

        ANSWERED = "answered", _("已有合适的能力")
        WITHDRAWN = "withdrawn", _("机会不再开放")

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="waitings")
    since = models.DateTimeField(_("开始时间"))
    until = models.DateTimeField(_("结束时间"), null=True, blank=True)
    ended = models.CharField(_("结束原因"), max_length=10, choices=Ended, blank=True)
    unmet = models.ManyToManyField(
        Requirement,
        blank=True,
        related_name="+",
        help_text="Required, and among the nearest capabilities none states that it meets it.",
    )

    objects = WaitingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-since", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["scenario"], condition=models.Q(until__isnull=True), name="waiting_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True, ended="")
                | (models.Q(until__isnull=False) & ~models.Q(ended="")),
                name="waiting_ended_for_a_reason",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-since", "-id"], condition=models.Q(until__isnull=True), name="waiting_newest")
        ]

    def __str__(self) -> str:
        return str(self.scenario)


class GapQuerySet(models.QuerySet["Gap"]):
    """Words for finding gaps."""

    def open(self) -> Self:
        """Something waits in it."""
        return self.filter(closed_at__isnull=True)

    def of_dimension(self, dimension: str) -> Self:
        """Those by area, by sector, or by requirement."""
        return self.filter(dimension=dimension)

    def with_terms(self) -> Self:
        """With their names, and how many companies follow each."""
        rows = self.select_related("area", "sector", "requirement")
        return rows.annotate(followers=models.Count("follows", distinct=True))


class Gap(models.Model):
    """What is missing of one sort: in an area, a sector, or for a requirement. Public; it closes and opens again."""

    class Dimension(models.TextChoices):
        """By what the market is looked at."""

        SECTOR = "sector", _("按行业")
        AREA = "area", _("按领域")
        REQUIREMENT = "requirement", _("按要求")

    dimension = models.CharField(_("分类"), max_length=12, choices=Dimension)
    area = models.OneToOneField(PriorityArea, on_delete=models.PROTECT, null=True, related_name="gap")
    sector = models.OneToOneField(Sector, on_delete=models.PROTECT, null=True, related_name="gap")
    requirement = models.OneToOneField(Requirement, on_delete=models.PROTECT, null=True, related_name="gap")
    opened_at = models.DateTimeField(_("出现时间"))
    closed_at = models.DateTimeField(_("补上时间"), null=True, blank=True)

    objects = GapQuerySet.as_manager()

    class Meta:
        verbose_name = _("市场缺口")
        verbose_name_plural = _("市场缺口")
        ordering: ClassVar[list[str]] = ["dimension", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(dimension="area", area__isnull=False, sector__isnull=True, requirement__isnull=True)
                | models.Q(dimension="sector", area__isnull=True, sector__isnull=False, requirement__isnull=True)
                | models.Q(dimension="requirement", area__isnull=True, sector__isnull=True, requirement__isnull=False),
                name="gap_of_one_term",
            )
        ]

    def __str__(self) -> str:
        return str(self.term)

    def get_absolute_url(self) -> str:
        """The gap's page, which stays when it is closed."""
        return reverse("gaps:detail", args=[self.pk])

    @property
    def term(self) -> Any:
        """The area, sector or requirement."""
        return getattr(self, self.dimension)

    @property
    def waiting(self) -> WaitingQuerySet:
        """The opportunities in it that everybody may read."""
        return Waiting.objects.shown().filter(**{PATHS[self.dimension]: self.term.pk})


# From a waiting opportunity to the term of each dimension.
PATHS: dict[str, str] = {"area": "scenario__area", "sector": "scenario__sector", "requirement": "unmet"}


class Follow(models.Model):
    """A company follows a gap: it is told of new opportunities in it, and when it closes."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="follows")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="follows")
    followed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    followed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["gap", "organisation"], name="follow_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.gap}"
