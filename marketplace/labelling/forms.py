"""What people enter when they run a campaign, grade and decide."""

import random
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.labelling.models import LABELLERS_OF_A_PAIR, NOTE_LIMIT, Campaign, Grade
from marketplace.scenarios.models import Scenario
from marketplace.web.fields import validate_plain_text
from marketplace.web.forms import OnceForm

LISTED = 300  # the newest opportunities that can be ticked; chance draws from all
MOST = 30  # candidates of one source for one opportunity


class ScenarioChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Opportunities with the department that posted them."""

    def label_from_instance(self, obj: Any) -> str:
        """Title and department."""
        return f"{obj.title} · {obj.department}"


class CampaignForm(OnceForm):
    """A new campaign: which opportunities, how many candidates of which source, who grades."""

    name = forms.CharField(label=_("批次名称"), max_length=80, validators=[validate_plain_text])
    note = forms.CharField(
        label=_("给标注人的说明"),
        max_length=1000,
        required=False,
        validators=[validate_plain_text],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：只看文字说明能不能解决，不考虑价格和地区"),
    )
    scenarios = ScenarioChoice(
        Scenario.objects.none(),
        label=_("选定的场景机会"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    drawn = forms.IntegerField(
        label=_("另外随机抽取几条机会"),
        min_value=0,
        max_value=500,
        initial=0,
        required=False,
        help_text=_("从所有开放中的机会里抽，结果更能代表整个市场"),
    )
    words = forms.IntegerField(label=_("按用词最相近"), min_value=0, max_value=MOST, initial=5)
    vectors = forms.IntegerField(label=_("按语义最相近"), min_value=0, max_value=MOST, initial=5)
    ranker = forms.IntegerField(label=_("按现行排序最靠前"), min_value=0, max_value=MOST, initial=5)
    random = forms.IntegerField(label=_("其余中随机"), min_value=0, max_value=MOST, initial=5)
    labellers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("标注人"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("每对文本由其中两人独立标注；属于任一方单位的人会自动回避"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = Scenario.objects.open().select_related("department").order_by("-published_at", "-pk")
        scenarios, labellers = self.fields["scenarios"], self.fields["labellers"]
        scenarios.queryset = Scenario.objects.open() if self.is_bound else newest[:LISTED]  # type: ignore[attr-defined]
        scenarios.widget.choices = [  # type: ignore[attr-defined]
            (row.pk, scenarios.label_from_instance(row))  # type: ignore[attr-defined]
            for row in newest[:LISTED]
        ]
        labellers.queryset = (  # type: ignore[attr-defined]
            User.objects.filter(is_active=True, offices__isnull=False).distinct().order_by("name", "pk")
        )

    def clean(self) -> dict[str, Any]:
        """Enough opportunities, sources and people."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("scenarios") and not cleaned.get("drawn"):
            self.add_error("scenarios", _("请至少选择一条场景机会，或填写随机抽取的条数。"))
        if "labellers" in cleaned and len(cleaned["labellers"]) < LABELLERS_OF_A_PAIR:
            self.add_error("labellers", _("每对文本由两人独立标注，请至少选择两位标注人。"))
        if not any(cleaned.get(name, 1) for name in ("words", "vectors", "ranker", "random")):
            self.add_error("words", _("请至少从一种来源抽取候选。"))
        return cleaned

    def chosen(self) -> list[Scenario]:
        """The ticked opportunities, and as many others as chance should add."""
        ticked = list(self.cleaned_data["scenarios"])
        others = Scenario.objects.open().exclude(pk__in=[row.pk for row in ticked]).values_list("pk", flat=True)
        keys = list(others)
        drawn = random.SystemRandom().sample(keys, min(self.cleaned_data.get("drawn") or 0, len(keys)))
        return [*ticked, *Scenario.objects.filter(pk__in=drawn)]

    def sizes(self) -> dict[str, int]:
        """How many candidates of each source."""
        return {name: self.cleaned_data[name] for name in ("words", "vectors", "ranker", "random")}


class GradeForm(forms.Form):
    """A grade with a note."""

    grade = forms.TypedChoiceField(choices=Grade.choices, coerce=int)
    note = forms.CharField(max_length=NOTE_LIMIT, required=False, validators=[validate_plain_text])


class NoteForm(forms.Form):
    """The note alone."""

    note = forms.CharField(max_length=NOTE_LIMIT, required=False, validators=[validate_plain_text])


class HandOverForm(forms.Form):
    """Whose remaining turns go to whom."""

    giver = forms.ModelChoiceField(User.objects.none(), label=_("转交人"))
    taker = forms.ModelChoiceField(User.objects.none(), label=_("接手人"))

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giver"].queryset = campaign.labellers.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["taker"].queryset = (  # type: ignore[attr-defined]
            User.objects.filter(is_active=True, offices__isnull=False).distinct().order_by("name", "pk")
        )
