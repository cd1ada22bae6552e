"""对接会: a day on which departments and suppliers meet at tables, and the plan of who meets whom."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.accounts.rules import AnyUser, administered_region_ids, is_province_administrator
from marketplace.capabilities.models import Capability
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import organisation_ids
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Region
from marketplace.web.fields import PlainCharField, PlainTextField, StateField

MOST_SLOTS, MOST_TABLES = 24, 300
FOR_DEPARTMENTS, FOR_SUPPLIERS = 6, 4  # meetings, unless the party says otherwise


class State(models.TextChoices):
    """Where an event stands."""

    DRAFT = "draft", _("草稿")
    PLANNED = "planned", _("已排位")
    PUBLISHED = "published", _("已发布")
    CANCELLED = "cancelled", _("已取消")


class EventQuerySet(models.QuerySet["Event"]):
    """Words for finding events."""

    def visible_to(self, user: AnyUser) -> Self:
        """Those ever published are public, also while times are changed or when it was called off.

        Besides, those one takes part in, and for administrators those of their region.
        """
        if is_province_administrator(user):
            return self
        seen = models.Q(published_at__isnull=False)
        if user.is_authenticated:
            own = Participant.objects.filter(organisation_id__in=organisation_ids(user))
            seen |= models.Q(pk__in=own.values("event_id"))
        if regions := administered_region_ids(user):
            seen |= models.Q(region_id__in=regions) | models.Q(region__parent_id__in=regions)
        return self.filter(seen)

    def public(self) -> Self:
        """Announced to everybody and not called off."""
        return self.filter(published_at__isnull=False).exclude(state=State.CANCELLED)

    def owed(self) -> Self:
        """Whose plan was asked for and is not made yet, the longest waiting first: the worker's work."""
        late = models.Q(planned_at__isnull=True) | models.Q(planned_at__lt=models.F("plan_wanted_at"))
        return self.filter(late, plan_wanted_at__isnull=False).order_by("plan_wanted_at", "pk")


@pghistory.track()
class Event(FSMModelMixin, models.Model):
    """对接会: place, day, slots, tables, and what the last plan was worth."""

    title = PlainCharField(_("名称"), max_length=80)
    introduction = PlainTextField(_("会议说明"), max_length=2000, blank=True)
    place = PlainCharField(_("地点"), max_length=120)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="held_events",
        verbose_name=_("所属区域"),
        help_text=_("全省范围的留空"),
    )
    held_on = models.DateField(_("日期"))
    slot_starts = ArrayField(models.TimeField(), size=MOST_SLOTS, verbose_name=_("各场开始时间"))
    slot_minutes = models.PositiveSmallIntegerField(
        _("每场时长（分钟）"), default=25, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    tables = models.PositiveSmallIntegerField(
        _("桌数"), validators=[MinValueValidator(1), MaxValueValidator(MOST_TABLES)]
    )
    small_share = models.PositiveSmallIntegerField(
        _("小微企业会面占比（%）"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("全部会面中，小型、微型企业至少占多少；0 表示不作要求"),
    )
    small_least = models.PositiveSmallIntegerField(
        _("每家小微企业至少几场"), default=0, validators=[MaxValueValidator(MOST_SLOTS)]
    )
    state = StateField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    state_reason = PlainCharField(_("原因"), max_length=500, blank=True)
    plan_wanted_at = models.DateTimeField(null=True, blank=True, help_text="When a plan was last asked for.")
    planned_at = models.DateTimeField(_("排位时间"), null=True, blank=True)
    plan_objective = models.FloatField(null=True, blank=True, help_text="Sum of the probabilities of all meetings.")
    plan_bound = models.FloatField(null=True, blank=True, help_text="No plan of this event is worth more.")
    plan_share = models.FloatField(
        null=True, blank=True, help_text="Share of meetings with small suppliers, in [0, 1]."
    )
    plan_obstacles = models.JSONField(
        default=list, blank=True, help_text="Wishes that were not met; see events.obstacles."
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True, help_text="Last time.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("对接会")
        verbose_name_plural = _("对接会")
        ordering: ClassVar[list[str]] = ["-held_on", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(tables__gte=1, tables__lte=MOST_TABLES), name="event_has_tables"),
            models.CheckConstraint(condition=models.Q(small_share__lte=100), name="event_share_is_per_cent"),
            models.CheckConstraint(
                condition=models.Q(slot_starts__len__gte=1, slot_starts__len__lte=MOST_SLOTS), name="event_has_slots"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "held_on"], name="event_state_day"),
            models.Index(
                fields=["plan_wanted_at"], condition=models.Q(plan_wanted_at__isnull=False), name="event_plan_wanted"
            ),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        """The event's page."""
        return reverse("events:detail", args=[self.pk])

    @property
    def slots(self) -> list[tuple[datetime, datetime]]:
        """Begin and end of each slot."""
        zone = timezone.get_default_timezone()
        starts = [datetime.combine(self.held_on, start, tzinfo=zone) for start in self.slot_starts]
        return [(start, start + timedelta(minutes=self.slot_minutes)) for start in starts]

    @property
    def begins_at(self) -> datetime:
        """When the first slot begins."""
        return self.slots[0][0]

    @property
    def is_owed(self) -> bool:
        """Whether a plan was asked for and is not made yet."""
        if self.plan_wanted_at is None:
            return False
        return self.planned_at is None or self.planned_at < self.plan_wanted_at

    @property
    def plan_gap(self) -> float:
        """How far below the bound the plan lies at most, as a share of the bound."""
        if not self.plan_bound or self.plan_objective is None:
            return 0.0
        return max(0.0, self.plan_bound - self.plan_objective) / self.plan_bound

    @transition(field=state, source=[State.DRAFT, State.PLANNED, State.PUBLISHED], target=State.PLANNED)
    def settle(self, *, at: datetime) -> None:
        """A plan was made; times that were published before must be published again."""
        self.planned_at = at

    @transition(field=state, source=State.PLANNED, target=State.PUBLISHED)
    def publish(self, *, at: datetime) -> None:
        """Everybody may know of it; those who take part know their times."""
        self.published_at = at

    @transition(field=state, source=[State.DRAFT, State.PLANNED, State.PUBLISHED], target=State.CANCELLED)
    def cancel(self, *, reason: str) -> None:
        """It does not take place."""
        self.state_reason = reason


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Words for finding participants."""

    def with_organisations(self) -> Self:
        """With all that a row shows."""
        return self.select_related("organisation__region").order_by("organisation__name")


@pghistory.track()
class Participant(models.Model):
    """An organisation that comes: how often it meets at most, and when it cannot."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="participants", verbose_name=_("对接会"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="participations", verbose_name=_("单位")
    )
    most = models.PositiveSmallIntegerField(
        _("最多会面几场"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SLOTS)]
    )
    closed = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("不能参加的场次"))
    enrolled_at = models.DateTimeField(auto_now_add=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("参会单位")
        verbose_name_plural = _("参会单位")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "organisation"], name="participant_once")
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Words for finding meetings."""

    def visible_to(self, user: AnyUser) -> Self:
        """For administrators all of their region's events; for both sides theirs, once the event is published."""
        if is_province_administrator(user):
            return self
        own = organisation_ids(user)
        seen = models.Q(event__state=State.PUBLISHED) & (
            models.Q(department_id__in=own) | models.Q(supplier_id__in=own)
        )
        if regions := administered_region_ids(user):
            seen |= models.Q(event__region_id__in=regions) | models.Q(event__region__parent_id__in=regions)
        return self.filter(seen)

    def with_parties(self) -> Self:
        """With all that the plan shows."""
        return self.select_related("department", "supplier", "scenario", "capability")


