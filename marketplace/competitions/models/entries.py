"""参赛作品: what is handed in, by whom, and how far it came."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.accounts.rules import AnyUser
from marketplace.capabilities.models import Capability
from marketplace.cases.models import Case
from marketplace.competitions.models.contests import Competition, Item, Round, Track
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import organisation_ids
from marketplace.web.fields import PlainCharField, PlainTextField, StateField
from marketplace.web.uploads import StoredFile

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class EntryQuerySet(models.QuerySet["Entry"]):
    """Words for finding entries."""

    def standing(self) -> Self:
        """Handed in and neither withdrawn nor disqualified."""
        return self.filter(state__in=[Entry.State.SUBMITTED, Entry.State.RETURNED, Entry.State.ACCEPTED])

    def visible_to(self, user: AnyUser) -> Self:
        """The entrant's own; administrators of the competition see what was handed in. Judges use their desk."""
        if not user.is_authenticated:
            return self.none()
        mine = Competition.objects.administered_by(user).values("pk")
        return self.filter(
            models.Q(organisation_id__in=organisation_ids(user))
            | (~models.Q(state=Entry.State.DRAFT) & models.Q(competition_id__in=mine))
        )

    def with_parties(self) -> Self:
        """With all that a list row shows."""
        return self.select_related("competition__region", "track", "organisation__region")


@pghistory.track()
class Entry(FSMModelMixin, models.Model):
    """One piece of work by one organisation: a case, a capability, or a team's own project."""

    class State(models.TextChoices):
        """Where an entry stands."""

        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("已提交")
        RETURNED = "returned", _("退回补正")
        ACCEPTED = "accepted", _("审查通过")
        WITHDRAWN = "withdrawn", _("已撤回")
        DISQUALIFIED = "disqualified", _("取消资格")

    competition = models.ForeignKey(
        Competition, on_delete=models.PROTECT, related_name="entries", verbose_name=_("赛事")
    )
    track = models.ForeignKey(Track, on_delete=models.PROTECT, related_name="entries", verbose_name=_("赛道"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="entries", verbose_name=_("参赛单位")
    )
    kind = models.CharField(_("参赛内容"), max_length=12, choices=Competition.Entrant)
    case = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("案例")
    )
    capability = models.ForeignKey(
        Capability, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", verbose_name=_("场景能力")
    )
    title = PlainCharField(_("作品名称"), max_length=80)
    abstract = PlainTextField(_("作品简介"), max_length=3000, blank=True)
    contact_name = PlainCharField(_("联系人"), max_length=60, blank=True)
    contact_phone = PlainCharField(_("联系电话"), max_length=30, blank=True)
    state = StateField(_("状态"), max_length=14, choices=State.choices, default=State.DRAFT)
    reason = PlainCharField(_("说明"), max_length=1000, blank=True)
    complete_until = models.DateTimeField(_("补正截止"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False, help_text="Counts savings; guards two tabs.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("填写人"))
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = EntryQuerySet.as_manager()

    if TYPE_CHECKING:
        answers: RelatedManager["Answer"]
        files: RelatedManager["EntryFile"]
        members: RelatedManager["Member"]

    class Meta:
        verbose_name = _("参赛作品")
        verbose_name_plural = _("参赛作品")
        ordering: ClassVar[list[str]] = ["-submitted_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind="case", case__isnull=False, capability__isnull=True)
                | models.Q(kind="capability", capability__isnull=False, case__isnull=True)
                | models.Q(kind="team", case__isnull=True, capability__isnull=True),
                name="entry_subject_by_kind",
                violation_error_message=_("请选择要参赛的案例或场景能力。"),
            ),
            models.UniqueConstraint(
                fields=["competition", "case"],
                condition=~models.Q(state="withdrawn") & models.Q(case__isnull=False),
                name="entry_case_once",
                violation_error_message=_("这个案例已经参加了本赛事。"),
            ),
            models.UniqueConstraint(
                fields=["competition", "capability"],
                condition=~models.Q(state="withdrawn") & models.Q(capability__isnull=False),
                name="entry_capability_once",
                violation_error_message=_("这项能力已经参加了本赛事。"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["competition", "state"], name="entry_competition_state"),
            models.Index(fields=["organisation", "state"], name="entry_organisation_state"),
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        """The entrant's page."""
        return reverse("competitions:entry", args=[self.pk])

    @property
    def number(self) -> str:
        """编号: stays the same from draft to certificate."""
        return f"CS-{self.created_at.year}-{self.pk:05d}"

    @transition(field=state, source=[State.DRAFT, State.SUBMITTED, State.RETURNED], target=State.SUBMITTED)
    def submit(self, *, at: datetime) -> None:
        """Hand in, or replace what was handed in."""
        self.submitted_at, self.complete_until, self.reason = at, None, ""

    @transition(field=state, source=State.SUBMITTED, target=State.RETURNED)
    def give_back(self, *, reason: str, until: datetime) -> None:
        """Something is missing; the clock runs."""
        self.reason, self.complete_until = reason, until

    @transition(field=state, source=State.SUBMITTED, target=State.ACCEPTED)
    def accept(self) -> None:
        """Complete and eligible."""
        self.reason = ""

    @transition(
        field=state, source=[State.DRAFT, State.SUBMITTED, State.RETURNED, State.ACCEPTED], target=State.WITHDRAWN
    )
    def withdraw(self) -> None:
        """The entrant takes it back."""

    @transition(field=state, source=[State.SUBMITTED, State.RETURNED, State.ACCEPTED], target=State.DISQUALIFIED)
    def disqualify(self, *, reason: str) -> None:
        """Out, with the reason that the entrant reads."""
        self.reason = reason


@pghistory.track()
class Answer(models.Model):
    """The answer to a question of a round."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="answers")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    text = PlainTextField(_("回答"), max_length=10000, blank=True)

    class Meta:
        verbose_name = _("回答")
        verbose_name_plural = _("回答")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "item"], name="answer_once")
        ]

    def __str__(self) -> str:
        return f"{self.item}"


class EntryFile(StoredFile):
    """A file that a round asks for."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="files")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="files")

    class Meta:
        verbose_name = _("作品文件")
        verbose_name_plural = _("作品文件")
        ordering: ClassVar[list[str]] = ["item__position", "pk"]


@pghistory.track()
class Member(models.Model):
    """A person of the team that made the work."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="members")
    name = PlainCharField(_("姓名"), max_length=60)
    unit = PlainCharField(_("所在单位"), max_length=120, blank=True)
    part = PlainCharField(_("分工"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("团队成员")
        verbose_name_plural = _("团队成员")
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["entry", "name", "unit"], name="member_once")
        ]

    def __str__(self) -> str:
        return str(self.name)


@pghistory.track()
class RoundEntry(models.Model):
    """An entry in a round, under the code that judges see; `advanced` is set when the round is decided."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="round_entries")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="round_entries")
    code = models.CharField(_("评审编号"), max_length=12)
    advanced = models.BooleanField(_("晋级"), null=True)
    reason = PlainCharField(_("决定理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("轮次作品")
        verbose_name_plural = _("轮次作品")
        ordering: ClassVar[list[str]] = ["round", "code"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "entry"], name="round_entry_once"),
            models.UniqueConstraint(fields=["round", "code"], name="round_code_once"),
        ]

    def __str__(self) -> str:
        return str(self.code)
