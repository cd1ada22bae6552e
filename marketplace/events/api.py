"""Announced events over the same door as the page; who meets whom is not part of it."""

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import serializers, viewsets
from rest_framework.pagination import CursorPagination

from marketplace.events.models import Event


class NextFirst(CursorPagination):
    """By day, the latest first; the key breaks ties."""

    ordering = ("-held_on", "-id")
    page_size = 50


class EventSerializer(serializers.ModelSerializer[Event]):
    """What everybody may read of an event."""

    region = serializers.SlugRelatedField[Event](slug_field="key", read_only=True)

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = [
            "id",
            "title",
            "introduction",
            "state",
            "region",
            "place",
            "held_on",
            "slot_starts",
            "slot_minutes",
            "tables",
            "small_share",
            "small_least",
            "published_at",
        ]


class EventViewSet(viewsets.ReadOnlyModelViewSet[Event]):
    """Announced match-making events."""

    serializer_class = EventSerializer
    pagination_class = NextFirst
    queryset = Event.objects.none()

    def get_queryset(self) -> QuerySet[Event]:
        """The same rows as the list page shows to a visitor."""
        return Event.objects.public().select_related("region")
