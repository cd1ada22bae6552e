"""Matches over the same doors, rules and panels as the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from marketplace.capabilities.models import Capability
from marketplace.pairing import rules
from marketplace.pairing.panel import STORED, Panel, Row, panel_of_capability, panel_of_scenario
from marketplace.scenarios.models import Scenario
from marketplace.web.verdicts import require


class MetSerializer(serializers.Serializer[Any]):
    """Two sentences that met, each with the name of its field in the reader's language."""

    demand = serializers.CharField()
    demand_field = serializers.CharField()
    supply = serializers.CharField()
    supply_field = serializers.CharField()


class AnswerSerializer(serializers.Serializer[Any]):
    """A requirement; `strength`: required or preferred, `outcome`: met, missed or unknown."""

    key = serializers.CharField()
    name = serializers.CharField()
    strength = serializers.CharField()
    outcome = serializers.CharField()


class ShareSerializer(serializers.Serializer[Any]):
    """What a part adds to the log-odds of the score."""

    name = serializers.CharField(source="label")
    amount = serializers.FloatField()


class FactSerializer(serializers.Serializer[Any]):
    """How a facet agrees; `outcome`: met or missed."""

    name = serializers.CharField()
    outcome = serializers.CharField()
    text = serializers.CharField()


class MatchSerializer(serializers.Serializer[Row]):
    """One match, as the panel shows it. Probabilities lie in [0, 1]."""

    scenario = serializers.IntegerField(source="scenario.pk")
    scenario_title = serializers.CharField(source="scenario.title")
    capability = serializers.IntegerField(source="capability.pk")
    capability_name = serializers.CharField(source="capability.name")
    organisation = serializers.CharField(source="capability.organisation.name")
    score = serializers.FloatField(source="match.score")
    for_demand = serializers.FloatField(source="match.for_demand")
    for_supply = serializers.FloatField(source="match.for_supply")
    sentences = MetSerializer(source="pairs", many=True)
    terms = serializers.ListField(child=serializers.CharField())
    requirements = AnswerSerializer(many=True)
    shares = ShareSerializer(many=True)
    facts = FactSerializer(many=True)
    unknown = serializers.ListField(child=serializers.CharField())
    wishes_unmet = serializers.ListField(source="wishes", child=serializers.CharField())
    mark = serializers.CharField(source="mark.kind", default=None, allow_null=True)
    stale = serializers.BooleanField()
    made_by = serializers.CharField(source="match.made_by")
    computed_at = serializers.DateTimeField(source="match.computed_at")


class PanelSerializer(serializers.Serializer[Panel]):
    """The matches of one record, best first. `threshold`: the probability below which nothing fits."""

    computing = serializers.BooleanField()
    renewing = serializers.BooleanField()
    nothing_fits = serializers.BooleanField()
    best = serializers.FloatField()
    threshold = serializers.FloatField()
    results = MatchSerializer(source="rows", many=True)


class MatchViewSet(viewsets.ViewSet):
    """Matches of an opportunity for its department, or of a capability for its supplier."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        parameters=[
            OpenApiParameter("scenario", int, description="The opportunity whose matches are asked for."),
            OpenApiParameter("capability", int, description="Or the capability. Exactly one of the two."),
        ],
        responses=PanelSerializer,
        operation_id="matches_list",
    )
    def list(self, request: Request) -> Response:
        """The stored matches of one record, with the marks of the reader's side."""
        names = [name for name in ("scenario", "capability") if name in request.query_params]
        if len(names) != 1:
            raise ValidationError(_("请用 scenario 或 capability 之一指明要查的记录。"))
        value = request.query_params[names[0]]
        if not value.isdecimal() or len(value) > 9:
            raise ValidationError({names[0]: _("请填写编号数字。")})
        panel = _of_scenario(request, int(value)) if names == ["scenario"] else _of_capability(request, int(value))
        return Response(PanelSerializer(panel).data)


def _of_scenario(request: Request, pk: int) -> Panel:
    scenario = get_object_or_404(Scenario.objects.visible_to(request.user).with_terms(), pk=pk)
    require(rules.may_see_matches_of_scenario(request.user, scenario))
    return panel_of_scenario(scenario, per=STORED)


def _of_capability(request: Request, pk: int) -> Panel:
    capability = get_object_or_404(Capability.objects.visible_to(request.user).with_terms(), pk=pk)
    require(rules.may_see_matches_of_capability(request.user, capability))
    return panel_of_capability(capability, per=STORED)
