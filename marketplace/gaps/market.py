"""What the stored matches say: which open opportunities nothing fits. Reads only; what is computed now is left out."""

from collections import defaultdict
from collections.abc import Collection

from django.db import models

from marketplace.pairing.feed import capability_ref, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.scenarios.models import Scenario
from matching.models import Document, Match
from matching.ranker import standing_weights

NEAREST = 10  # capabilities that are asked whether they meet a requirement


def threshold() -> float:
    """The probability below which nothing fits, learnt with the weights; the match panel uses the same."""
    return standing_weights().threshold


def unanswered() -> set[int]:
    """Open opportunities whose matches are up to date and of which none reaches the threshold.

    A capability that the department has excluded answers nothing.
    """
    fitting = Match.objects.filter(demand=models.OuterRef("pk"), score__gte=threshold(), supply__active=True)
    computed = Document.objects.active().filter(side="demand", matched_fingerprint=models.F("fingerprint"))
    refs = computed.annotate(fits=models.Exists(fitting)).values_list("ref", "fits")
    states = {int(ref.partition(":")[2]): fits for ref, fits in refs}
    for pk, excluded in _excluded(states).items():
        kept = Match.objects.filter(demand__ref=scenario_ref(pk), score__gte=threshold(), supply__active=True)
        states[pk] = kept.exclude(supply__ref__in=[capability_ref(each) for each in excluded]).exists()
    open_now = Scenario.objects.open().filter(pk__in=[pk for pk, fits in states.items() if not fits])
    return set(open_now.values_list("pk", flat=True))


def computed(keys: Collection[int]) -> set[int]:
    """Of these opportunities, those whose matches are up to date."""
    rows = Document.objects.active().filter(
        ref__in=[scenario_ref(pk) for pk in keys], matched_fingerprint=models.F("fingerprint")
    )
    return {int(ref.partition(":")[2]) for ref in rows.values_list("ref", flat=True)}


def unmet_by(keys: Collection[int]) -> dict[int, set[str]]:
    """Requirements that an opportunity makes and that none of its nearest capabilities states to meet, by its key."""
    ranked = models.Window(models.functions.RowNumber(), partition_by="demand", order_by=["-score", "supply__ref"])
    nearest = (
        Match.objects.filter(demand__ref__in=[scenario_ref(pk) for pk in keys], supply__active=True)
        .annotate(place=ranked)
        .filter(place__lte=NEAREST)
    )
    asked: dict[int, set[str]] = defaultdict(set)
    met: dict[int, set[str]] = defaultdict(set)
    for ref, reasons in nearest.values_list("demand__ref", "reasons"):
        pk = int(ref.partition(":")[2])
        for each in reasons.get("requirements", ()):
            if each["strength"] == "required":
                asked[pk].add(each["key"])
                met[pk].update([each["key"]] if each["outcome"] == "met" else [])
    return {pk: wanted - met[pk] for pk, wanted in asked.items()}


def _excluded(keys: Collection[int]) -> dict[int, list[int]]:
    """Capabilities that the departments of these opportunities have excluded."""
    marks = Mark.objects.filter(kind=Mark.Kind.EXCLUDED, organisation=models.F("scenario__department"))
    found: dict[int, list[int]] = defaultdict(list)
    for scenario, capability in marks.filter(scenario__in=keys).values_list("scenario", "capability"):
        found[scenario].append(capability)
    return found
