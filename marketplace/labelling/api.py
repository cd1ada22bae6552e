"""One's own turns for programs: the same texts as on the page, and nothing more."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated

from marketplace.labelling import actions
from marketplace.labelling.models import NOTE_LIMIT, Assignment, Grade
from marketplace.web.fields import validate_plain_text


class InTurn(CursorPagination):
    """In the labeller's own order."""

    ordering = ("pair__campaign_id", "position", "id")
    page_size = 50


class TurnSerializer(serializers.ModelSerializer[Assignment]):
    """Two texts by their fields, and the grade that the labeller gave. Only grade and note can be written."""

    campaign = serializers.PrimaryKeyRelatedField[Any](source="pair.campaign", read_only=True)
    demand = serializers.SerializerMethodField()
    supply = serializers.SerializerMethodField()
    grade = serializers.ChoiceField(choices=Grade.choices, required=False)
    note = serializers.CharField(
        max_length=NOTE_LIMIT, required=False, allow_blank=True, validators=[validate_plain_text]
    )

    class Meta:
        model = Assignment
        fields: ClassVar[list[str]] = [
            "id", "campaign", "position", "demand", "supply", "grade", "note", "graded_at",
        ]  # fmt: skip
        read_only_fields: ClassVar[list[str]] = ["position", "graded_at"]

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_demand(self, turn: Assignment) -> dict[str, str]:
        """Fields of the opportunity as it stood."""
        return turn.pair.demand_text.texts

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_supply(self, turn: Assignment) -> dict[str, str]:
        """Fields of the capability as it stood."""
        return turn.pair.supply_text.texts

    def update(self, instance: Assignment, validated_data: dict[str, Any]) -> Assignment:
        """By the actions that the page calls."""
        user = self.context["request"].user
        if "note" in validated_data:
            instance = actions.write_note(actor=user, assignment=instance, note=validated_data["note"])
        if "grade" in validated_data:
            instance = actions.grade(actor=user, assignment=instance, grade=validated_data["grade"])
        return instance


class TurnViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, viewsets.GenericViewSet[Assignment]
):
    """The turns of the person who asks."""

    serializer_class = TurnSerializer
    pagination_class = InTurn
    permission_classes = [IsAuthenticated]
    http_method_names = ["get", "patch", "head", "options"]
    queryset = Assignment.objects.none()

    def get_queryset(self) -> QuerySet[Assignment]:
        """The same rows as the page opens."""
        if getattr(self, "swagger_fake_view", False):
            return Assignment.objects.none()
        turns = Assignment.objects.visible_to(self.request.user)
        return turns.select_related(
            "pair__campaign", "pair__scenario", "pair__capability", "pair__demand_text", "pair__supply_text"
        )
