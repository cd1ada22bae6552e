"""Capabilities: what companies, universities and institutes can do."""

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.urls import reverse
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
    CooperationMode,
    Deployment,
    Maturity,
    Modality,
    Requirement,
    Sector,
)
from marketplace.web.fields import PlainCharField, PlainTextField, StateField

TEXT_LIMIT = 5000  # characters per section


class State(models.TextChoices):
    """Where a capability stands. Its organisation was verified; it publishes on its own word."""

    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤下")


class CapabilityQuerySet(models.QuerySet["Capability"]):
    """Words for finding capabilities."""

    def public(self) -> Self:
        """Published by an organisation that is in good standing."""
        return self.filter(state=State.PUBLISHED, organisation__state=Organisation.State.VERIFIED)

    def of_organisations(self, ids: list[int]) -> Self:
        """Offered by these organisations."""
        return self.filter(organisation_id__in=ids)

    def visible_to(self, user: AnyUser) -> Self:
        """Public ones; besides, an organisation's own; administrators also see those withdrawn in their region."""
        seen = models.Q(state=State.PUBLISHED, organisation__state=Organisation.State.VERIFIED)
        if user.is_authenticated:
            seen |= models.Q(organisation_id__in=organisation_ids(user))
        if is_province_administrator(user):
            seen |= ~models.Q(state=State.DRAFT)
        elif regions := administered_region_ids(user):
            seen |= models.Q(organisation__region_id__in=regions) & ~models.Q(state=State.DRAFT)
        return self.filter(seen)

    def with_terms(self) -> Self:
        """With all that a list row shows."""
        return self.select_related("organisation__region", "maturity").prefetch_related("sectors")


@pghistory.track()
class Capability(FSMModelMixin, models.Model):
    """场景能力: a model or product that can solve such problems."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="capabilities", verbose_name=_("提供单位")
    )
    name = PlainCharField(_("能力名称"), max_length=80)
    sectors = models.ManyToManyField(Sector, blank=True, related_name="capabilities", verbose_name=_("面向行业"))
    summary = PlainTextField(_("能力概述"), max_length=TEXT_LIMIT, blank=True)
    technology = PlainTextField(_("核心技术"), max_length=TEXT_LIMIT, blank=True)
    highlights = PlainTextField(_("创新亮点"), max_length=TEXT_LIMIT, blank=True)
    evidence = PlainTextField(_("应用实效"), max_length=TEXT_LIMIT, blank=True)
    scenes = PlainTextField(_("可应用场景"), max_length=TEXT_LIMIT, blank=True)
    customers = PlainTextField(_("意向对接客户"), max_length=TEXT_LIMIT, blank=True)
    modalities = models.ManyToManyField(Modality, blank=True, related_name="+", verbose_name=_("处理的模态"))
    deployments = models.ManyToManyField(Deployment, blank=True, related_name="+", verbose_name=_("部署方式"))
    maturity = models.ForeignKey(
        Maturity, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("成熟度")
    )
    offered = models.ManyToManyField(Requirement, blank=True, related_name="+", verbose_name=_("可满足的要求"))
    lacking = models.ManyToManyField(Requirement, blank=True, related_name="+", verbose_name=_("明确不支持的要求"))
    filing_number = PlainCharField(_("生成式人工智能备案号"), max_length=60, blank=True)
    compute = PlainCharField(_("所需算力"), max_length=80, blank=True)
    modes = models.ManyToManyField(CooperationMode, blank=True, related_name="+", verbose_name=_("合作方式"))
    price_min_wan = models.DecimalField(_("报价下限（万元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    price_max_wan = models.DecimalField(_("报价上限（万元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    state = StateField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=1, help_text="Counts changes of the content; matches follow it.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("填写人"))
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("场景能力")
        verbose_name_plural = _("场景能力")
        ordering: ClassVar[list[str]] = ["-published_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(price_min_wan__isnull=True) | models.Q(price_min_wan__gte=0),
                name="capability_price_not_negative",
                violation_error_message=_("报价不能为负数。"),
            ),
            models.CheckConstraint(
                condition=models.Q(price_min_wan__isnull=True)
                | models.Q(price_max_wan__isnull=True)
                | models.Q(price_min_wan__lte=models.F("price_max_wan")),
                name="capability_price_range",
                violation_error_message=_("报价下限不能高于上限。"),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="published") | models.Q(published_at__isnull=False),
                name="capability_published_has_date",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-published_at", "-id"], name="capability_newest"),
            models.Index(fields=["state"], name="capability_state"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        """The capability's page."""
        return reverse("capabilities:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """编号: year and serial."""
        return f"CJNL-{self.created_at.year}-{self.pk:05d}"

    @transition(field=state, source=[State.DRAFT, State.WITHDRAWN], target=State.PUBLISHED)
    def publish(self) -> None:
        """Everybody may read it from now on; the first date of publishing stays."""

    @transition(field=state, source=State.PUBLISHED, target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """No longer offered."""
