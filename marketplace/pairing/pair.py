"""One pair: both texts with the sentences that met, and all that is known of the match. Reads stored rows only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from marketplace.accounts.rules import AnyUser
from marketplace.capabilities.models import Capability
from marketplace.organisations.rules import belongs_to, organisation_ids
from marketplace.pairing.changes import Comparison, compare_with_previous, keys_before
from marketplace.pairing.feed import CAPABILITY_FIELDS, SCENARIO_FIELDS, capability_ref, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.pairing.panel import Row, answers_of, requirement_names
from marketplace.pairing.words import field_name, log_odds
from marketplace.scenarios.models import Scenario
from matching.models import Match
from matching.ranker import standing_weights
from matching.standing import standing_maker

MET = 3  # pairs of sentences that are numbered in both texts


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `number` is 0 where it met nothing."""

    text: str
    number: int


@dataclass(frozen=True, slots=True)
class Section:
    """A field of a text, in pieces."""

    name: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made the result: fingerprints of the model and of both texts, and the version of the weights."""

    model: str
    weights: str
    version: str
    demand: str
    supply: str


@dataclass(frozen=True, slots=True)
class Pair:
    """What the page of a pair shows; `row` is None where neither side lists the other."""

    row: Row | None
    demand: Sequence[Section]
    supply: Sequence[Section]
    comparison: Comparison | None
    provenance: Provenance | None
    base: float
    total: float
    fits: bool


def pair_of(scenario: Scenario, capability: Capability, user: AnyUser) -> Pair:
    """The stored match of the two with the texts as they are now, and the mark of the reader's own side, if any."""
    match = (
        Match.objects.filter(demand__ref=scenario_ref(scenario.pk), supply__ref=capability_ref(capability.pk))
        .select_related("demand", "supply")
        .defer("demand__embedding", "demand__fields", "supply__embedding", "supply__fields")
        .first()
    )
    met = match.reasons.get("pairs", [])[:MET] if match else []
    demand = _sections("demand", scenario, SCENARIO_FIELDS, [pair["demand"] for pair in met])
    supply = _sections("supply", capability, CAPABILITY_FIELDS, [pair["supply"] for pair in met])
    if match is None:
        return Pair(None, demand, supply, None, None, 0, 0, fits=False)
    names = requirement_names([match], keys_before(match))
    marks = Mark.objects.filter(scenario=scenario, capability=capability, organisation_id__in=organisation_ids(user))
    ours = belongs_to(user, capability.organisation_id)
    maker = standing_maker()
    row = Row(match, scenario, capability, marks.first(), answers_of(match, names), match.is_stale(maker), ours)
    total = log_odds(match.score)
    return Pair(
        row,
        demand,
        supply,
        compare_with_previous(match, names),
        _provenance(match, maker),
        base=total - sum(share.amount for share in row.shares),
        total=total,
        fits=match.score >= standing_weights().threshold,
    )


def _provenance(match: Match, maker: str) -> Provenance:
    model, _colon, weights = match.made_by.partition(":")
    version = standing_weights().version if maker.endswith(weights) else ""
    return Provenance(model, weights, version, match.demand_fingerprint, match.supply_fingerprint)


def _sections(
    side: str, record: Scenario | Capability, fields: Sequence[str], met: Sequence[Mapping[str, str]]
) -> list[Section]:
    """The fields that say something, in the order in which the engine reads them."""
    found = []
    for name in fields:
        if text := str(getattr(record, name)):
            sentences = {each["text"]: number for number, each in enumerate(met, 1) if each["field"] == name}
            found.append(Section(field_name(side, name), list(pieces_of(text, sentences))))
    return found


def pieces_of(text: str, sentences: Mapping[str, int]) -> Iterator[Piece]:
    """A text cut where the numbered sentences stand in it; one that is no longer there is passed over."""
    found = sorted(
        (text.index(sentence), sentence, number) for sentence, number in sentences.items() if sentence in text
    )
    at = 0
    for start, sentence, number in found:
        if start >= at:
            if start > at:
                yield Piece(text[at:start], 0)
            yield Piece(sentence, number)
            at = start + len(sentence)
    if at < len(text):
        yield Piece(text[at:], 0)
