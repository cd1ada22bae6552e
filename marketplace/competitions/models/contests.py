"""What a contest is: its tracks, its rounds, what it asks for and what it gives."""

from datetime import date, datetime
from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.accounts.rules import AnyUser, administered_region_ids, is_province_administrator
from marketplace.competitions.scoring.strategies import DEFAULT, STRATEGIES
from marketplace.taxonomy.models import PriorityArea, Region, Sector
from marketplace.web.fields import PlainCharField, PlainTextField, StateField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


def strategy_choices() -> list[tuple[str, str]]:
    """The named strategies; titles are translated where they are shown."""
    return [(name, _(strategy.title)) for name, strategy in STRATEGIES.items()]  # type: ignore[misc]  # lazy titles


class CompetitionQuerySet(models.QuerySet["Competition"]):
    """Words for finding competitions."""

    def published(self) -> Self:
        """Called, running or over: everything but drafts."""
        return self.exclude(state=Competition.State.DRAFT)

    def administered_by(self, user: AnyUser) -> Self:
        """Of the administrator's region; the province's sees all."""
        if is_province_administrator(user):
            return self
        return self.filter(region_id__in=administered_region_ids(user))

    def visible_to(self, user: AnyUser) -> Self:
        """Published ones are public; drafts are seen by administrators of their region."""
        if is_province_administrator(user):
            return self
        return self.filter(
            ~models.Q(state=Competition.State.DRAFT) | models.Q(region_id__in=administered_region_ids(user))
        )


@pghistory.track()
class Competition(FSMModelMixin, models.Model):
    """赛事: a contest from call to certificate."""

    class State(models.TextChoices):
        """Where a competition stands; which round is on is said by the rounds."""

        DRAFT = "draft", _("筹备中")
        RUNNING = "running", _("进行中")
        ENDED = "ended", _("已结束")
        CANCELLED = "cancelled", _("已取消")

    class Entrant(models.TextChoices):
        """What may be entered."""

        CASE = "case", _("案例")
        CAPABILITY = "capability", _("场景能力")
        TEAM = "team", _("团队")

    title = PlainCharField(_("赛事名称"), max_length=80, unique=True)
    organiser = PlainCharField(_("主办单位"), max_length=120)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("办赛地区"),
        help_text=_("全省赛事留空"),
    )
    summary = PlainCharField(_("一句话介绍"), max_length=200)
    description = PlainTextField(_("赛事说明"), max_length=10000, blank=True)
    entrants = ArrayField(models.CharField(max_length=12, choices=Entrant.choices), verbose_name=_("谁可以参加"))
    conditions = PlainTextField(_("参赛条件"), max_length=3000, blank=True)
    entries_per_organisation = models.PositiveSmallIntegerField(
        _("每家单位最多参赛作品数"), default=1, validators=[MinValueValidator(1)]
    )
    contact = PlainCharField(_("咨询方式"), max_length=200, blank=True)
    state = StateField(_("状态"), max_length=12, choices=State.choices, default=State.DRAFT)
    state_reason = PlainCharField(_("原因"), max_length=500, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("创建人"))
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CompetitionQuerySet.as_manager()

    if TYPE_CHECKING:
        tracks: RelatedManager["Track"]
        rounds: RelatedManager["Round"]
        awards: RelatedManager["Award"]

    class Meta:
        verbose_name = _("赛事")
        verbose_name_plural = _("赛事")
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        """The public page."""
        return reverse("competitions:detail", args=[self.pk])

    @property
    def entrant_labels(self) -> list[str]:
        """Who may enter, in words."""
        return [str(self.Entrant(entrant).label) for entrant in self.entrants]

    @transition(field=state, source=State.DRAFT, target=State.RUNNING)
    def publish(self, *, at: datetime) -> None:
        """The call goes out."""
        self.published_at = at

    @transition(field=state, source=State.RUNNING, target=State.ENDED)
    def end(self) -> None:
        """The last round is final."""

    @transition(field=state, source=[State.DRAFT, State.RUNNING], target=State.CANCELLED)
    def cancel(self, *, reason: str) -> None:
        """Given up, with a reason that entrants read."""
        self.state_reason = reason


