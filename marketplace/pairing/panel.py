"""What the match panels show: stored matches with the records they speak of, and this side's marks.

Reads stored rows only; it never loads the encoder.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import models

from marketplace.capabilities.models import Capability
from marketplace.pairing.feed import capability_ref, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Requirement
from matching.models import Document, Match
from matching.ranker import standing_weights

SHOWN = 20
WORTH_SHOWING = 0.05
# Which part of the reasons each feature of the ranker belongs to.
PARTS = {
    "meaning": ("cosine", "meaning", "meaning_own", "meaning_other"),
    "words": ("words_own", "words_other"),
    "evidence": ("phrases_own", "phrases_other"),
    "structure": ("sector", "modality", "met", "missed", "wished", "place", "money", "maturity"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A requirement and what the other side says to it."""

    name: str
    strength: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Row:
    """One match with all that a row of the panel shows."""

    match: Match
    scenario: Scenario
    capability: Capability
    mark: Mark | None
    requirements: Sequence[Answer]

    @property
    def pairs(self) -> list[dict[str, Any]]:
        """Sentences that met."""
        pairs: list[dict[str, Any]] = self.match.reasons.get("pairs", [])
        return pairs

    @property
    def terms(self) -> list[str]:
        """Rare words that both texts use."""
        terms: list[str] = self.match.reasons.get("terms", [])
        return terms

    @property
    def shares(self) -> dict[str, float]:
        """How much meaning, words, sentences and structure added to the score, as shares of all that spoke for it."""
        raw: dict[str, float] = self.match.reasons.get("shares", {})
        groups = {part: sum(raw.get(name, 0) for name in names) for part, names in PARTS.items()}
        total = sum(value for value in groups.values() if value > 0) or 1
        return {name: max(value, 0) / total for name, value in groups.items()}

    @property
    def facets(self) -> dict[str, Any]:
        """How sector, place, money and the rest agree; see `matching.reasons`."""
        facets: dict[str, Any] = self.match.reasons.get("facets", {})
        return facets


@dataclass(frozen=True, slots=True)
class Panel:
    """The matches of one record."""

    rows: Sequence[Row]
    excluded: Sequence[Row]
    computing: bool
    nothing_fits: bool


class HasOrganisation(Protocol):
    """What `results_for_applicants` needs of an application."""

    organisation_id: int


def panel_of_scenario(scenario: Scenario) -> Panel:
    """Capabilities ranked for an opportunity, with the department's marks. A fixed number of statements."""
    ref = scenario_ref(scenario.pk)
    matches = list(_matches(ref))
    ids = [_pk(match.supply.ref) for match in matches]
    capabilities = Capability.objects.public().with_terms().in_bulk(ids)
    marks = {
        mark.capability_id: mark for mark in Mark.objects.filter(scenario=scenario, organisation=scenario.department_id)
    }
    names = _requirement_names(matches)
    rows = [
        Row(match, scenario, capabilities[pk], marks.get(pk), _answers(match, names))
        for pk, match in zip(ids, matches, strict=True)
        if pk in capabilities
    ]
    return _panel(ref, rows)


def panel_of_capability(capability: Capability) -> Panel:
    """Opportunities ranked for a capability, with the supplier's marks."""
    ref = capability_ref(capability.pk)
    matches = list(_matches(ref))
    ids = [_pk(match.demand.ref) for match in matches]
    scenarios = Scenario.objects.open().with_terms().in_bulk(ids)
    marks = {
        mark.scenario_id: mark
        for mark in Mark.objects.filter(capability=capability, organisation=capability.organisation_id)
    }
    names = _requirement_names(matches)
    rows = [
        Row(match, scenarios[pk], capability, marks.get(pk), _answers(match, names))
        for pk, match in zip(ids, matches, strict=True)
        if pk in scenarios
    ]
    return _panel(ref, rows)


def recommended(capabilities: Iterable[Capability], limit: int = 30) -> list[Row]:
    """The best open opportunities for any of these capabilities, each once, with the capability that fits best."""
    own = {capability.pk: capability for capability in capabilities}
    refs = [capability_ref(pk) for pk in own]
    matches = list(
        Match.objects.filter(supply__ref__in=refs, demand__active=True, supply__active=True, score__gte=WORTH_SHOWING)
        .select_related("demand", "supply")
        .order_by("-score", "demand__ref", "supply__ref")[: limit * 6]
    )
    scenarios = Scenario.objects.open().with_terms().in_bulk([_pk(match.demand.ref) for match in matches])
    marks = {(mark.scenario_id, mark.capability_id): mark for mark in Mark.objects.filter(capability__in=own)}
    names = _requirement_names(matches)
    rows: dict[int, Row] = {}
    for match in matches:
        scenario, capability = scenarios.get(_pk(match.demand.ref)), own[_pk(match.supply.ref)]
        if scenario is None or scenario.pk in rows:
            continue
        mark = marks.get((scenario.pk, capability.pk))
        if mark is None or mark.kind != Mark.Kind.EXCLUDED or mark.organisation_id != capability.organisation_id:
            rows[scenario.pk] = Row(match, scenario, capability, mark, _answers(match, names))
    return list(rows.values())[:limit]


def results_for_applicants(scenario: Scenario, applications: Iterable[HasOrganisation]) -> dict[int, Row]:
    """The best match of each applying organisation with the opportunity, by organisation."""
    wanted = {application.organisation_id for application in applications}
    best: dict[int, Row] = {}
    for row in panel_of_scenario(scenario).rows if wanted else ():
        organisation = row.capability.organisation_id
        if organisation in wanted and organisation not in best:
            best[organisation] = row
    return best


def _matches(ref: str) -> models.QuerySet[Match]:
    return Match.objects.of(ref).select_related("demand", "supply")[: SHOWN * 2]


def _panel(ref: str, rows: list[Row]) -> Panel:
    excluded = [row for row in rows if row.mark is not None and row.mark.kind == Mark.Kind.EXCLUDED]
    shown = [row for row in rows if row not in excluded and (row.match.score >= WORTH_SHOWING or row.mark is not None)]
    document = Document.objects.filter(ref=ref).first()
    computing = document is None or not document.active or document.matched_fingerprint != document.fingerprint
    best = max((row.match.score for row in shown), default=0.0)
    return Panel(shown[:SHOWN], excluded, computing, nothing_fits=not computing and best < standing_weights().threshold)


def _answers(match: Match, names: dict[str, str]) -> list[Answer]:
    return [
        Answer(names.get(asked["key"], asked["key"]), asked["strength"], asked["outcome"])
        for asked in match.reasons.get("requirements", ())
    ]


def _requirement_names(matches: Iterable[Match]) -> dict[str, str]:
    keys = {asked["key"] for match in matches for asked in match.reasons.get("requirements", ())}
    return {row.key: row.name for row in Requirement.objects.filter(key__in=keys)}


def _pk(ref: str) -> int:
    return int(ref.partition(":")[2])
