"""Organisations of both sides, and who belongs to them."""

from typing import TYPE_CHECKING, ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from marketplace.accounts.models import User
from marketplace.accounts.rules import (
    AnyUser,
    administered_region_ids,
    is_province_administrator,
)
from marketplace.organisations.validators import validate_credit_code
from marketplace.taxonomy.models import Region, Sector
from marketplace.web.fields import PlainCharField, PlainTextField, StateField

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Words for finding organisations."""

    def verified(self) -> Self:
        """Checked by an administrator and not suspended."""
        return self.filter(state=Organisation.State.VERIFIED)

    def waiting(self) -> Self:
        """In the verification queue."""
        return self.filter(state=Organisation.State.WAITING)

    def departments(self) -> Self:
        """The demand side."""
        return self.filter(kind=Organisation.Kind.DEPARTMENT)

    def suppliers(self) -> Self:
        """The supply side: companies, universities, institutes."""
        return self.exclude(kind=Organisation.Kind.DEPARTMENT)

    def of(self, user: AnyUser) -> Self:
        """Organisations that the person belongs to."""
        return self.filter(memberships__user_id=user.pk) if user.is_authenticated else self.none()

    def visible_to(self, user: AnyUser) -> Self:
        """Verified ones are public; the others are seen by their members and by administrators of their region."""
        if is_province_administrator(user):
            return self
        own = Membership.objects.filter(user_id=user.pk).values("organisation_id") if user.is_authenticated else []
        regions = administered_region_ids(user)
        return self.filter(
            models.Q(state=Organisation.State.VERIFIED)
            | models.Q(pk__in=own)
            | models.Q(region_id__in=regions)
            | models.Q(region__parent_id__in=regions)
        )


@pghistory.track()
class Organisation(FSMModelMixin, models.Model):
    """A department, company, university or institute."""

    class Kind(models.TextChoices):
        """What sort of body it is; departments are the demand side, all others the supply side."""

        DEPARTMENT = "department", _("政府部门")
        COMPANY = "company", _("企业")
        UNIVERSITY = "university", _("高校")
        INSTITUTE = "institute", _("科研院所")

    class Size(models.TextChoices):
        """Size by the national classification of enterprises."""

        MICRO = "micro", _("微型")
        SMALL = "small", _("小型")
        MEDIUM = "medium", _("中型")
        LARGE = "large", _("大型")

    class State(models.TextChoices):
        """Where verification stands."""

        WAITING = "waiting", _("待核验")
        VERIFIED = "verified", _("已核验")
        REJECTED = "rejected", _("核验未通过")
        SUSPENDED = "suspended", _("已暂停")

    kind = models.CharField(_("类型"), max_length=12, choices=Kind)
    name = PlainCharField(_("名称"), max_length=120, unique=True)
    short_name = PlainCharField(_("简称"), max_length=40, blank=True)
    credit_code = models.CharField(
        _("统一社会信用代码"),
        max_length=18,
        blank=True,
        validators=[validate_credit_code],
        help_text=_("18 位，营业执照右上角可见"),
    )
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("所在地区"),
        help_text=_("省外单位留空，在“省外所在地”填写"),
    )
    county = PlainCharField(_("县区"), max_length=40, blank=True)
    home = PlainCharField(_("省外所在地"), max_length=60, blank=True)
    size = models.CharField(_("规模"), max_length=10, choices=Size, blank=True)
    founded = models.PositiveSmallIntegerField(_("成立年份"), null=True, blank=True)
    introduction = PlainTextField(_("简介"), max_length=2000, blank=True)
    qualifications = ArrayField(models.CharField(max_length=40), verbose_name=_("资质"), default=list, blank=True)
    wanted_sectors = models.ManyToManyField(Sector, blank=True, related_name="+", verbose_name=_("关注行业"))
    served_regions = models.ManyToManyField(
        Region, blank=True, related_name="+", verbose_name=_("服务地区"), help_text=_("留空表示全省")
    )
    contract_min_wan = models.DecimalField(
        _("承接金额下限（万元）"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    contract_max_wan = models.DecimalField(
        _("承接金额上限（万元）"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    capacity = models.PositiveSmallIntegerField(
        _("可同时承担的项目数"), null=True, blank=True, help_text=_("按现有人手估计；留空按未知处理")
    )
    running_elsewhere = models.PositiveSmallIntegerField(
        _("平台以外在做的项目数"), null=True, blank=True, help_text=_("平台内的案例由系统统计，不必计入")
    )
    running_here = models.PositiveSmallIntegerField(
        _("平台内在做的项目数"), default=0, editable=False, help_text="Counted by the actions of cases."
    )
    profile_revision = models.PositiveIntegerField(
        default=1, editable=False, help_text="Counts changes of the profile; matches follow it."
    )
    contact_name = PlainCharField(_("联系人"), max_length=60, blank=True)
    contact_phone = PlainCharField(_("联系电话"), max_length=30, blank=True)
    contact_email = models.EmailField(_("联系邮箱"), blank=True)
    state = StateField(_("状态"), max_length=12, choices=State.choices, default=State.WAITING)
    state_reason = PlainCharField(_("原因"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrganisationQuerySet.as_manager()

    if TYPE_CHECKING:
        memberships: RelatedManager["Membership"]

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~models.Q(credit_code=""),
                name="organisation_one_per_credit_code",
                violation_error_message=_("该统一社会信用代码已登记。若是您的单位，请向其负责人申请加入。"),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="department") | ~models.Q(credit_code=""),
                name="supplier_has_credit_code",
                violation_error_message=_("请填写统一社会信用代码。"),
            ),
            models.CheckConstraint(
                condition=models.Q(contract_min_wan__isnull=True)
                | models.Q(contract_max_wan__isnull=True)
                | models.Q(contract_min_wan__lte=models.F("contract_max_wan")),
                name="organisation_contract_range",
                violation_error_message=_("承接金额下限不能高于上限。"),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["kind", "state"], name="organisation_kind_state")]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        """The organisation's page."""
        return reverse("organisations:detail", args=[self.pk])

    @property
    def is_department(self) -> bool:
        """Whether it stands on the demand side."""
        return self.kind == self.Kind.DEPARTMENT

    @property
    def running(self) -> int:
        """Projects it has under way, here and elsewhere."""
        return self.running_here + (self.running_elsewhere or 0)

    @property
    def free_capacity(self) -> int | None:
        """How many more projects it can take now; None when it has not said how many it can bear."""
        return None if self.capacity is None else max(0, self.capacity - self.running)

    @property
    def is_small(self) -> bool:
        """小微企业: a small or micro company."""
        return self.kind == self.Kind.COMPANY and self.size in {self.Size.MICRO, self.Size.SMALL}

    @property
    def size_class(self) -> str:
        """A company's size, or what it is instead of a company; see `size_classes`."""
        return (self.size or "unsized") if self.kind == self.Kind.COMPANY else str(self.kind)

    @classmethod
    def size_classes(cls) -> "list[tuple[str, str | Promise]]":
        """Keys and labels of all classes by size, the smallest first."""
        others = [(kind.value, kind.label) for kind in (cls.Kind.UNIVERSITY, cls.Kind.INSTITUTE)]
        return [*((size.value, size.label) for size in cls.Size), ("unsized", _("未填规模")), *others]

    @property
    def place(self) -> str:
        """Where it sits, for a line of text."""
        return f"{self.region.name if self.region else self.home}{self.county}"

    @transition(field=state, source=[State.WAITING, State.REJECTED, State.SUSPENDED], target=State.VERIFIED)
    def verify(self) -> None:
        """An administrator has checked the proof."""
        self.state_reason = ""

    @transition(field=state, source=State.WAITING, target=State.REJECTED)
    def reject(self, *, reason: str) -> None:
        """The proof did not hold."""
        self.state_reason = reason

    @transition(field=state, source=State.VERIFIED, target=State.SUSPENDED)
    def suspend(self, *, reason: str) -> None:
        """It may not act until further notice."""
        self.state_reason = reason

    @transition(field=state, source=State.REJECTED, target=State.WAITING)
    def resubmit(self) -> None:
        """It corrected its data and asks again."""
        self.state_reason = ""


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Words for finding memberships."""

    def editing(self) -> Self:
        """Those who may write for their organisation."""
        return self.filter(role__in=[Membership.Role.OWNER, Membership.Role.EDITOR])


@pghistory.track()
class Membership(models.Model):
    """A person's place in an organisation."""

    class Role(models.TextChoices):
        """What the person may do there."""

        OWNER = "owner", _("负责人")
        EDITOR = "editor", _("经办人")
        VIEWER = "viewer", _("查看人")

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("单位")
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("用户"))
    role = models.CharField(_("角色"), max_length=10, choices=Role, default=Role.VIEWER)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("成员")
        verbose_name_plural = _("成员")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["organisation", "user"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation}"
