"""Applying, and answering an application."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.applications.models import Application, Objection
from marketplace.applications.parts import FIELDS, fields_asked
from marketplace.capabilities.models import Capability
from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import ApplicationTerms
from marketplace.web.forms import OnceForm, OnceModelForm
from marketplace.web.upload_fields import FilesField


class StartForm(OnceForm):
    """For which organisation an application is begun."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("申请单位"), empty_label=None)

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [organisation.pk for organisation in organisations]
        field = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(pk__in=ids)  # type: ignore[attr-defined]  # a choice of models
        field.initial = ids[0] if ids else None


class ApplicationForm(OnceModelForm):
    """A company's answer to an opportunity: exactly the parts that its department asks for.

    A draft may lack anything, and what is wrong keeps nothing else from being saved; handing in asks for everything.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    attachments = FilesField(label=_("方案附件"), required=False)

    class Meta:
        model = Application
        fields: ClassVar[list[str]] = [
            "capability",
            "proposal",
            "promised",
            "price_wan",
            "period_months",
            "schedule",
            "data_needed",
            "compute_needed",
            "team",
            "track_record",
            "contact_name",
            "contact_phone",
        ]
        help_texts: ClassVar[dict[str, Any]] = {
            "capability": _("选择本次使用的产品；没有合适的可以留空"),
            "proposal": _("打算怎么做、分几步、需要对方提供什么"),
            "promised": _("对照机会里的目标逐条写，能量化的尽量量化"),
            "price_wan": _("免费测试填 0"),
            "schedule": _("分几个阶段，每个阶段到什么时候、交付什么"),
            "data_needed": _("需要对方提供哪些数据、多少、是否脱敏；不需要请写“不需要”"),
            "compute_needed": _("例如：2 张推理卡、每月 300 P·时；不需要请写“不需要”"),
            "team": _("谁负责、几个人、各做什么"),
            "track_record": _("做过的同类项目：在哪里、多久、效果如何，可以核实的写明联系人"),
        }

    def __init__(self, *args: Any, terms: ApplicationTerms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = fields_asked(terms.parts)
        for name in [name for names in FIELDS.values() for name in names if name not in self.asked]:
            del self.fields[name]
        self.fields["capability"] = forms.ModelChoiceField(
            Capability.objects.public().of_organisations([self.instance.organisation_id]),
            label=_("所用能力"),
            required=False,
            empty_label=_("不指定"),
            help_text=self.fields["capability"].help_text,
        )
        self.initial["version"] = self.instance.version
        for name in (*self.asked, "contact_phone"):
            self.fields[name].required = self.handing_in

    @property
    def handing_in(self) -> bool:
        """Whether the button pressed was “提交申请”."""
        return self.data.get("intent") == "submit"

    @property
    def asked_fields(self) -> list[BoundField]:
        """The fields of the chosen parts, for the page."""
        return [self[name] for name in self.asked]

    def clean_price_wan(self) -> Any:
        """Money is not negative."""
        price = self.cleaned_data.get("price_wan")
        if price is not None and price < 0:
            raise forms.ValidationError(_("报价不能为负数。"))
        return price

    def content(self) -> dict[str, Any]:
        """Keyword arguments for `actions.edit`: all fields that hold no error."""
        names = [name for name in self._meta.fields or () if name in self.fields]
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def uploads(self) -> list[UploadedFile[Any]]:
        """The files sent along."""
        return list(self.cleaned_data.get("attachments") or ())


class CoauthorForm(OnceForm):
    """A colleague who writes along."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("同事"), empty_label=_("请选择"))

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = User.objects.filter(memberships__organisation_id=application.organisation_id)
        readers = members.filter(memberships__role="viewer").exclude(pk__in=application.coauthors.values("pk"))
        self.fields["person"].queryset = readers  # type: ignore[attr-defined]  # a choice of models


class PartnerForm(OnceForm):
    """Whom to ask into the consortium, by full name or credit code, and what it would do."""

    name = forms.CharField(
        label=_("合作单位"), max_length=120, help_text=_("单位全称或统一社会信用代码，须已在平台核验")
    )
    share = forms.CharField(label=_("分工"), max_length=200, help_text=_("对方负责什么，例如：提供边缘设备与现场实施"))

    def clean_name(self) -> str:
        """Keeps the organisation found as `organisation`."""
        name = str(self.cleaned_data["name"]).strip()
        known = Organisation.objects.verified().suppliers()
        self.organisation = known.filter(Q(name=name) | Q(credit_code=name.upper(), credit_code__gt="")).first()
        if self.organisation is None:
            raise forms.ValidationError(_("没有找到这家已核验的单位。请核对全称或信用代码，或请对方先登记。"))
        return name


class DecisionForm(OnceForm):
    """Accept or decline, with a reason that the applicant reads."""

    reason = forms.CharField(
        label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("申请单位会看到这段话")
    )


class ChoiceForm(OnceForm):
    """Whom to choose, who is kept in reserve, and what each of the others is told."""

    chosen = forms.ModelChoiceField(
        Application.objects.none(), label=_("选定"), empty_label=None, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("选定理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会随结果告知；有公示的，一并公开"),
    )

    def __init__(self, *args: Any, applications: list[Application], notice_days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applications, self.notice_days = applications, notice_days
        ids = [application.pk for application in applications]
        chosen = self.fields["chosen"]
        chosen.queryset = Application.objects.filter(pk__in=ids).select_related("organisation")  # type: ignore[attr-defined]
        chosen.label_from_instance = lambda row: row.organisation.name  # type: ignore[attr-defined]
        places = [("", _("不选定")), *((str(rank), _("候补第 %(rank)d 名") % {"rank": rank}) for rank in range(2, 5))]
        for application in applications:
            self.fields[f"place_{application.pk}"] = forms.ChoiceField(
                label=_("其他安排"), choices=places, required=False
            )
            self.fields[f"letter_{application.pk}"] = forms.CharField(
                label=_("给这家单位的话"),
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=_("感谢参与。本次方案不是最合适的：请在这里写明原因，例如现场验证时间、指标或报价。"),
            )

    def rows(self) -> list[tuple[Application, BoundField, BoundField]]:
        """Each application with its fields."""
        return [(row, self[f"place_{row.pk}"], self[f"letter_{row.pk}"]) for row in self.applications]

    def clean(self) -> dict[str, Any]:
        """No place is given twice, none is left out before one that is given."""
        cleaned: dict[str, Any] = super().clean() or {}
        ranks = sorted(int(cleaned[f"place_{row.pk}"]) for row in self._kept(cleaned))
        if ranks != list(range(2, 2 + len(ranks))):
            raise forms.ValidationError(_("候补名次要从第 2 名起依次排，每个名次只给一家。"))
        return cleaned

    def _kept(self, cleaned: dict[str, Any]) -> list[Application]:
        return [row for row in self.applications if cleaned.get(f"place_{row.pk}") and row != cleaned.get("chosen")]

    def reserves(self) -> list[Application]:
        """In order, the second place first."""
        return sorted(self._kept(self.cleaned_data), key=lambda row: int(self.cleaned_data[f"place_{row.pk}"]))

    def letters(self) -> dict[int, str]:
        """What each of the others is told, by id."""
        return {row.pk: self.cleaned_data[f"letter_{row.pk}"].strip() for row in self.applications}


class ObjectionForm(OnceModelForm):
    """An objection, with a real name."""

    class Meta:
        model = Objection
        fields: ClassVar[list[str]] = ["name", "phone", "text"]
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("须为真实姓名；只有发布单位能看到"),
            "text": _("写明哪一点有异议、依据是什么；没有依据的不予受理"),
        }
