"""Cases: an accepted pairing, followed to delivery."""

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, FSMModelMixin, transition

from marketplace.accounts.rules import (
    AnyUser,
    administered_region_ids,
    is_province_administrator,
)
from marketplace.applications.models import Application
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import organisation_ids
from marketplace.scenarios.models import Scenario
from marketplace.web.fields import PlainCharField, StateField


class State(models.TextChoices):
    """Where a case stands."""

    PREPARING = "preparing", _("筹备中")
    CONTRACTED = "contracted", _("已签合同")
    BUILDING = "building", _("建设中")
    TRIAL = "trial", _("试运行")
    ACCEPTED = "accepted", _("已验收")
    IN_OPERATION = "in_operation", _("运行中")
    ON_HOLD = "on_hold", _("搁置")
    ENDED = "ended", _("已终止")


RUNNING_STATES = [State.PREPARING, State.CONTRACTED, State.BUILDING, State.TRIAL]
DELIVERED_STATES = [State.ACCEPTED, State.IN_OPERATION]


class CaseQuerySet(models.QuerySet["Case"]):
    """Words for finding cases."""

    def delivered(self) -> Self:
        """Accepted by the user, or in operation since."""
        return self.filter(state__in=DELIVERED_STATES)

    def benchmarks(self) -> Self:
        """Certified as models for others."""
        return self.delivered().filter(benchmark_on__isnull=False)

    def visible_to(self, user: AnyUser) -> Self:
        """Delivered ones are public; besides, both sides' own, and for administrators those of their region."""
        if is_province_administrator(user):
            return self
        seen = models.Q(state__in=DELIVERED_STATES)
        if user.is_authenticated:
            own = organisation_ids(user)
            seen |= models.Q(department_id__in=own) | models.Q(supplier_id__in=own)
        if regions := administered_region_ids(user):
            seen |= models.Q(scenario__region_id__in=regions) | models.Q(scenario__region__parent_id__in=regions)
        return self.filter(seen)

    def with_parties(self) -> Self:
        """With all that a list row shows."""
        return self.select_related("department", "supplier", "scenario__area", "scenario__sector", "scenario__region")


@pghistory.track()
class Case(FSMModelMixin, models.Model):
    """案例: one opportunity and one supplier on the way to delivery."""

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="cases", verbose_name=_("场景机会"))
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="case", verbose_name=_("申请")
    )
    department = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cases_as_department", verbose_name=_("需求单位")
    )
    supplier = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cases_as_supplier", verbose_name=_("供给单位")
    )
    title = PlainCharField(_("案例名称"), max_length=80)
    state = StateField(_("状态"), max_length=14, choices=State.choices, default=State.PREPARING)
    state_reason = PlainCharField(_("说明"), max_length=1000, blank=True)
    paused_from = models.CharField(max_length=14, choices=State.choices, blank=True)
    benchmark_on = models.DateField(_("认定为标杆的日期"), null=True, blank=True)
    opened_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("案例")
        verbose_name_plural = _("案例")
        ordering: ClassVar[list[str]] = ["-opened_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["scenario"], condition=~models.Q(state="ended"), name="case_one_per_scenario"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state"], name="case_state")]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        """The case's page: its whole thread."""
        return reverse("cases:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """编号: year and serial."""
        return f"AL-{self.opened_at.year}-{self.pk:05d}"

    @transition(field=state, source=State.PREPARING, target=State.CONTRACTED)
    def contract(self) -> None:
        """Both sides have signed."""

    @transition(field=state, source=State.CONTRACTED, target=State.BUILDING)
    def build(self) -> None:
        """Work begins."""

    @transition(field=state, source=State.BUILDING, target=State.TRIAL)
    def try_out(self) -> None:
        """It runs on trial."""

    @transition(field=state, source=State.TRIAL, target=State.ACCEPTED)
    def accept_delivery(self) -> None:
        """The user certifies the delivery."""

    @transition(field=state, source=State.ACCEPTED, target=State.IN_OPERATION)
    def operate(self) -> None:
        """It is in daily use."""

    @transition(field=state, source=RUNNING_STATES, target=State.ON_HOLD)
    def hold(self) -> None:
        """Paused; `resume` leads back to where it was."""
        self.paused_from = self.state

    @transition(field=state, source=State.ON_HOLD, target=RETURN_VALUE(*RUNNING_STATES))
    def resume(self) -> str:
        """Goes on where it stopped."""
        return self.paused_from

    @transition(field=state, source=[*RUNNING_STATES, State.ON_HOLD, State.IN_OPERATION], target=State.ENDED)
    def end(self) -> None:
        """Given up, or out of use."""
