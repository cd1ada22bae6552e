"""Reference data. Rows are renamed, merged and retired, never deleted: old records stay valid."""

from datetime import date
from typing import Any, ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class TermQuerySet(models.QuerySet[Any]):
    """Words for choosing terms."""

    def in_use(self) -> Self:
        """Terms that new records may choose: neither retired nor merged."""
        return self.filter(retired_at__isnull=True, merged_into__isnull=True)


class Term(models.Model):
    """A named row of reference data.

    `seeded` remembers what the last loading of `seeds/` wrote, so that loading again changes only what no
    administrator has changed since.
    """

    key = models.SlugField(_("键"), max_length=60, unique=True)
    name_zh = models.CharField(_("中文名称"), max_length=80)
    name_en = models.CharField(_("英文名称"), max_length=120)
    description_zh = models.TextField(_("中文说明"), blank=True)
    description_en = models.TextField(_("英文说明"), blank=True)
    position = models.PositiveSmallIntegerField(_("次序"), default=0)
    source = models.CharField(_("来源"), max_length=300, blank=True, help_text=_("名称出自哪份文件或页面"))
    is_official = models.BooleanField(_("官方名称"), default=True)
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("并入")
    )
    seeded = models.JSONField(default=dict, editable=False)

    objects: ClassVar[Any] = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["position", "key"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def description(self) -> str:
        """The description in the language of the reader."""
        return self.description_en if (get_language() or "").startswith("en") else self.description_zh


@pghistory.track()
class PriorityArea(Term):
    """重点领域 in which the plan opens opportunities (eight of them), with the sectors they are likely to belong to."""

    sectors = ArrayField(models.SlugField(max_length=60), verbose_name=_("相关行业"), default=list, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("重点领域")
        verbose_name_plural = _("重点领域")


@pghistory.track()
class Sector(Term):
    """A key sector (18 of them), with the words that each side uses for it and the sectors that border on it."""

    provenance = models.CharField(_("出处说明"), max_length=200, blank=True)
    demand_words = ArrayField(models.CharField(max_length=40), verbose_name=_("需求侧用词"), default=list, blank=True)
    supply_words = ArrayField(models.CharField(max_length=40), verbose_name=_("供给侧用词"), default=list, blank=True)
    near = ArrayField(models.SlugField(max_length=60), verbose_name=_("相邻行业"), default=list, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("重点行业")
        verbose_name_plural = _("重点行业")


@pghistory.track()
class Kind(Term):
    """类别 of an opportunity (five of them)."""

    class Meta(Term.Meta):
        verbose_name = _("机会类别")
        verbose_name_plural = _("机会类别")


@pghistory.track()
class Region(Term):
    """The province, its cities and, as administrators add them, its counties; `key` is the GB/T 2260 code."""

    class Level(models.TextChoices):
        """Depth in the tree."""

        PROVINCE = "province", _("省级")
        CITY = "city", _("市级")
        COUNTY = "county", _("县区级")

    level = models.CharField(_("层级"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("上级")
    )

    class Meta(Term.Meta):
        verbose_name = _("地区")
        verbose_name_plural = _("地区")


class ApplicationPart(models.TextChoices):
    """The menu of what an opportunity may ask of those who apply."""

    PROPOSAL = "proposal", _("实施方案")
    INDICATORS = "indicators", _("承诺指标")
    PRICE = "price", _("报价")
    SCHEDULE = "schedule", _("进度安排")
    RESOURCES = "resources", _("所需数据与算力")
    TEAM = "team", _("团队")
    REFERENCES = "references", _("同类业绩")


@pghistory.track()
class CooperationMode(Term):
    """合作方式: how the two sides work together, and what applications are asked for unless the department differs."""

    parts = ArrayField(
        models.CharField(max_length=12, choices=ApplicationPart),
        verbose_name=_("申请须填内容"),
        default=list,
        blank=True,
    )
    sealed = models.BooleanField(_("截止前密封"), default=False, help_text=_("截止时间之前，谁也看不到收到的申请"))
    consortium = models.BooleanField(_("接受联合体"), default=True)
    notice_days = models.PositiveSmallIntegerField(
        _("公示期（工作日）"), default=0, help_text=_("选定之后公示几个工作日，无异议再立案；0 表示不公示")
    )

    class Meta(Term.Meta):
        verbose_name = _("合作方式")
        verbose_name_plural = _("合作方式")


@pghistory.track()
class Modality(Term):
    """What kind of data a model reads: text, image, video, speech, …."""

    class Meta(Term.Meta):
        verbose_name = _("模态")
        verbose_name_plural = _("模态")


@pghistory.track()
class Deployment(Term):
    """Where a model runs: cloud, on premises, edge, device."""

    class Meta(Term.Meta):
        verbose_name = _("部署方式")
        verbose_name_plural = _("部署方式")


@pghistory.track()
class Maturity(Term):
    """How far a capability has come; `position` orders the levels."""

    class Meta(Term.Meta):
        verbose_name = _("成熟度")
        verbose_name_plural = _("成熟度")


@pghistory.track()
class Requirement(Term):
    """A hard requirement that a scenario may set and a capability may meet."""

    words = ArrayField(models.CharField(max_length=40), verbose_name=_("同义说法"), default=list, blank=True)
    shareable = models.BooleanField(
        _("可由任一合作方承担"),
        default=False,
        help_text=_("多家合作时，一家满足即可；不选则每一家都须满足"),
    )

    class Meta(Term.Meta):
        verbose_name = _("硬性要求")
        verbose_name_plural = _("硬性要求")


class ProgrammeQuerySet(TermQuerySet):
    """Words for choosing programmes."""

    def running(self, *, on: date) -> Self:
        """Programmes whose term includes that day."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)


@pghistory.track()
class Programme(Term):
    """An action plan with its term; its targets are data."""

    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))

    objects: ClassVar[Any] = ProgrammeQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("行动计划")
        verbose_name_plural = _("行动计划")


@pghistory.track()
class Target(models.Model):
    """What a programme promises by a day: at least `value` by the measure of that key."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="targets", verbose_name=_("行动计划")
    )
    measure = models.SlugField(_("指标"), max_length=60, help_text=_("reports 中指标的键"))
    value = models.DecimalField(_("目标值"), max_digits=14, decimal_places=2)
    due_on = models.DateField(_("截止日期"))
    label_zh = models.CharField(_("中文名称"), max_length=120)
    label_en = models.CharField(_("英文名称"), max_length=160)
    source = models.CharField(_("来源"), max_length=300)
    seeded = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        ordering: ClassVar[list[str]] = ["programme", "due_on", "measure"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["programme", "measure", "due_on"], name="target_once_per_day"),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="target_positive"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the language of the reader."""
        return self.label_en if (get_language() or "").startswith("en") else self.label_zh


@pghistory.track()
class CalendarDay(models.Model):
    """A day on which the working calendar differs from the week: a public holiday, or a weekend day worked instead."""

    day = models.DateField(_("日期"), unique=True)
    works = models.BooleanField(_("上班"), default=False, help_text=_("勾选表示调休上班，不勾选表示放假"))
    name_zh = models.CharField(_("中文名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=60)
    source = models.CharField(_("来源"), max_length=200, help_text=_("出自哪份放假通知"))
    seeded = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("节假日与调休")
        verbose_name_plural = _("节假日与调休")
        ordering: ClassVar[list[str]] = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    @property
    def name(self) -> str:
        """The name in the language of the reader."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh
