"""Reference data for administrators of the province: rename, retire, merge. Nothing is deleted."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.audit.actions import record
from marketplace.taxonomy.actions import merge, restore, retire
from marketplace.taxonomy.models import (
    CalendarDay,
    CooperationMode,
    Deployment,
    Kind,
    Maturity,
    Modality,
    PriorityArea,
    Programme,
    Region,
    Requirement,
    Sector,
    Target,
    Term,
)


class TermAdmin(admin.ModelAdmin[Term]):
    """What all terms have in common."""

    list_display = ["name_zh", "name_en", "key", "is_official", "merged_into", "retired_at"]
    list_filter = ["is_official"]
    search_fields = ["name_zh", "name_en", "key"]
    readonly_fields = ["retired_at", "merged_into"]
    actions = ["retire", "restore", "merge"]

    def has_delete_permission(self, request: HttpRequest, obj: Term | None = None) -> bool:
        """Old records need every row: retire instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Term, form: Any, change: bool) -> None:
        """Save, and say so in the journal."""
        super().save_model(request, obj, form, change)
        record(actor=_actor(request), verb="taxonomy.edit", target=obj, detail={"fields": form.changed_data})

    @admin.action(description=_("停用：新记录不能再选，旧记录不变"))
    def retire(self, request: HttpRequest, queryset: models.QuerySet[Term]) -> None:
        """See `actions.retire`."""
        for term in queryset:
            retire(actor=_actor(request), term=term)

    @admin.action(description=_("恢复使用"))
    def restore(self, request: HttpRequest, queryset: models.QuerySet[Term]) -> None:
        """See `actions.restore`."""
        for term in queryset:
            restore(actor=_actor(request), term=term)

    @admin.action(description=_("合并：把所选条目并入其中次序最前的一个"))
    def merge(self, request: HttpRequest, queryset: models.QuerySet[Term]) -> None:
        """See `actions.merge`."""
        terms = list(queryset.order_by("position", "pk"))
        try:
            for term in terms[1:]:
                merge(actor=_actor(request), term=term, into=terms[0])
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)


def _actor(request: HttpRequest) -> models.Model:
    return cast(models.Model, request.user)  # the staff site lets nobody in who is not signed in


class SectorAdmin(TermAdmin):
    """Sectors say where their name comes from, until the official list has been entered."""

    list_display = ["name_zh", "name_en", "is_official", "provenance", "merged_into", "retired_at"]


class TargetAdmin(admin.ModelAdmin[Target]):
    """Targets of programmes."""

    list_display = ["label_zh", "programme", "measure", "value", "due_on", "source"]
    list_filter = ["programme"]

    def has_delete_permission(self, request: HttpRequest, obj: Target | None = None) -> bool:
        """A target that was promised stays."""
        return False


class CalendarDayAdmin(admin.ModelAdmin[CalendarDay]):
    """Holidays and weekend days worked; every term that is still running follows a change."""

    list_display = ["day", "name_zh", "works", "source"]
    list_filter = ["works"]
    date_hierarchy = "day"

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        """Save, and say so in the journal."""
        super().save_model(request, obj, form, change)
        record(actor=_actor(request), verb="taxonomy.edit", target=obj, detail={"fields": form.changed_data})

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        """Take the exception away, and say so in the journal; the row's history stays."""
        record(actor=_actor(request), verb="taxonomy.retire", target=obj)
        super().delete_model(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Days are taken away one by one, so that each leaves its entry."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}


for _model in (PriorityArea, Kind, Region, CooperationMode, Modality, Deployment, Maturity, Requirement, Programme):
    admin.site.register(_model, TermAdmin)
admin.site.register(Sector, SectorAdmin)
admin.site.register(Target, TargetAdmin)
admin.site.register(CalendarDay, CalendarDayAdmin)
admin.site.site_header = _("场景大市场 · 基础数据")
admin.site.site_title = _("基础数据")
