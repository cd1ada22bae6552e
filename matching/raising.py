"""What would raise a match: the supply is scored again as it would be if it stated one thing more. Nothing is guessed.

Every figure comes from `pairs.Scorer`, the base included, so that before and after differ by that one thing alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matching.engine.documents import Facets, MatchDocument
from matching.engine.encoder import Encoder
from matching.engine.interaction import sentence_cosines
from matching.engine.ranking import Asking
from matching.engine.sentences import passages
from matching.engine.structure import Agreement, compare
from matching.pairs import Scorer

LEAST = 0.01  # a smaller gain is not worth a person's time
SENTENCES = 3  # of the demand's least answered ones, tried one by one
SHORTEST = 10
LEVELS = ("pilot", "scaled")


class NotStandingError(LookupError):
    """The demand is not in the arena: withdrawn, or not read yet."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a supply could state: its kind, what it names, and the facets as they would be."""

    kind: str
    values: tuple[str | float, ...]
    apply: Callable[[Facets], Facets]


def what_raises(
    scorer: Scorer, encoder: Encoder, demand: MatchDocument, supply: MatchDocument, *, asked: Sequence[str], into: str
) -> dict[str, Any]:
    """Score the variations of a supply against one demand.

    `asked`: fields of the demand that say what it wants; `into`: the supply's field that a sentence is added to.
    Returns probabilities: {"before", "changes": [{"kind", "values", "after"}] by falling gain, "together": all changes
    of facets at once or null, "carries": [{"field", "after"}], what is left when a field is left out}.
    Raises NotStandingError.
    """
    base = scorer.draft(encoder, supply)
    before = _score(scorer, base, demand.ref)
    worthy = [
        (change, after)
        for change in facet_changes(demand.facets, supply.facets)
        if (after := _score(scorer, _as(base, change), demand.ref)) - before >= LEAST
    ]
    changes = [{"kind": change.kind, "values": list(change.values), "after": after} for change, after in worthy]
    for sentence in _unanswered(scorer, base, demand, supply, asked):
        told = _with_field(supply, into, f"{supply.fields.get(into, '')}\n{sentence}".strip())
        after = _score(scorer, scorer.draft(encoder, told), demand.ref)
        if after - before >= LEAST:
            changes.append({"kind": "sentence", "values": [sentence], "after": after})
    return {
        "before": before,
        "changes": sorted(changes, key=_by_gain),
        "together": _together(scorer, base, demand, [change for change, _after in worthy]),
        "carries": _carries(scorer, encoder, demand, supply, before),
    }


def _by_gain(change: dict[str, Any]) -> tuple[float, str, list[Any]]:
    return -change["after"], change["kind"], change["values"]


def _score(scorer: Scorer, asking: Asking, ref: str) -> float:
    scored = scorer.score(asking, [ref], only=True)
    if not scored.refs:
        raise NotStandingError(ref)
    return float(scored.score[0])


def _as(base: Asking, *changes: Change) -> Asking:
    """The same text with other facets; it need not be read again."""
    facets = base.facets
    for change in changes:
        facets = change.apply(facets)
    return replace(base, facets=facets)


def _together(scorer: Scorer, base: Asking, demand: MatchDocument, changes: Sequence[Change]) -> float | None:
    """All at once, of each kind that excludes another the best."""
    if len(changes) < 2:
        return None
    return _score(scorer, _as(base, *changes), demand.ref)


def _carries(
    scorer: Scorer, encoder: Encoder, demand: MatchDocument, supply: MatchDocument, before: float
) -> list[dict[str, Any]]:
    """What is left of the score without each field, the most telling first."""
    found = []
    for name, text in supply.fields.items():
        if text:
            after = _score(scorer, scorer.draft(encoder, _with_field(supply, name, "")), demand.ref)
            if abs(after - before) >= LEAST:
                found.append({"field": name, "after": after})
    return sorted(found, key=lambda each: (each["after"], each["field"]))


def _with_field(document: MatchDocument, name: str, text: str) -> MatchDocument:
    return replace(document, fields={**document.fields, name: text})


def _unanswered(
    scorer: Scorer, base: Asking, demand: MatchDocument, supply: MatchDocument, asked: Sequence[str]
) -> list[str]:
    """The demand's sentences that the supply answers least, among those that say what it wants."""
    (reading,) = scorer.keeper.readings([demand.ref])
    supplies, demands = scorer.arena.sides("supply")
    cosines = sentence_cosines(base.reading, supplies, reading, demands, scorer.arena.background.state)
    found = passages(demand.fields)
    if not len(passages(supply.fields)) or cosines.shape[1] != len(found):
        return []
    best = cosines.max(axis=0)
    places = [place for place, passage in enumerate(found) if passage.field in asked and len(passage.text) >= SHORTEST]
    return [found[place].text for place in sorted(places, key=lambda place: (float(best[place]), place))[:SENTENCES]]


def facet_changes(demand: Facets, supply: Facets) -> Iterator[Change]:
    """What the supply could state beside its text, where this demand would notice."""
    agreement = compare(demand, supply)
    for each in agreement.requirements:
        if each.outcome != "met":
            yield Change("unknown" if each.outcome == "unknown" else "missed", (each.key,), _offering(each.key))
    if not supply.maturity:
        for level in LEVELS:
            yield Change("maturity", (level,), _setting(maturity=level))
    yield from _sets(demand, supply, agreement)
    yield from _wishes(demand, supply, agreement)


def _sets(demand: Facets, supply: Facets, agreement: Agreement) -> Iterator[Change]:
    if demand.money_high is not None and agreement.money is not True:
        yield Change("price", (demand.money_high,), _setting(money_low=demand.money_high))
    if demand.deployments and agreement.deployment is not True:
        keys = tuple(sorted(demand.deployments))
        yield Change("deployment", keys, _setting(deployments=supply.deployments | demand.deployments))
    if demand.modalities and agreement.modality is not True:
        keys = tuple(sorted(demand.modalities))
        yield Change("modality", keys, _setting(modalities=supply.modalities | demand.modalities))
    if demand.sectors - supply.sectors:
        keys = tuple(sorted(demand.sectors))
        yield Change("sector", keys, _setting(sectors=supply.sectors | demand.sectors))


def _wishes(demand: Facets, supply: Facets, agreement: Agreement) -> Iterator[Change]:
    """What the company behind the supply wants, takes and has room for."""
    if agreement.place is False:
        yield Change("place", tuple(sorted(demand.places)), _setting(places=supply.places | demand.places))
    if agreement.wanted is False:
        keys = tuple(sorted(demand.sectors))
        yield Change("wanted", keys, _setting(wanted_sectors=supply.wanted_sectors | demand.sectors))
    if agreement.contract is False and demand.money_high is not None:
        yield Change("contract", (demand.money_high,), _taking(demand.money_high))
    if agreement.capacity is False:
        yield Change("capacity", (), _setting(capacity=1))


def _offering(key: str) -> Callable[[Facets], Facets]:
    return lambda facets: replace(facets, offered=facets.offered | {key}, lacking=facets.lacking - {key})


def _setting(**values: Any) -> Callable[[Facets], Facets]:
    return lambda facets: replace(facets, **values)


def _taking(amount: float) -> Callable[[Facets], Facets]:
    def widened(facets: Facets) -> Facets:
        low, high = facets.contract_low, facets.contract_high
        return replace(
            facets,
            contract_low=None if low is None else min(low, amount),
            contract_high=None if high is None else max(high, amount),
        )

    return widened
