"""Scenario opportunities: real problems that departments post."""

from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.accounts.rules import (
    AnyUser,
    administered_region_ids,
    is_province_administrator,
)
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import organisation_ids
from marketplace.taxonomy.models import (
    ApplicationPart,
    CooperationMode,
    Deployment,
    Kind,
    Maturity,
    Modality,
    PriorityArea,
    Region,
    Requirement,
    Sector,
)
from marketplace.web.fields import PlainCharField, PlainTextField, StateField
from marketplace.web.uploads import StoredFile

TEXT_LIMIT = 5000  # characters per section: the longest real posting seen has under 2,000


class State(models.TextChoices):
    """Where an opportunity stands, as the public is told."""

    DRAFT = "draft", _("草稿")
    IN_REVIEW = "in_review", _("待审核")
    RETURNED = "returned", _("退回修改")
    PUBLISHED = "published", _("已发布")
    IN_MATCHING = "in_matching", _("对接中")
    CLOSED = "closed", _("已截止")
    AWARDED = "awarded", _("已签约")
    ON_HOLD = "on_hold", _("搁置")
    WITHDRAWN = "withdrawn", _("已撤回")
    EXPIRED = "expired", _("已到期")


OPEN_STATES = [State.PUBLISHED, State.IN_MATCHING]
PUBLIC_STATES = [State.PUBLISHED, State.IN_MATCHING, State.CLOSED, State.AWARDED, State.EXPIRED]
EDITABLE_STATES = [State.DRAFT, State.RETURNED, State.PUBLISHED, State.IN_MATCHING]
UNPUBLISHED_STATES = [State.DRAFT, State.IN_REVIEW, State.RETURNED]


class ScenarioQuerySet(models.QuerySet["Scenario"]):
    """Words for finding opportunities."""

    def public(self) -> Self:
        """What everybody may read."""
        return self.filter(state__in=PUBLIC_STATES)

    def open(self, *, at: datetime | None = None) -> Self:
        """Published, with a deadline still to come: companies may apply."""
        return self.filter(state__in=OPEN_STATES, closes_at__gt=at or timezone.now())

    def overdue(self, *, at: datetime | None = None) -> Self:
        """Still shown as open although the deadline has passed: the clock's work."""
        return self.filter(state__in=OPEN_STATES, closes_at__lte=at or timezone.now())

    def in_review(self) -> Self:
        """Waiting for an administrator, the oldest first."""
        return self.filter(state=State.IN_REVIEW).order_by("submitted_at", "pk")

    def of_organisations(self, ids: list[int]) -> Self:
        """Posted by these departments."""
        return self.filter(department_id__in=ids)

    def visible_to(self, user: AnyUser) -> Self:
        """Public ones; besides, a department's own, and for administrators all of their region but drafts."""
        seen = models.Q(state__in=PUBLIC_STATES)
        if user.is_authenticated:
            seen |= models.Q(department_id__in=organisation_ids(user))
        if is_province_administrator(user):
            seen |= ~models.Q(state=State.DRAFT)
        elif regions := administered_region_ids(user):
            here = models.Q(region_id__in=regions) | models.Q(region__parent_id__in=regions)
            seen |= here & ~models.Q(state=State.DRAFT)
        return self.filter(seen)

    def with_terms(self) -> Self:
        """With all that a list row shows."""
        return self.select_related("department", "area", "sector", "kind", "region", "mode", "least_maturity")


