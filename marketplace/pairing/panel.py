"""What the match panels show: stored matches with the records they speak of, and this side's marks.

Reads stored rows only; it never loads the encoder.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from django.db import models

from marketplace.capabilities.models import Capability
from marketplace.pairing.fairness import in_fair_order
from marketplace.pairing.feed import CAPABILITY_FIELDS, SCENARIO_FIELDS, capability_ref, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.pairing.words import Answer, Fact, Share, facts_of, field_name, shares_of, unknown_of, unmet_wishes
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Requirement
from matching.maker import made_alike
from matching.models import Document, Match
from matching.ranker import standing_weights
from matching.standing import standing_maker

PER_PAGE = 10
STORED = 50  # as many as the engine keeps of a document
WORTH_SHOWING = 0.05
# Long texts of records and documents that no row shows.
UNSHOWN = {
    "scenario": [name for name in SCENARIO_FIELDS if name != "title"],
    "capability": [*(name for name in CAPABILITY_FIELDS if name != "name"), "customers"],
    "match": [f"{side}__{name}" for side in ("demand", "supply") for name in ("fields", "facets", "embedding")]
    + ["previous"],
}


@dataclass(frozen=True, slots=True)
class Met:
    """Two sentences that met, with the fields they come from."""

    demand: str
    demand_field: str
    supply: str
    supply_field: str


@dataclass(frozen=True, slots=True)
class Row:
    """One match with all that a row of the panel shows. `ours`: it is read by the side that offers the capability."""

    match: Match
    scenario: Scenario
    capability: Capability
    mark: Mark | None
    requirements: Sequence[Answer]
    stale: bool
    ours: bool

    @property
    def pairs(self) -> list[Met]:
        """Sentences that met."""
        return [
            Met(
                pair["demand"]["text"],
                field_name("demand", pair["demand"]["field"]),
                pair["supply"]["text"],
                field_name("supply", pair["supply"]["field"]),
            )
            for pair in self.match.reasons.get("pairs", [])
        ]

    @property
    def terms(self) -> list[str]:
        """Phrases that both texts use."""
        terms: list[str] = self.match.reasons.get("terms", [])
        return terms

    @property
    def shares(self) -> list[Share]:
        """What each part adds to the log-odds of the score."""
        return shares_of(self.match, self.requirements)

    @property
    def facts(self) -> list[Fact]:
        """How the facets agree, where both sides say something."""
        return facts_of(self.match)

    @property
    def unknown(self) -> list[str]:
        """Facets of which one side says nothing."""
        return unknown_of(self.match)

    @property
    def wishes(self) -> list[str]:
        """What the company does not want of this opportunity, in sentences."""
        return unmet_wishes(self.match, self.scenario, self.capability, ours=self.ours)


@dataclass(frozen=True, slots=True)
class Panel:
    """The matches of one record.

    `renewing`: they stand, but were made by an older model or weights. `fair`: their order keeps an exposure policy.
    """

    rows: Sequence[Row]
    excluded: Sequence[Row]
    computing: bool
    renewing: bool
    best: float
    threshold: float
    first: int = 1
    total: int = 0
    page: int = 1
    fair: bool = False

    @property
    def last(self) -> int:
        """The place of the last row shown."""
        return self.first + len(self.rows) - 1

    @property
    def nothing_fits(self) -> bool:
        """Whether even the best stays below the probability from which a pair is worth a talk."""
        return not self.computing and self.best < self.threshold


class HasOrganisation(Protocol):
    """What `results_for_applicants` needs of an application."""

    organisation_id: int


def panel_of_scenario(scenario: Scenario, *, page: int = 1, per: int = PER_PAGE) -> Panel:
    """Capabilities ranked for an opportunity, with the department's marks. A fixed number of statements."""
    ref = scenario_ref(scenario.pk)
    heads = _heads(Match.objects.list_of("demand", ref))
    public = Capability.objects.public().filter(pk__in=[head.capability for head in heads])
    owners = dict(public.values_list("pk", "organisation_id"))
    marks = {
        (mark.scenario_id, mark.capability_id): mark
        for mark in Mark.objects.filter(scenario=scenario, organisation=scenario.department_id)
    }
    ordered, fair = in_fair_order([head for head in heads if head.capability in owners], owners)
    panel = _panel(
        ref,
        ordered,
        Loader(marks, ours=False, scenarios={scenario.pk: scenario}),
        slice((page - 1) * per, page * per),
    )
    return replace(panel, fair=fair)


