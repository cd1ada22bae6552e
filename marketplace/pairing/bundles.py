"""Two or three companies that together do what no single one does, composed from the reasons of stored matches.

What an opportunity needs are the sentences of its problem, its direction and its goals that somebody in its list
answers, and its requirements. A requirement binds every partner, unless the reference data says that one is enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace.capabilities.models import Capability
from marketplace.pairing.feed import scenario_ref
from marketplace.pairing.models import Mark
from marketplace.pairing.panel import WORTH_SHOWING
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import Requirement
from matching.engine.market.bundles import ANSWERED, Bundle, Need, Offer, answered, best_bundles
from matching.engine.sentences import passages
from matching.models import Document, Match

FIELDS = ("pain", "direction", "goals")
# What the other side says to a requirement, as a probability; to be silent is neither a yes nor a no.
OUTCOMES = {"met": 1.0, "missed": 0.02, "unknown": 0.4}
STRENGTHS = {"required": 1.0, "preferred": 0.3}


@dataclass(frozen=True, slots=True)
class Line:
    """A need as the page shows it: a sentence or a requirement, and who takes it on; `each`: all must meet it."""

    text: str
    is_requirement: bool
    each: bool
    taker: Capability | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A bundle with its records."""

    members: Sequence[Capability]
    probability: float
    single: Capability
    single_probability: float
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Needs with their texts: first the chosen sentences, then the requirements."""

    needs: Sequence[Need]
    texts: Sequence[str]
    sentences: Sequence[int]


def proposals_for(scenario: Scenario) -> list[Proposal]:
    """Bundles worth a word; none where a single one does as well. A fixed number of statements."""
    document = Document.objects.filter(ref=scenario_ref(scenario.pk)).only("fields", "fingerprint").first()
    if document is None:
        return []
    matches = _matches(document, scenario)
    asked = _asked(document, [match.reasons for match, _capability in matches])
    offers = [_offer(match.reasons, capability, asked) for match, capability in matches]
    by_ref = {str(capability.pk): capability for _match, capability in matches}
    return [_proposal(bundle, asked, by_ref) for bundle in best_bundles(asked.needs, offers)]


def _matches(document: Document, scenario: Scenario) -> list[tuple[Match, Capability]]:
    """Matches of the present text with what is offered to everybody and not excluded by the department."""
    listed = Match.objects.list_of("demand", scenario_ref(scenario.pk)).filter(
        score__gte=WORTH_SHOWING, demand_fingerprint=document.fingerprint
    )
    matches = [(match, int(ref.partition(":")[2])) for match, ref in _with_refs(listed)]
    excluded = set(
        Mark.objects.filter(
            scenario=scenario, organisation=scenario.department_id, kind=Mark.Kind.EXCLUDED
        ).values_list("capability_id", flat=True)
    )
    wanted = [pk for _match, pk in matches if pk not in excluded]
    shown = Capability.objects.public().select_related("organisation").only("name", "organisation__name")
    capabilities = shown.in_bulk(wanted)
    return [(match, capabilities[pk]) for match, pk in matches if pk in capabilities and match.reasons.get("needs")]


def _with_refs(listed: Any) -> list[tuple[Match, str]]:
    rows = listed.select_related("supply").only("reasons", "score", "supply__ref")
    return [(match, match.supply.ref) for match in rows]


def _asked(document: Document, reasons: Sequence[Mapping[str, Any]]) -> _Asked:
    """Sentences that at least one of the list answers, and the requirements."""
    texts = passages(document.content.fields)
    best: dict[int, float] = {}
    for each in reasons:
        for n, value in enumerate(answered(each["needs"]).tolist()):
            best[n] = max(best.get(n, 0.0), value)
    sentences = [n for n, text in enumerate(texts) if text.field in FIELDS and best.get(n, 0.0) >= ANSWERED]
    requirements = reasons[0].get("requirements", []) if reasons else []
    terms = {row.key: row for row in Requirement.objects.filter(key__in=[each["key"] for each in requirements])}
    needs = [Need(str(n)) for n in sentences]
    for each in requirements:
        shareable = each["key"] in terms and terms[each["key"]].shareable
        needs.append(Need(each["key"], STRENGTHS[each["strength"]], each=not shareable))
    names = [terms[each["key"]].name if each["key"] in terms else each["key"] for each in requirements]
    return _Asked(needs, [*(texts[n].text for n in sentences), *names], sentences)


def _offer(reasons: Mapping[str, Any], capability: Capability, asked: _Asked) -> Offer:
    chances = answered(reasons["needs"]).tolist()
    outcomes = {each["key"]: OUTCOMES[each["outcome"]] for each in reasons.get("requirements", [])}
    sentences = [chances[n] if n < len(chances) else 0.0 for n in asked.sentences]
    requirements = [outcomes.get(need.key, OUTCOMES["unknown"]) for need in asked.needs[len(sentences) :]]
    return Offer(str(capability.pk), str(capability.organisation_id), [*sentences, *requirements])


def _proposal(bundle: Bundle, asked: _Asked, by_ref: Mapping[str, Capability]) -> Proposal:
    members = [by_ref[ref] for ref in bundle.members]
    lines = [
        Line(text, n >= len(asked.sentences), need.each, None if taker is None else members[taker])
        for n, (need, text, taker) in enumerate(zip(asked.needs, asked.texts, bundle.takes, strict=True))
    ]
    return Proposal(members, bundle.probability, by_ref[bundle.single], bundle.single_probability, lines)