@pghistory.track()
class Scenario(FSMModelMixin, models.Model):
    """场景机会: a demand posted by a department."""

    department = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="scenarios", verbose_name=_("发布单位")
    )
    title = PlainCharField(_("机会名称"), max_length=80)
    area = models.ForeignKey(
        PriorityArea,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="scenarios",
        verbose_name=_("重点领域"),
    )
    sector = models.ForeignKey(
        Sector, on_delete=models.PROTECT, null=True, blank=True, related_name="scenarios", verbose_name=_("所属行业")
    )
    subsector = PlainCharField(_("细分领域"), max_length=40, blank=True)
    kind = models.ForeignKey(
        Kind, on_delete=models.PROTECT, null=True, blank=True, related_name="scenarios", verbose_name=_("机会类别")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="scenarios", verbose_name=_("所属区域")
    )
    mode = models.ForeignKey(
        CooperationMode,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="scenarios",
        verbose_name=_("合作方式"),
    )
    summary = PlainTextField(_("场景概述"), max_length=TEXT_LIMIT, blank=True)
    pain = PlainTextField(_("拟解决问题"), max_length=TEXT_LIMIT, blank=True)
    direction = PlainTextField(_("技术需求与合作方向"), max_length=TEXT_LIMIT, blank=True)
    goals = PlainTextField(_("预期目标与指标"), max_length=TEXT_LIMIT, blank=True)
    foundation = PlainTextField(_("现有基础"), max_length=TEXT_LIMIT, blank=True)
    budget_wan = models.DecimalField(_("投资规模（万元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    investment = PlainCharField(_("投资方式"), max_length=40, blank=True)
    period_months = models.PositiveSmallIntegerField(_("建设周期（月）"), null=True, blank=True)
    closes_at = models.DateTimeField(_("截止时间"), null=True, blank=True)
    modalities = models.ManyToManyField(Modality, blank=True, related_name="+", verbose_name=_("涉及模态"))
    deployments = models.ManyToManyField(Deployment, blank=True, related_name="+", verbose_name=_("部署方式"))
    required = models.ManyToManyField(Requirement, blank=True, related_name="+", verbose_name=_("硬性要求"))
    preferred = models.ManyToManyField(Requirement, blank=True, related_name="+", verbose_name=_("优先考虑"))
    waived = models.ManyToManyField(
        Requirement, blank=True, related_name="+", verbose_name=_("确认不要求"), help_text=_("已确认不作要求的条件")
    )
    least_maturity = models.ForeignKey(
        Maturity, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("最低成熟度")
    )
    compute = PlainCharField(_("可用算力"), max_length=80, blank=True)
    contact_name = PlainCharField(_("联系人"), max_length=60, blank=True)
    contact_phone = PlainCharField(_("联系电话"), max_length=30, blank=True)
    state = StateField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    state_reason = PlainCharField(_("原因"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="Counts changes of the content; matches follow it.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("填写人"))
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        verbose_name = _("场景机会")
        verbose_name_plural = _("场景机会")
        ordering: ClassVar[list[str]] = ["-published_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(budget_wan__isnull=True) | models.Q(budget_wan__gte=0),
                name="scenario_budget_not_negative",
                violation_error_message=_("投资规模不能为负数。"),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[*UNPUBLISHED_STATES, State.WITHDRAWN])
                | models.Q(published_at__isnull=False, closes_at__isnull=False),
                name="scenario_published_has_dates",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-published_at", "-id"], name="scenario_newest"),
            models.Index(fields=["state", "closes_at"], name="scenario_state_deadline"),
            models.Index(fields=["area", "state"], name="scenario_area_state"),
            models.Index(fields=["region", "state"], name="scenario_region_state"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        """The opportunity's page."""
        return reverse("scenarios:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """编号: year and serial."""
        return f"CJJH-{self.created_at.year}-{self.pk:05d}"

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.state in PUBLIC_STATES

    def is_open(self, *, at: datetime | None = None) -> bool:
        """Whether companies may apply."""
        return self.state in OPEN_STATES and self.closes_at is not None and self.closes_at > (at or timezone.now())

    @transition(field=state, source=[State.DRAFT, State.RETURNED], target=State.IN_REVIEW)
    def submit(self, *, at: datetime) -> None:
        """The department hands it in."""
        self.submitted_at = at
        self.state_reason = ""

    @transition(field=state, source=State.IN_REVIEW, target=State.RETURNED)
    def give_back(self, *, reason: str) -> None:
        """The reviewer asks for changes."""
        self.state_reason = reason

    @transition(field=state, source=State.IN_REVIEW, target=State.PUBLISHED)
    def publish(self, *, at: datetime) -> None:
        """The reviewer approves; everybody may read it from now on."""
        self.published_at = at
        self.state_reason = ""

    @transition(field=state, source=State.PUBLISHED, target=State.IN_MATCHING)
    def begin_matching(self) -> None:
        """A first company has applied or was invited."""

    @transition(field=state, source=[State.PUBLISHED, State.IN_MATCHING, State.CLOSED], target=State.AWARDED)
    def award(self) -> None:
        """An application was accepted; a case opens."""

    @transition(field=state, source=State.AWARDED, target=State.CLOSED)
    def fall_back(self) -> None:
        """The chosen company did not sign; the next in line, or nobody, takes its place."""

    @transition(field=state, source=[State.PUBLISHED, State.IN_MATCHING], target=State.CLOSED)
    def close(self, *, reason: str) -> None:
        """No more applications; those received are still decided."""
        self.state_reason = reason

    @transition(field=state, source=State.PUBLISHED, target=State.EXPIRED)
    def expire(self) -> None:
        """The deadline passed and nobody had applied."""

    @transition(field=state, source=[State.PUBLISHED, State.IN_MATCHING], target=State.ON_HOLD)
    def hold(self, *, reason: str) -> None:
        """The department pauses it."""
        self.state_reason = reason

    @transition(field=state, source=State.ON_HOLD, target=State.PUBLISHED)
    def resume(self) -> None:
        """The department goes on with it."""
        self.state_reason = ""

    @transition(
        field=state,
        source=[*UNPUBLISHED_STATES, State.PUBLISHED, State.IN_MATCHING, State.ON_HOLD, State.CLOSED],
        target=State.WITHDRAWN,
    )
    def withdraw(self, *, reason: str) -> None:
        """The department takes it back."""
        self.state_reason = reason


class Attachment(StoredFile):
    """A file beside an opportunity; as visible as the opportunity itself."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="attachments")

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering: ClassVar[list[str]] = ["pk"]


@pghistory.track()
class ApplicationTerms(models.Model):
    """What an opportunity asks of applications. Fixed from the moment that the first company begins one."""

    scenario = models.OneToOneField(Scenario, on_delete=models.CASCADE, related_name="terms")
    parts = ArrayField(
        models.CharField(max_length=12, choices=ApplicationPart), verbose_name=_("申请须填内容"), default=list
    )
    sealed = models.BooleanField(_("截止前密封"), default=False)
    consortium = models.BooleanField(_("接受联合体"), default=True)
    notice_days = models.PositiveSmallIntegerField(_("公示期（工作日）"), default=0)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("申请单位所在地")
    )
    qualifications = ArrayField(models.CharField(max_length=40), verbose_name=_("须有资质"), default=list, blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True, help_text="When the first company began to apply.")

    class Meta:
        verbose_name = _("申请须知")
        verbose_name_plural = _("申请须知")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(notice_days__lte=30),
                name="terms_notice_at_most_30",
                violation_error_message=_("公示期最多 30 个工作日。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} · {self.scenario_id}"

    @property
    def part_names(self) -> list[str]:
        """The chosen parts in the order of the menu, for people."""
        return [str(part.label) for part in ApplicationPart if part in self.parts]

    def seals(self, *, at: datetime | None = None) -> bool:
        """Whether received applications are still closed to the department and to administrators."""
        closes_at = self.scenario.closes_at
        return self.sealed and closes_at is not None and closes_at > (at or timezone.now())
