"""An application: one organisation, or a consortium under its lead, answers one opportunity."""

from datetime import date, datetime
from typing import ClassVar, Self

import pghistory
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
from marketplace.applications.models.objection import Objection
from marketplace.applications.models.partner import Partner
from marketplace.capabilities.models import Capability
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import organisation_ids
from marketplace.scenarios.models import Scenario
from marketplace.web.fields import PlainCharField, PlainTextField, StateField

PROPOSAL_LIMIT = 10000  # characters


class State(models.TextChoices):
    """Where an application stands."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待答复")
    CHOSEN = "chosen", _("拟选定，公示中")
    RESERVE = "reserve", _("候补")
    WITHDRAWN = "withdrawn", _("已撤回")
    ACCEPTED = "accepted", _("已接受")
    DECLINED = "declined", _("未接受")
    FORFEITED = "forfeited", _("未能签约")


UNDECIDED_STATES = [State.SUBMITTED, State.RESERVE]
WINNING_STATES = [State.CHOSEN, State.ACCEPTED]
RECEIVED_STATES = [*UNDECIDED_STATES, *WINNING_STATES, State.DECLINED, State.FORFEITED]
LIVE_STATES = [State.DRAFT, *RECEIVED_STATES]


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Words for finding applications."""

    def submitted(self) -> Self:
        """Waiting for the department's answer."""
        return self.filter(state=State.SUBMITTED)

    def received(self) -> Self:
        """All that the department has ever received and that was not taken back."""
        return self.filter(state__in=RECEIVED_STATES)

    def reserves(self) -> Self:
        """Next in line, the second place first."""
        return self.filter(state=State.RESERVE).order_by("reserve_rank", "pk")

    def on_notice(self) -> Self:
        """Chosen, and open to objections."""
        return self.filter(state=State.CHOSEN)

    def notice_over(self, *, on: date) -> Self:
        """Chosen, the notice has run out and no objection waits for an answer: the clock's work."""
        waiting = Objection.objects.waiting().values("application")
        return self.on_notice().filter(notice_until__lt=on).exclude(pk__in=waiting)

    def opened(self, *, at: datetime | None = None) -> Self:
        """Not sealed, or not any longer: the deadline of the opportunity has passed."""
        return self.exclude(scenario__terms__sealed=True, scenario__closes_at__gt=at or timezone.now())

    def of_organisations(self, ids: list[int]) -> Self:
        """Applied for by these organisations, alone, as leaders or as partners of a consortium."""
        joined = Partner.objects.active().filter(organisation_id__in=ids).values("application")
        return self.filter(models.Q(organisation_id__in=ids) | models.Q(pk__in=joined))

    def visible_to(self, user: AnyUser) -> Self:
        """The applicant's own, partners included. What was received and is not sealed: for the department, and for
        administrators that of their region. There is no other way to a sealed application, for nobody.
        """
        if not user.is_authenticated:
            return self.none()
        own = organisation_ids(user)
        sealed = models.Q(scenario__terms__isnull=False, scenario__terms__sealed=True)
        received = models.Q(submitted_at__isnull=False) & ~(sealed & models.Q(scenario__closes_at__gt=timezone.now()))
        joined = Partner.objects.active().filter(organisation_id__in=own).values("application")
        seen = models.Q(organisation_id__in=own) | models.Q(pk__in=joined)
        seen |= models.Q(scenario__department_id__in=own) & received
        if is_province_administrator(user):
            seen |= received
        elif regions := administered_region_ids(user):
            here = models.Q(scenario__region_id__in=regions) | models.Q(scenario__region__parent_id__in=regions)
            seen |= here & received
        return self.filter(seen)

    def with_parties(self) -> Self:
        """With all that a list row shows."""
        return self.select_related(
            "scenario__department", "scenario__mode", "scenario__terms__region", "organisation__region", "capability"
        )