@pghistory.track()
class Track(models.Model):
    """赛道: by sectors, by areas, or of open topic when it names neither."""

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="tracks")
    name = PlainCharField(_("赛道名称"), max_length=60)
    description = PlainCharField(_("赛道说明"), max_length=500, blank=True)
    sectors = models.ManyToManyField(Sector, blank=True, related_name="+", verbose_name=_("行业"))
    areas = models.ManyToManyField(PriorityArea, blank=True, related_name="+", verbose_name=_("重点领域"))
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("赛道")
        verbose_name_plural = _("赛道")
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["competition", "name"], name="track_name_once")
        ]

    def __str__(self) -> str:
        return str(self.name)


class RoundQuerySet(models.QuerySet["Round"]):
    """Words for finding rounds."""

    def receiving(self, *, at: datetime) -> Self:
        """Entries may be handed in now."""
        return self.filter(state=Round.State.OPEN, entries_until__gt=at)

    def notice_over(self, *, on: date) -> Self:
        """Public notice has run its full term."""
        return self.filter(state=Round.State.NOTICE, notice_until__lt=on)


@pghistory.track()
class Round(FSMModelMixin, models.Model):
    """轮次: 初赛, 复赛, 决赛 or any; terms are counted in working days from `starts_on`."""

    class State(models.TextChoices):
        """Where a round stands."""

        PLANNED = "planned", _("未开始")
        OPEN = "open", _("征集作品")
        JUDGING = "judging", _("评审中")
        CLOSED = "closed", _("评审结束")
        NOTICE = "notice", _("公示中")
        FINAL = "final", _("已定稿")

    class Advancement(models.TextChoices):
        """Who goes on, or wins in the last round."""

        TOP = "top", _("总分前若干名")
        PER_TRACK = "per_track", _("每个赛道前若干名")
        THRESHOLD = "threshold", _("达到分数线")
        BY_HAND = "by_hand", _("逐项决定并写明理由")

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="rounds")
    position = models.PositiveSmallIntegerField(_("次序"), default=1)
    name = PlainCharField(_("轮次名称"), max_length=30)
    starts_on = models.DateField(_("开始日期"))
    entry_days = models.PositiveSmallIntegerField(
        _("征集期（工作日）"), default=20, help_text=_("后续轮次为补充材料的时间")
    )
    completion_days = models.PositiveSmallIntegerField(_("补正期（工作日）"), default=3)
    judging_days = models.PositiveSmallIntegerField(_("评审期（工作日）"), default=10)
    notice_days = models.PositiveSmallIntegerField(_("公示期（工作日）"), default=5)
    answer_days = models.PositiveSmallIntegerField(_("异议答复期（工作日）"), default=10)
    rubric = models.ForeignKey(
        "competitions.RubricVersion", on_delete=models.PROTECT, related_name="rounds", verbose_name=_("评分表")
    )
    panel_size = models.PositiveSmallIntegerField(
        _("每件作品的评委数"), default=5, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    blind = models.BooleanField(_("匿名评审"), default=False, help_text=_("评委看不到单位和人员名称"))
    strategy = models.CharField(_("计分方法"), max_length=30, choices=strategy_choices, default=DEFAULT)
    advancement = models.CharField(_("晋级规则"), max_length=10, choices=Advancement, default=Advancement.TOP)
    advance_count = models.PositiveSmallIntegerField(_("晋级名额"), null=True, blank=True)
    advance_score = models.DecimalField(_("分数线"), max_digits=5, decimal_places=2, null=True, blank=True)
    state = StateField(_("状态"), max_length=10, choices=State.choices, default=State.PLANNED)
    entries_until = models.DateTimeField(_("截止时间"), null=True, blank=True)
    judging_until = models.DateTimeField(_("评审截止"), null=True, blank=True)
    closed_at = models.DateTimeField(_("评审结束时间"), null=True, blank=True)
    notice_from = models.DateField(_("公示开始"), null=True, blank=True)
    notice_until = models.DateField(_("公示截止"), null=True, blank=True)
    final_at = models.DateTimeField(_("定稿时间"), null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    if TYPE_CHECKING:
        items: RelatedManager["Item"]

    class Meta:
        verbose_name = _("轮次")
        verbose_name_plural = _("轮次")
        ordering: ClassVar[list[str]] = ["competition", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["competition", "position"], name="round_position_once"),
            models.CheckConstraint(
                condition=~models.Q(advancement__in=["top", "per_track"]) | models.Q(advance_count__gte=1),
                name="round_has_count",
                violation_error_message=_("请填写晋级名额。"),
            ),
            models.CheckConstraint(
                condition=~models.Q(advancement="threshold") | models.Q(advance_score__isnull=False),
                name="round_has_score",
                violation_error_message=_("请填写分数线。"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "notice_until"], name="round_state_notice")
        ]

    def __str__(self) -> str:
        return f"{self.competition} · {self.name}"

    @transition(field=state, source=State.PLANNED, target=State.OPEN)
    def open(self, *, entries_until: datetime, judging_until: datetime) -> None:
        """Entries may come in until then."""
        self.entries_until, self.judging_until = entries_until, judging_until

    @transition(field=state, source=State.OPEN, target=State.JUDGING)
    def begin_judging(self) -> None:
        """Entries are closed; judges mark."""

    @transition(field=state, source=State.JUDGING, target=State.CLOSED)
    def close(self, *, at: datetime) -> None:
        """Marks are sealed and counted."""
        self.closed_at = at

    @transition(field=state, source=State.CLOSED, target=State.NOTICE)
    def give_notice(self, *, first: date, last: date) -> None:
        """The result stands open to objections, from `first` through `last`."""
        self.notice_from, self.notice_until = first, last

    @transition(field=state, source=State.NOTICE, target=State.FINAL)
    def finish(self, *, at: datetime) -> None:
        """Nothing is open any more."""
        self.final_at = at


@pghistory.track()
class Item(models.Model):
    """A question or a file that a round asks of every entry."""

    class Kind(models.TextChoices):
        """What is asked for."""

        QUESTION = "question", _("问题")
        FILE = "file", _("文件")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(_("形式"), max_length=10, choices=Kind)
    label = PlainCharField(_("名称"), max_length=120)
    help = PlainCharField(_("填写说明"), max_length=300, blank=True)
    required = models.BooleanField(_("必填"), default=True)
    limit = models.PositiveSmallIntegerField(_("字数上限"), default=1000, help_text=_("只用于问题"))
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("提交内容")
        verbose_name_plural = _("提交内容")
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "label"], name="item_label_once")
        ]

    def __str__(self) -> str:
        return str(self.label)


@pghistory.track()
class Award(models.Model):
    """奖项: the best places of the last round, over all tracks or in each."""

    competition = models.ForeignKey(Competition, on_delete=models.CASCADE, related_name="awards")
    name = PlainCharField(_("奖项"), max_length=60)
    places = models.PositiveSmallIntegerField(_("名额"), validators=[MinValueValidator(1)])
    per_track = models.BooleanField(_("按赛道分别评"), default=False)
    prize_wan = models.DecimalField(_("奖金（万元）"), max_digits=10, decimal_places=2, null=True, blank=True)
    prize = PlainCharField(_("奖励内容"), max_length=200, blank=True)
    subsidised = models.BooleanField(_("列入补助名单"), default=False, help_text=_("按场景开发投入补助的获奖案例"))
    position = models.PositiveSmallIntegerField(_("次序"), default=0)

    class Meta:
        verbose_name = _("奖项")
        verbose_name_plural = _("奖项")
        ordering: ClassVar[list[str]] = ["position", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["competition", "name"], name="award_name_once")
        ]

    def __str__(self) -> str:
        return str(self.name)