def panel_of_capability(capability: Capability, *, page: int = 1, per: int = PER_PAGE) -> Panel:
    """Opportunities ranked for a capability, with the supplier's marks."""
    ref = capability_ref(capability.pk)
    heads = _heads(Match.objects.list_of("supply", ref))
    there = set(Scenario.objects.open().filter(pk__in=[head.scenario for head in heads]).values_list("pk"))
    marks = {
        (mark.scenario_id, mark.capability_id): mark
        for mark in Mark.objects.filter(capability=capability, organisation=capability.organisation_id)
    }
    return _panel(
        ref,
        [head for head in heads if (head.scenario,) in there],
        Loader(marks, ours=True, capabilities={capability.pk: capability}),
        slice((page - 1) * per, page * per),
    )


def recommended(capabilities: Iterable[Capability], limit: int = 10) -> list[Row]:
    """The best open opportunities for any of these capabilities, each once, with the capability that fits best."""
    own = {capability.pk: capability for capability in capabilities}
    refs = [capability_ref(pk) for pk in own]
    matches = Match.objects.filter(
        supply__ref__in=refs, demand__active=True, supply__active=True, score__gte=WORTH_SHOWING
    ).order_by("-score", "demand__ref", "supply__ref")
    heads = _heads(matches, limit * 20)
    there = set(Scenario.objects.open().filter(pk__in=[head.scenario for head in heads]).values_list("pk"))
    marks = _marks_of_suppliers(own)
    best: dict[int, Head] = {}
    for head in heads:
        mark = marks.get((head.scenario, head.capability))
        if (head.scenario,) in there and (mark is None or mark.kind != Mark.Kind.EXCLUDED):
            best.setdefault(head.scenario, head)
    return Loader(marks, ours=True, capabilities=own).rows(list(best.values())[:limit])


def _marks_of_suppliers(own: Mapping[int, Capability]) -> dict[tuple[int, int], Mark]:
    """Their own, and invitations that came to them; what else a department thinks is the department's."""
    found: dict[tuple[int, int], Mark] = {}
    for mark in Mark.objects.filter(capability__in=own):
        if mark.organisation_id == own[mark.capability_id].organisation_id:
            found[mark.scenario_id, mark.capability_id] = mark
        elif mark.kind == Mark.Kind.INVITED:
            found.setdefault((mark.scenario_id, mark.capability_id), mark)
    return found


def results_for_applicants(scenario: Scenario, applications: Iterable[HasOrganisation]) -> dict[int, Row]:
    """The best match of each applying organisation with the opportunity, by organisation."""
    wanted = {application.organisation_id for application in applications}
    if not wanted:
        return {}
    heads = _heads(Match.objects.list_of("demand", scenario_ref(scenario.pk)))
    shown = Capability.objects.public().filter(pk__in=[head.capability for head in heads], organisation__in=wanted)
    owners = dict(shown.values_list("pk", "organisation_id"))
    best: dict[int, Head] = {}
    for head in heads:
        if head.capability in owners:
            best.setdefault(owners[head.capability], head)
    rows = Loader({}, ours=False, scenarios={scenario.pk: scenario}).rows(list(best.values()))
    return {row.capability.organisation_id: row for row in rows}


class Head(NamedTuple):
    """As much of a match as its place in a list needs."""

    pk: int
    scenario: int
    capability: int
    score: float