@pghistory.track()
class Application(FSMModelMixin, models.Model):
    """One organisation's answer to one opportunity."""

    scenario = models.ForeignKey(
        Scenario, on_delete=models.PROTECT, related_name="applications", verbose_name=_("场景机会")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="applications", verbose_name=_("申请单位")
    )
    capability = models.ForeignKey(
        Capability,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name=_("所用能力"),
    )
    proposal = PlainTextField(_("实施方案"), max_length=PROPOSAL_LIMIT, blank=True)
    promised = PlainTextField(_("承诺指标"), max_length=3000, blank=True)
    price_wan = models.DecimalField(_("报价（万元）"), max_digits=12, decimal_places=2, null=True, blank=True)
    period_months = models.PositiveSmallIntegerField(_("周期（月）"), null=True, blank=True)
    schedule = PlainTextField(_("进度安排"), max_length=3000, blank=True)
    data_needed = PlainTextField(_("所需数据"), max_length=3000, blank=True)
    compute_needed = PlainCharField(_("所需算力"), max_length=200, blank=True)
    team = PlainTextField(_("团队"), max_length=3000, blank=True)
    track_record = PlainTextField(_("同类业绩"), max_length=3000, blank=True)
    contact_name = PlainCharField(_("联系人"), max_length=60, blank=True)
    contact_phone = PlainCharField(_("联系电话"), max_length=30, blank=True)
    state = StateField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    reason = PlainCharField(_("答复理由"), max_length=1000, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("填写人"))
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("答复人")
    )
    version = models.PositiveIntegerField(default=1, help_text="Counts savings, so that co-authors see each other's.")
    revision_draft = models.JSONField(
        null=True, blank=True, help_text="Changes to a received application that were not handed in yet, by field."
    )
    coauthors = models.ManyToManyField(User, blank=True, related_name="+", verbose_name=_("共同填写人"))
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(_("收到时间"), null=True, blank=True)
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    reserve_rank = models.PositiveSmallIntegerField(_("候补名次"), null=True, blank=True, help_text="2 moves up first.")
    notice_from = models.DateField(_("公示开始"), null=True, blank=True)
    notice_until = models.DateField(_("公示截止"), null=True, blank=True, help_text="The last day of the notice.")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("申请")
        verbose_name_plural = _("申请")
        ordering: ClassVar[list[str]] = ["-submitted_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["scenario", "organisation"],
                condition=models.Q(state__in=LIVE_STATES),
                name="application_one_per_organisation",
                violation_error_message=_("贵单位已经申请过这条机会。"),
            ),
            models.UniqueConstraint(
                fields=["scenario"], condition=models.Q(state__in=["accepted", "chosen"]), name="application_one_winner"
            ),
            models.CheckConstraint(
                condition=models.Q(price_wan__isnull=True) | models.Q(price_wan__gte=0),
                name="application_price_not_negative",
                violation_error_message=_("报价不能为负数。"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["scenario", "state"], name="application_scenario_state"),
            models.Index(fields=["organisation", "state"], name="application_org_state"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.scenario}"

    def get_absolute_url(self) -> str:
        """The application's page."""
        return reverse("applications:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """编号: year and serial."""
        return f"SQ-{self.created_at.year}-{self.pk:05d}"

    @property
    def is_revised(self) -> bool:
        """Whether changes wait to be handed in after an earlier receipt."""
        return self.revision_draft is not None

    @transition(field=state, source=State.DRAFT, target=State.SUBMITTED)
    def submit(self, *, at: datetime) -> None:
        """The organisation hands it in; the time of receipt is fixed."""
        self.submitted_at = at

    @transition(field=state, source=State.SUBMITTED, target=State.SUBMITTED)
    def submit_again(self, *, at: datetime) -> None:
        """A revision is handed in before the deadline; it takes the place of what was received before."""
        self.submitted_at = at

    @transition(field=state, source=[State.DRAFT, State.SUBMITTED, State.RESERVE], target=State.WITHDRAWN)
    def withdraw(self) -> None:
        """The organisation takes it back."""

    @transition(field=state, source=UNDECIDED_STATES, target=State.CHOSEN)
    def choose(self, *, by: User | None, at: datetime, reason: str, until: date) -> None:
        """The department means to take it; the choice stands open to objections until the end of that day."""
        self.decided_by, self.decided_at, self.reason = by, at, reason
        self.notice_from, self.notice_until = timezone.localdate(at), until

    @transition(field=state, source=[*UNDECIDED_STATES, State.CHOSEN], target=State.ACCEPTED)
    def accept(self, *, by: User | None, at: datetime, reason: str) -> None:
        """The department takes it, or the notice ran out without an objection upheld."""
        self.decided_by, self.decided_at, self.reason = by, at, reason

    @transition(field=state, source=State.SUBMITTED, target=State.RESERVE)
    def keep(self, *, rank: int, reason: str) -> None:
        """Next in line, should the choice fail; 2 is the second place."""
        self.reserve_rank, self.reason = rank, reason

    @transition(field=state, source=UNDECIDED_STATES, target=State.DECLINED)
    def decline(self, *, by: User | None, at: datetime, reason: str) -> None:
        """The department says no, with a reason."""
        self.decided_by, self.decided_at, self.reason = by, at, reason

    @transition(field=state, source=WINNING_STATES, target=State.FORFEITED)
    def forfeit(self, *, reason: str) -> None:
        """The choice fell: given up, an objection upheld, or the case ended before a contract."""
        self.reason = reason
