"""Applying, and answering an application."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from marketplace.applications.models import Application
from marketplace.capabilities.models import Capability
from marketplace.organisations.models import Organisation
from marketplace.web.forms import OnceForm, OnceModelForm
from marketplace.web.upload_fields import FilesField


class ApplicationForm(OnceModelForm):
    """A company's answer to an opportunity."""

    attachments = FilesField(label=_("方案附件"), required=False)

    class Meta:
        model = Application
        fields: ClassVar[list[str]] = [
            "capability",
            "proposal",
            "promised",
            "price_wan",
            "period_months",
            "contact_name",
            "contact_phone",
        ]
        help_texts: ClassVar[dict[str, Any]] = {
            "capability": _("选择本次使用的产品；没有合适的可以留空"),
            "proposal": _("打算怎么做、分几步、需要对方提供什么"),
            "promised": _("对照机会里的目标逐条写，能量化的尽量量化"),
            "price_wan": _("免费测试填 0"),
        }

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [organisation.pk for organisation in organisations]
        self.fields["organisation"] = forms.ModelChoiceField(
            Organisation.objects.filter(pk__in=ids),
            label=_("申请单位"),
            empty_label=None,
            initial=ids[0] if ids else None,
        )
        self.fields["capability"] = forms.ModelChoiceField(
            Capability.objects.public().of_organisations(ids),
            label=_("所用能力"),
            required=False,
            empty_label=_("不指定"),
            help_text=self.fields["capability"].help_text,
        )
        self.fields["proposal"].required = self.handing_in
        self.fields["contact_phone"].required = self.handing_in

    @property
    def handing_in(self) -> bool:
        """Whether the button pressed was “提交申请”."""
        return self.data.get("intent") == "submit"

    def clean_price_wan(self) -> Any:
        """Money is not negative."""
        price = self.cleaned_data.get("price_wan")
        if price is not None and price < 0:
            raise forms.ValidationError(_("报价不能为负数。"))
        return price

    def clean(self) -> dict[str, Any]:
        """The capability is the applicant's own."""
        cleaned: dict[str, Any] = super().clean() or {}
        capability, organisation = cleaned.get("capability"), cleaned.get("organisation")
        if capability and organisation and capability.organisation_id != organisation.pk:
            self.add_error("capability", _("请选择申请单位自己的能力。"))
        return cleaned

    def content(self) -> dict[str, Any]:
        """Keyword arguments for `actions.draft` and `actions.edit`."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}

    def uploads(self) -> list[UploadedFile[Any]]:
        """The files sent along."""
        return list(self.cleaned_data["attachments"])


class DecisionForm(OnceForm):
    """Accept or decline, with a reason that the applicant reads."""

    reason = forms.CharField(
        label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("申请单位会看到这段话")
    )
