"""The one router of the programming interface."""

from rest_framework.routers import DefaultRouter

from marketplace.capabilities.api import CapabilityViewSet
from marketplace.events.api import EventViewSet
from marketplace.gaps.api import GapViewSet
from marketplace.labelling.api import TurnViewSet
from marketplace.pairing.api import MatchViewSet
from marketplace.scenarios.api import ScenarioViewSet

router = DefaultRouter()
router.register("scenarios", ScenarioViewSet, basename="scenario")
router.register("capabilities", CapabilityViewSet, basename="capability")
router.register("gaps", GapViewSet, basename="gap")
router.register("matches", MatchViewSet, basename="match")
router.register("events", EventViewSet, basename="event")
router.register("labelling-turns", TurnViewSet, basename="labelling-turn")
