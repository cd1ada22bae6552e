"""Capabilities over the same door and filters as the page."""

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination

from marketplace.capabilities.filters import CapabilityFilter
from marketplace.capabilities.models import Capability


class NewestFirst(CursorPagination):
    """By date of publication; the key breaks ties, so that a page never shows a row twice."""

    ordering = ("-published_at", "-id")
    page_size = 50


class CapabilitySerializer(serializers.ModelSerializer[Capability]):
    """What everybody may read of a capability."""

    organisation = serializers.StringRelatedField[Capability]()
    sectors = serializers.SlugRelatedField[Capability](slug_field="key", read_only=True, many=True)
    maturity = serializers.SlugRelatedField[Capability](slug_field="key", read_only=True)
    modalities = serializers.SlugRelatedField[Capability](slug_field="key", read_only=True, many=True)
    deployments = serializers.SlugRelatedField[Capability](slug_field="key", read_only=True, many=True)
    offered = serializers.SlugRelatedField[Capability](slug_field="key", read_only=True, many=True)

    class Meta:
        model = Capability
        fields: ClassVar[list[str]] = [
            "id",
            "number",
            "name",
            "organisation",
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
            "offered",
            "filing_number",
            "price_min_wan",
            "price_max_wan",
            "published_at",
        ]


class CapabilityViewSet(viewsets.ReadOnlyModelViewSet[Capability]):
    """Published capabilities."""

    serializer_class = CapabilitySerializer
    filterset_class = CapabilityFilter
    pagination_class = NewestFirst
    queryset = Capability.objects.none()

    def get_queryset(self) -> QuerySet[Capability]:
        """The same rows as the list page shows to this visitor."""
        rows = Capability.objects.public().with_terms()
        return rows.prefetch_related("modalities", "deployments", "offered")
