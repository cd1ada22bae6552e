"""Gaps over the same query as the page."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination

from marketplace.gaps.models import Gap
from marketplace.gaps.overview import counted


class ByKey(CursorPagination):
    """In a fixed order, so that a page never shows a row twice."""

    ordering = ("id",)
    page_size = 50


class GapSerializer(serializers.ModelSerializer[Gap]):
    """What is missing: of which sort, how many opportunities wait, since when, and how many companies follow."""

    key = serializers.CharField(source="term.key", read_only=True)
    name_zh = serializers.CharField(source="term.name_zh", read_only=True)
    name_en = serializers.CharField(source="term.name_en", read_only=True)
    waiting = serializers.SerializerMethodField()
    since = serializers.SerializerMethodField()
    followers = serializers.IntegerField(read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Gap
        fields: ClassVar[list[str]] = [
            "id",
            "dimension",
            "key",
            "name_zh",
            "name_en",
            "waiting",
            "since",
            "followers",
            "url",
        ]

    def get_waiting(self, gap: Gap) -> int:
        """Opportunities that wait now."""
        return self._figures(gap)[0]

    def get_since(self, gap: Gap) -> str | None:
        """Since when the first of them does."""
        since = self._figures(gap)[1]
        return since.isoformat() if since else None

    def _figures(self, gap: Gap) -> tuple[int, datetime | None]:
        found: tuple[int, datetime | None] = self.context["figures"][gap.dimension].get(gap.term.pk, (0, None))
        return found


class GapViewSet(viewsets.ReadOnlyModelViewSet[Gap]):
    """Open gaps of the market."""

    serializer_class = GapSerializer
    pagination_class = ByKey
    filterset_fields = ("dimension",)
    queryset = Gap.objects.none()

    def get_queryset(self) -> QuerySet[Gap]:
        """The same gaps as the page shows."""
        return Gap.objects.open().with_terms()

    def get_serializer_context(self) -> dict[str, Any]:
        """With the figures of every dimension: three statements, however many gaps there are."""
        figures = {dimension: counted(dimension) for dimension in Gap.Dimension.values}
        return {**super().get_serializer_context(), "figures": figures}