def _heads(matches: models.QuerySet[Match], limit: int = STORED) -> list[Head]:
    rows = matches.values_list("pk", "demand__ref", "supply__ref", "score")[:limit]
    return [Head(pk, _pk(demand), _pk(supply), score) for pk, demand, supply, score in rows]


class Loader:
    """Reads what rows show, for as many as are shown, in a fixed number of statements. What is known is not read."""

    def __init__(
        self,
        marks: Mapping[tuple[int, int], Mark],
        *,
        ours: bool,
        scenarios: Mapping[int, Scenario] | None = None,
        capabilities: Mapping[int, Capability] | None = None,
    ) -> None:
        self.marks = marks
        self.maker = standing_maker()
        self._ours = ours
        self._scenarios = scenarios
        self._capabilities = capabilities

    def mark(self, head: Head) -> Mark | None:
        """This side's mark of the pair."""
        return self.marks.get((head.scenario, head.capability))

    def rows(self, heads: Sequence[Head]) -> list[Row]:
        """In the order of the heads; one that was deleted meanwhile is left out."""
        stored = Match.objects.select_related("demand", "supply").defer(*UNSHOWN["match"])
        matches = stored.in_bulk([head.pk for head in heads])
        names = requirement_names(matches.values())
        scenarios, capabilities = self._scenarios, self._capabilities
        if scenarios is None:
            unread = Scenario.objects.with_terms().defer(*UNSHOWN["scenario"])
            scenarios = unread.in_bulk([head.scenario for head in heads])
        if capabilities is None:
            offered = Capability.objects.with_terms().prefetch_related(None).defer(*UNSHOWN["capability"])
            capabilities = offered.in_bulk([head.capability for head in heads])
        return [
            Row(
                match,
                scenarios[head.scenario],
                capabilities[head.capability],
                self.mark(head),
                answers_of(match, names),
                match.is_stale(self.maker),
                self._ours,
            )
            for head in heads
            if (match := matches.get(head.pk)) is not None
        ]


def _panel(ref: str, heads: Sequence[Head], loader: Loader, window: slice) -> Panel:
    marks = {head: loader.mark(head) for head in heads}
    excluded = [head for head, mark in marks.items() if mark is not None and mark.kind == Mark.Kind.EXCLUDED]
    out = set(excluded)
    shown = [head for head in heads if head not in out and (head.score >= WORTH_SHOWING or marks[head] is not None)]
    rows = loader.rows([*shown[window], *(excluded if not window.start else ())])
    kept = [row for row in rows if row.mark is None or row.mark.kind != Mark.Kind.EXCLUDED]
    document = (
        Document.objects.filter(ref=ref).only("active", "fingerprint", "matched_fingerprint", "matched_by").first()
    )
    computing = document is None or not document.active or document.matched_fingerprint != document.fingerprint
    return Panel(
        kept,
        [row for row in rows if row not in kept],
        computing,
        renewing=document is not None and not computing and not made_alike(document.matched_by, loader.maker),
        best=max((head.score for head in shown), default=0.0),
        threshold=standing_weights().threshold,
        first=(window.start or 0) + 1,
        total=len(shown),
        page=(window.start or 0) // max(1, window.stop - (window.start or 0)) + 1,
    )


def answers_of(match: Match, names: dict[str, str]) -> list[Answer]:
    """The requirements of the match with their names."""
    return [
        Answer(asked["key"], names.get(asked["key"], asked["key"]), asked["strength"], asked["outcome"])
        for asked in match.reasons.get("requirements", ())
    ]


def requirement_names(matches: Iterable[Match], more: Iterable[str] = ()) -> dict[str, str]:
    """The names of all requirements that these matches speak of, and of more keys."""
    keys = {asked["key"] for match in matches for asked in match.reasons.get("requirements", ())} | set(more)
    return {row.key: row.name for row in Requirement.objects.filter(key__in=keys)}


def _pk(ref: str) -> int:
    return int(ref.partition(":")[2])
