"""The forms of an event."""

import re
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.rules import administered_region_ids, is_province_administrator
from marketplace.events.models import MOST_SLOTS, Event, Participant
from marketplace.organisations.models import Organisation
from marketplace.taxonomy.models import Region
from marketplace.web.forms import OnceForm, OnceModelForm

USUAL = "09:00 09:30 10:00 10:30 11:00 11:30 14:00 14:30 15:00 15:30 16:00 16:30"
_GAPS = re.compile(r"[\s,，、;；]+")


class EventForm(OnceModelForm):
    """Place, day, slots, tables, and what small firms are promised."""

    starts = forms.CharField(
        label=_("各场开始时间"),
        initial=USUAL,
        max_length=300,
        help_text=_("用空格隔开，例如 09:00 09:30 10:00；午休空出来即可"),
    )

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = [
            "title",
            "introduction",
            "place",
            "region",
            "held_on",
            "slot_minutes",
            "tables",
            "small_share",
            "small_least",
        ]
        widgets: ClassVar[dict[str, Any]] = {"held_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts: ClassVar[dict[str, Any]] = {
            "introduction": _("发布后公开可见"),
            "slot_minutes": _("不含换桌的时间"),
            "tables": _("同一场最多坐几对"),
            "small_least": _("0 表示不作要求；企业自己要求更少的，以企业为准"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = Region.objects.in_use()
        if not is_province_administrator(user):
            regions = regions.filter(pk__in=administered_region_ids(user))
            self.fields["region"].required = True
        self.fields["region"].queryset = regions  # type: ignore[attr-defined]
        self.fields["region"].empty_label = _("全省")  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["starts"] = " ".join(f"{start:%H:%M}" for start in self.instance.slot_starts)

    def clean_held_on(self) -> Any:
        """An event lies ahead."""
        day = self.cleaned_data["held_on"]
        if day < timezone.localdate() and day != self.instance.held_on:
            raise forms.ValidationError(_("日期已过，请改为今天以后的日期。"))
        return day

    def clean_starts(self) -> list[time]:
        """Times of day, rising."""
        starts: list[time] = []
        for piece in _GAPS.split(self.cleaned_data["starts"].strip()):
            try:
                starts.append(time.fromisoformat(piece.replace("：", ":").zfill(5)))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(piece)s”不是时间，请写成 09:30 的样子。") % {"piece": piece}
                ) from None
        if len(starts) > MOST_SLOTS:
            raise forms.ValidationError(_("最多 %(n)d 场。") % {"n": MOST_SLOTS})
        return starts

    def clean(self) -> dict[str, Any]:
        """No slot begins before the one before it has ended."""
        cleaned: dict[str, Any] = super().clean() or {}
        starts, minutes = cleaned.get("starts"), cleaned.get("slot_minutes")
        if starts and minutes:
            day = timezone.localdate()
            moments = [datetime.combine(day, start) for start in starts]
            for one, after in pairwise(moments):
                if after < one + timedelta(minutes=minutes):
                    message = _("%(after)s 开始的一场与 %(one)s 开始的一场重叠；每场 %(minutes)d 分钟。")
                    values = {"one": f"{one:%H:%M}", "after": f"{after:%H:%M}", "minutes": minutes}
                    self.add_error("starts", message % values)
                    break
        return cleaned

    def content(self) -> dict[str, Any]:
        """Keyword arguments for `actions.create` and `actions.edit`."""
        content = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return {**content, "slot_starts": self.cleaned_data["starts"]}

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "slot_starts"}  # type: ignore[misc]  # typed here as `starts`


class EnrolForm(forms.Form):
    """Who comes."""

    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("参会单位"), error_messages={"required": _("请至少选择一家单位。")}
    )

    def __init__(self, *args: Any, candidates: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisations"]
        field.queryset = Organisation.objects.verified().filter(pk__in=candidates)  # type: ignore[attr-defined]


class TermsForm(forms.Form):
    """How often, and when not."""

    most = forms.IntegerField(label=_("最多会面几场"), min_value=1)
    closed = forms.TypedMultipleChoiceField(
        label=_("不能参加的场次"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, participant: Participant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        starts = participant.event.slot_starts
        self.fields["most"].max_value = len(starts)  # type: ignore[attr-defined]
        self.fields["most"].initial = participant.most
        self.fields["closed"].choices = [  # type: ignore[attr-defined]
            (slot, f"{start:%H:%M}") for slot, start in enumerate(starts)
        ]
        self.fields["closed"].initial = participant.closed

    def clean_most(self) -> int:
        """Not more than there are slots."""
        most: int = self.cleaned_data["most"]
        slots = len(self.fields["closed"].choices)  # type: ignore[attr-defined]
        if most > slots:
            raise forms.ValidationError(_("这场对接会只有 %(n)d 场。") % {"n": slots})
        return most


class ArrangeForm(forms.Form):
    """A meeting set by hand."""

    department = forms.ModelChoiceField(Organisation.objects.none(), label=_("需求单位"), empty_label=_("请选择"))
    supplier = forms.ModelChoiceField(Organisation.objects.none(), label=_("供给单位"), empty_label=_("请选择"))
    slot = forms.TypedChoiceField(label=_("场次"), coerce=int)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Organisation.objects.filter(participations__event=event).order_by("name")
        self.fields["department"].queryset = there.departments()  # type: ignore[attr-defined]
        self.fields["supplier"].queryset = there.suppliers()  # type: ignore[attr-defined]
        self.fields["slot"].choices = [  # type: ignore[attr-defined]
            (slot, f"{start:%H:%M}") for slot, start in enumerate(event.slot_starts)
        ]


class ReasonForm(OnceForm):
    """Why: read by those it concerns."""

    reason = forms.CharField(label=_("原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
