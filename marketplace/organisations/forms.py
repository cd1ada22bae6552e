"""Registering an organisation and keeping its profile."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.organisations.models import Membership, Organisation
from marketplace.organisations.validators import clean_credit_code
from marketplace.taxonomy.models import Region, Sector
from marketplace.web.forms import OnceForm, OnceModelForm


class QualificationsField(forms.CharField):
    """A line of words, separated by commas of either script."""

    def prepare_value(self, value: Any) -> Any:
        """A stored list becomes a line."""
        return "、".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """A line becomes a list without empty words."""
        line = super().clean(value) or ""
        for mark in "，,;；\n":
            line = line.replace(mark, "、")
        words = [word.strip() for word in line.split("、") if word.strip()]
        if any(len(word) > 40 for word in words):
            raise forms.ValidationError(_("每项资质请控制在 40 字以内，并用顿号隔开。"))
        return words


class _OrganisationForm(OnceModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"] = forms.ModelChoiceField(
            Region.objects.in_use(), label=_("所在地区"), required=False, empty_label=_("请选择")
        )

    def clean_credit_code(self) -> str:
        """Spaces and small letters are forgiven."""
        return clean_credit_code(self.cleaned_data.get("credit_code", ""))


class DepartmentForm(_OrganisationForm):
    """A department registers."""

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = [
            "name",
            "region",
            "county",
            "introduction",
            "contact_name",
            "contact_phone",
            "contact_email",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].required = True


class SupplierForm(_OrganisationForm):
    """A company, university or institute registers."""

    qualifications = QualificationsField(
        label=_("资质"), required=False, help_text=_("用顿号隔开，如：高新技术企业、专精特新")
    )

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = [
            "kind",
            "name",
            "short_name",
            "credit_code",
            "region",
            "county",
            "home",
            "size",
            "founded",
            "introduction",
            "qualifications",
            "wanted_sectors",
            "served_regions",
            "contract_min_wan",
            "contract_max_wan",
            "capacity",
            "running_elsewhere",
            "contact_name",
            "contact_phone",
            "contact_email",
        ]
        widgets: ClassVar[dict[str, Any]] = {
            "wanted_sectors": forms.CheckboxSelectMultiple,
            "served_regions": forms.CheckboxSelectMultiple,
            "kind": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in Organisation.Kind.choices if choice[0] != Organisation.Kind.DEPARTMENT]
        self.fields["kind"] = forms.ChoiceField(
            choices=kinds, label=_("类型"), widget=forms.RadioSelect, initial=Organisation.Kind.COMPANY
        )
        self.fields["wanted_sectors"] = forms.ModelMultipleChoiceField(
            Sector.objects.in_use(),
            label=_("关注行业"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("会优先向您推荐这些行业的机会"),
        )
        self.fields["served_regions"] = forms.ModelMultipleChoiceField(
            Region.objects.filter(level=Region.Level.CITY).in_use(),
            label=_("服务地区"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("留空表示全省"),
        )
        self.fields["credit_code"].required = True

    def clean(self) -> dict[str, Any]:
        """Somewhere it must sit: in the province or outside."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("region") and not cleaned.get("home"):
            self.add_error("region", _("请选择所在地区；省外单位请在“省外所在地”填写省市。"))
        return cleaned


class ReasonForm(OnceForm):
    """Why: read by those it concerns."""

    reason = forms.CharField(
        label=_("原因"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("对方会看到这段话，请写明要怎样修改"),
    )


class MemberForm(OnceForm):
    """Take a colleague in by the e-mail address of the account."""

    email = forms.EmailField(label=_("同事的登录邮箱"), help_text=_("对方须先注册账号"))
    role = forms.ChoiceField(label=_("角色"), choices=Membership.Role.choices, initial=Membership.Role.EDITOR)
