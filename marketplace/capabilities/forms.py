"""The form of a capability."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.capabilities.models import Capability
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.models import CooperationMode, Deployment, Maturity, Modality, Sector
from marketplace.taxonomy.stands import StandsField, chosen
from marketplace.web.forms import ReadForm

MANY = {
    "sectors": Sector,
    "modalities": Modality,
    "deployments": Deployment,
    "modes": CooperationMode,
}
# The answer to each requirement; “unknown” is kept by neither relation.
STATES = (("met", _("能满足")), ("unmet", _("不支持")), ("unknown", _("未知")))
KEPT_AS = {"met": "offered", "unmet": "lacking"}


class CapabilityForm(ReadForm):
    """A capability in clear sections. A draft may lack anything; publishing asks for what readers need."""

    class Meta:
        model = Capability
        fields: ClassVar[list[str]] = [
            "name",
            "sectors",
            "summary",
            "technology",
            "highlights",
            "evidence",
            "scenes",
            "customers",
            "modalities",
            "deployments",
            "maturity",
            "filing_number",
            "compute",
            "modes",
            "price_min_wan",
            "price_max_wan",
        ]
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("产品或能力的名称"),
            "sectors": _("可多选；部门按行业找能力"),
            "summary": _("给谁用、解决什么问题、输入什么、得到什么"),
            "technology": _("所用的模型和方法，英文缩写照写"),
            "highlights": _("和同类相比，好在哪里"),
            "evidence": _("用在哪里、多少量、效果几何，最好有数字"),
            "scenes": _("适合用在哪些场景，一行一个也可以"),
            "customers": _("希望对接哪些部门或单位"),
            "filing_number": _("生成式产品填写"),
            "compute": _("例如：2 张推理卡、10P"),
            "price_min_wan": _("大致区间即可"),
        }

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in MANY.items():
            self.fields[name] = forms.ModelMultipleChoiceField(
                model._default_manager.in_use(),  # type: ignore[attr-defined]
                label=self.fields[name].label,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=self.fields[name].help_text,
            )
        self.fields["maturity"] = forms.ModelChoiceField(
            Maturity.objects.in_use(), label=_("成熟度"), required=False, empty_label=_("请选择")
        )
        self.fields["requirements"] = StandsField(
            states=STATES,
            label=_("能否满足要求"),
            help_text=_("确实做得到的选“能满足”，做不到的选“不支持”，可以少走弯路；没有选的按“未知”处理"),
            initial=self._answers(),
        )
        self.fields["organisation"] = forms.ModelChoiceField(
            Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations]),
            label=_("提供单位"),
            empty_label=None,
            initial=organisations[0].pk if organisations else None,
        )
        if self.instance.organisation_id:
            self.initial["organisation"] = self.instance.organisation_id

    def _answers(self) -> dict[str, str]:
        if self.instance.pk is None:
            return {}
        kept = [(answer, getattr(self.instance, name).all()) for answer, name in KEPT_AS.items()]
        return {row.key: answer for answer, rows in kept for row in rows}

    @property
    def handing_in(self) -> bool:
        """Whether the button pressed was “发布”."""
        return self.data.get("intent") == "publish"

    def clean(self) -> dict[str, Any]:
        """Publishing needs what `quality.missing_for_publishing` asks for."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("price_min_wan", "price_max_wan"):
            if (cleaned.get(name) or 0) < 0:
                self.add_error(name, _("报价不能为负数。"))
        if self.handing_in:
            self._ask_for_what_publishing_needs(cleaned)
        return cleaned

    def _ask_for_what_publishing_needs(self, cleaned: dict[str, Any]) -> None:
        needed = {
            "sectors": _("请至少选择一个面向的行业"),
            "summary": _("请写一段能力概述"),
            "scenes": _("请写明可应用的场景"),
            "maturity": _("请选择成熟度"),
        }
        for name, message in needed.items():
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, message)

    def content(self) -> dict[str, Any]:
        """Keyword arguments for `actions.draft` and `actions.edit`."""
        content = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        answers = self.cleaned_data["requirements"]
        return {**content, **{name: chosen(answers, answer) for answer, name in KEPT_AS.items()}}
