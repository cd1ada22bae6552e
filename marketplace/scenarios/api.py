"""Opportunities over the same door and filters as the page."""

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination

from marketplace.scenarios.filters import ScenarioFilter
from marketplace.scenarios.models import Scenario


class NewestFirst(CursorPagination):
    """By date of publication; the key breaks ties, so that a page never shows a row twice."""

    ordering = ("-published_at", "-id")
    page_size = 50


class ScenarioSerializer(serializers.ModelSerializer[Scenario]):
    """What everybody may read of an opportunity; people to contact are not part of it."""

    department = serializers.StringRelatedField[Scenario]()
    area = serializers.SlugRelatedField[Scenario](slug_field="key", read_only=True)
    sector = serializers.SlugRelatedField[Scenario](slug_field="key", read_only=True)
    kind = serializers.SlugRelatedField[Scenario](slug_field="key", read_only=True)
    region = serializers.SlugRelatedField[Scenario](slug_field="key", read_only=True)
    mode = serializers.SlugRelatedField[Scenario](slug_field="key", read_only=True)
    requirements = serializers.SlugRelatedField[Scenario](
        source="required", slug_field="key", read_only=True, many=True
    )
    preferences = serializers.SlugRelatedField[Scenario](
        source="preferred", slug_field="key", read_only=True, many=True
    )

    class Meta:
        model = Scenario
        fields: ClassVar[list[str]] = [
            "id",
            "number",
            "title",
            "state",
            "department",
            "area",
            "sector",
            "subsector",
            "kind",
            "region",
            "mode",
            "summary",
            "pain",
            "direction",
            "goals",
            "foundation",
            "budget_wan",
            "investment",
            "period_months",
            "requirements",
            "preferences",
            "published_at",
            "closes_at",
        ]


class ScenarioViewSet(viewsets.ReadOnlyModelViewSet[Scenario]):
    """Published opportunities."""

    serializer_class = ScenarioSerializer
    filterset_class = ScenarioFilter
    pagination_class = NewestFirst
    queryset = Scenario.objects.none()

    def get_queryset(self) -> QuerySet[Scenario]:
        """The same rows as the list page shows to this visitor."""
        return Scenario.objects.public().with_terms().prefetch_related("required", "preferred")
