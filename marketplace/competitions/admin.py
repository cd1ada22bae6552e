"""Staff screens of competitions: to read what is stored. What is done is done on the pages, by actions."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from marketplace.competitions.models import Competition, Entry, Objection, ResultSnapshot, Round, RubricVersion


class ReadingAdmin(admin.ModelAdmin[Any]):
    """Shows rows, changes none: changes go through actions, which check the rules and write the journal."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Made on the pages."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Changed on the pages."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any | None = None) -> bool:
        """Records of a contest are kept."""
        return False


for model in (Competition, Entry, Objection, ResultSnapshot, Round, RubricVersion):
    admin.site.register(model, ReadingAdmin)