@pghistory.track()
class Meeting(models.Model):
    """One pair at one table in one slot. Constraints keep the rules of the plan, whoever writes."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="meetings", verbose_name=_("对接会"))
    department = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("需求单位"))
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("供给单位"))
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="+", verbose_name=_("场景机会"))
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+", verbose_name=_("场景能力"))
    slot = models.PositiveSmallIntegerField(_("场次"), help_text="Counted from 0.")
    table = models.PositiveSmallIntegerField(_("桌号"), help_text="Counted from 0.")
    weight = models.FloatField(_("匹配度"), help_text="Probability that the pair fits, when it was seated.")
    fixed = models.BooleanField(_("固定"), default=False, help_text="Planning again leaves it where it is.")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("会面")
        verbose_name_plural = _("会面")
        ordering: ClassVar[list[str]] = ["slot", "table"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "department", "supplier"], name="meeting_pair_once"),
            models.UniqueConstraint(fields=["event", "department", "slot"], name="meeting_department_once_a_slot"),
            models.UniqueConstraint(fields=["event", "supplier", "slot"], name="meeting_supplier_once_a_slot"),
            models.UniqueConstraint(fields=["event", "slot", "table"], name="meeting_table_once_a_slot"),
        ]

    def __str__(self) -> str:
        return f"{self.department} ↔ {self.supplier}"

    def get_absolute_url(self) -> str:
        """The meeting's page."""
        return reverse("events:meeting", args=[self.pk])

    @property
    def time(self) -> tuple[datetime, datetime]:
        """Begin and end."""
        return self.event.slots[self.slot]

    @property
    def table_number(self) -> int:
        """As it stands on the table."""
        return self.table + 1


@pghistory.track()
class Exclusion(models.Model):
    """Two organisations that are not to meet at an event, and why."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="exclusions", verbose_name=_("对接会"))
    department = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("需求单位"))
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("供给单位"))
    reason = PlainCharField(_("原因"), max_length=500)

    class Meta:
        verbose_name = _("不安排的会面")
        verbose_name_plural = _("不安排的会面")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["event", "department", "supplier"], name="exclusion_once")
        ]

    def __str__(self) -> str:
        return f"{self.department} ↔ {self.supplier}"
