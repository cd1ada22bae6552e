"""The posting form and the short forms beside it."""

import re
from datetime import datetime, time
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import ApplicationTerms, Scenario
from marketplace.scenarios.quality import missing_for_review
from marketplace.taxonomy.models import (
    ApplicationPart,
    CooperationMode,
    Deployment,
    Kind,
    Maturity,
    Modality,
    PriorityArea,
    Region,
    Sector,
)
from marketplace.taxonomy.stands import StandsField, chosen
from marketplace.web.forms import OnceForm, OnceModelForm, ReadForm
from marketplace.web.upload_fields import FilesField

SINGLE = {
    "area": PriorityArea,
    "sector": Sector,
    "kind": Kind,
    "region": Region,
    "mode": CooperationMode,
    "least_maturity": Maturity,
}
MANY = {"modalities": Modality, "deployments": Deployment}
# The answer to each requirement, and the relation that keeps it.
STATES = (("required", _("必须")), ("preferred", _("优先考虑")), ("no", _("不要求")))
KEPT_AS = {"required": "required", "preferred": "preferred", "no": "waived"}


class ScenarioForm(ReadForm):
    """An opportunity in clear sections. A draft may lack anything; handing in asks for what review needs."""

    closes_on = forms.DateField(
        label=_("截止日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("到当天 24:00 止，企业可以申请"),
    )
    attachments = FilesField(label=_("附件"), required=False)

    class Meta:
        model = Scenario
        fields: ClassVar[list[str]] = [
            "title",
            "area",
            "sector",
            "subsector",
            "kind",
            "region",
            "summary",
            "pain",
            "direction",
            "goals",
            "foundation",
            "modalities",
            "deployments",
            "least_maturity",
            "compute",
            "budget_wan",
            "investment",
            "period_months",
            "mode",
            "contact_name",
            "contact_phone",
        ]
        help_texts: ClassVar[dict[str, Any]] = {
            "title": _("一句话说清要解决什么，40 字以内为宜"),
            "subsector": _("例如：医学影像、路面养护"),
            "summary": _("在哪里、什么业务、每天多少量、谁在用"),
            "pain": _("现在怎么做、难在哪里、要花多少时间或钱。只写问题也可以，不必懂技术"),
            "direction": _("已有想法时填写；不确定可以留空"),
            "goals": _("可以检验的目标，最好有数字"),
            "foundation": _("现有的数据、平台、设备，能提供给企业用的"),
            "modalities": _("要处理哪些类型的数据"),
            "least_maturity": _("还没有做成的也欢迎，就不选"),
            "compute": _("能提供给项目用的，例如：2 张推理卡、10P"),
            "budget_wan": _("大致金额即可；不确定可以留空"),
            "investment": _("例如：财政资金、企业自筹、先试后付"),
            "contact_phone": _("只有登录的用户能看到"),
        }

    def __init__(self, *args: Any, departments: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in SINGLE.items():
            field = self.fields[name]
            field.queryset = model._default_manager.in_use()  # type: ignore[attr-defined]
            field.empty_label = _("请选择")  # type: ignore[attr-defined]
        for name, model in MANY.items():
            self.fields[name] = forms.ModelMultipleChoiceField(
                model._default_manager.in_use(),  # type: ignore[attr-defined]
                label=self.fields[name].label,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=self.fields[name].help_text,
            )
        self.fields["requirements"] = StandsField(
            states=STATES,
            label=_("要求"),
            help_text=_("做不到就不能合作的选“必须”，有更好的选“优先考虑”；没有选的按“未说明”处理"),
            initial=self._answers(),
        )
        self.fields["department"] = forms.ModelChoiceField(
            Organisation.objects.filter(pk__in=[department.pk for department in departments]),
            label=_("发布单位"),
            empty_label=None,
            initial=departments[0].pk if departments else None,
        )
        if self.instance.closes_at:
            self.initial["closes_on"] = timezone.localtime(self.instance.closes_at).date()
        if self.instance.department_id:
            self.initial["department"] = self.instance.department_id

    def _answers(self) -> dict[str, str]:
        if self.instance.pk is None:
            return {}
        kept = [(answer, getattr(self.instance, name).all()) for answer, name in KEPT_AS.items()]
        return {row.key: answer for answer, rows in kept for row in rows}

    @property
    def handing_in(self) -> bool:
        """Whether the button pressed was “提交审核”."""
        return self.data.get("intent") == "submit"

    def clean_closes_on(self) -> Any:
        """A deadline lies ahead."""
        day = self.cleaned_data.get("closes_on")
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("截止日期已过，请改为今天以后的日期。"))
        return day

    def clean_budget_wan(self) -> Any:
        """Money is not negative."""
        budget = self.cleaned_data.get("budget_wan")
        if budget is not None and budget < 0:
            raise forms.ValidationError(_("投资规模不能为负数。"))
        return budget

    def _post_clean(self) -> None:
        day = self.cleaned_data.get("closes_on")
        if "closes_on" not in self.errors:
            self.instance.closes_at = end_of_day(day) if day else None
        super()._post_clean()  # type: ignore[misc]  # ModelForm's hook after cleaning
        if self.handing_in:
            for gap in missing_for_review(self.instance, at=timezone.now()):
                name = "closes_on" if gap.field == "closes_at" else gap.field
                if name not in self.errors:
                    self.add_error(name, str(gap.message))

    def content(self) -> dict[str, Any]:
        """Keyword arguments for `actions.draft` and `actions.edit`."""
        content = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        answers = self.cleaned_data["requirements"]
        kept = {name: chosen(answers, answer) for answer, name in KEPT_AS.items()}
        return {**content, **kept, "closes_at": self.instance.closes_at}

    def uploads(self) -> list[UploadedFile[Any]]:
        """The files sent along."""
        return list(self.cleaned_data["attachments"])


def end_of_day(day: Any) -> datetime:
    """The last second of a day in Asia/Shanghai."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class TermsForm(OnceModelForm):
    """What companies must hand in, from a menu; filled with the defaults of the mode."""

    parts = forms.MultipleChoiceField(
        label=_("申请须填内容"),
        choices=ApplicationPart.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("只勾选评定时真正要看的；少一项，企业就少一道门槛"),
        error_messages={"required": _("至少选择一项，否则企业不知道要交什么。")},
    )
    qualifications = forms.CharField(
        label=_("须有资质"),
        required=False,
        max_length=400,
        help_text=_("多项用顿号分开，写法与单位资料一致，例如：高新技术企业；没有要求就留空"),
    )

    class Meta:
        model = ApplicationTerms
        fields: ClassVar[list[str]] = ["parts", "sealed", "notice_days", "consortium", "region", "qualifications"]
        help_texts: ClassVar[dict[str, Any]] = {
            "sealed": _("截止时间之前，本单位和管理员都看不到申请内容和申请单位，也没有提前开启的办法"),
            "notice_days": _("选定之后公示几个工作日，期满没有成立的异议再建立案例；0 表示不公示"),
            "consortium": _("几家单位可以联合申请，各自确认后才能提交"),
            "region": _("只接受该地区的单位；不限制就留空"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = forms.ModelChoiceField(
            Region.objects.in_use(),
            label=self.fields["region"].label,
            required=False,
            empty_label=_("不限"),
            help_text=self.fields["region"].help_text,
        )
        self.initial["qualifications"] = "、".join(self.instance.qualifications)

    def clean_qualifications(self) -> list[str]:
        """One entry per qualification, each at most 40 characters."""
        names = [name.strip() for name in re.split(r"[、，,;；\n]", self.cleaned_data["qualifications"])]
        if any(len(name) > 40 for name in names):
            raise forms.ValidationError(_("每项资质不超过 40 字，多项请用顿号分开。"))
        return list(dict.fromkeys(name for name in names if name))

    def content(self) -> dict[str, Any]:
        """Keyword arguments for `actions.set_terms`."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class ReasonForm(OnceForm):
    """Why: read by those it concerns."""

    reason = forms.CharField(label=_("原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
