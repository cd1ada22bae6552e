"""Near-duplicates of a text that is being written or imported, among what the person may see.

The page compares words and never loads the encoder. What says the same in other words is asked of the worker by a hint
(`meaning.py`); its answer lies in the cache for a few minutes and is fetched by the page.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import models

from marketplace.accounts.rules import AnyUser
from marketplace.capabilities.models import Capability
from marketplace.capabilities.models import State as CapabilityState
from marketplace.pairing.models import Print
from marketplace.pairing.prints import known_places, text_of_capability, text_of_scenario
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.models import State as ScenarioState
from matching.engine.duplicates import (
    Bands,
    Comparison,
    Difference,
    Shape,
    Text,
    bands_of,
    compare,
    differences,
    shape_of,
)

Side = Literal["scenario", "capability"]
READ = {"body": 600, "title": 200, "marks": 200}  # candidates that share a band, of whom the best are compared
COMPARED = 12
SHOWN = 5
SHOWN_DIFFERENCES, MANY = 6, 200
UNFINISHED = 0.6  # shorter than this share of the other text: the rest may still come
IN_ONE_QUESTION = 50  # rows of an import that are looked up together


@dataclass(frozen=True, slots=True)
class Similar:
    """A record like the text, how they stand to each other, and the clauses that differ."""

    record: Any
    comparison: Comparison
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an import row is like: records that stand already, and other rows of the same file by their place."""

    existing: Sequence[Similar]
    within: Sequence[tuple[int, Comparison]]


def similar_to(
    *, user: AnyUser, side: Side, text: Text, but: int | None = None, cosines: Mapping[int, float] | None = None
) -> list[Similar]:
    """The records most like a text, the closest first; `but` is left out. `cosines`: by key, from the worker.

    A fixed number of statements.
    """
    places = known_places()
    rows = _visible(side, user)
    if but is not None:
        rows = rows.exclude(pk=but)
    keys = _best(side, rows, [bands_of(text, places)])[0]
    return _compared(rows, side, text, places, [*keys, *(cosines or {})], cosines or {})


def check_batch(*, user: AnyUser, side: Side, rows: Sequence[Text]) -> list[Checked]:
    """For each row of an import, in their order: records like it, and other rows like it. Compares words."""
    places = known_places()
    bands = [bands_of(row, places) for row in rows]
    shapes = [shape_of(row, places) for row in rows]
    visible = _visible(side, user)
    checked: list[Checked] = []
    for start in range(0, len(rows), IN_ONE_QUESTION):
        block = range(start, min(start + IN_ONE_QUESTION, len(rows)))
        best = _best(side, visible, [bands[place] for place in block])
        records = visible.in_bulk({key for keys in best for key in keys})
        for place, keys in zip(block, best, strict=True):
            found = _similar([records[key] for key in keys], side, shapes[place], places, {})
            checked.append(Checked(found, _within(place, bands, shapes)))
    return checked


def _visible(side: Side, user: AnyUser) -> "models.QuerySet[Any]":
    if side == "scenario":
        return Scenario.objects.visible_to(user).exclude(state=ScenarioState.WITHDRAWN).with_terms()
    return Capability.objects.visible_to(user).exclude(state=CapabilityState.WITHDRAWN).with_terms()


def _best(side: Side, rows: "models.QuerySet[Any]", bands: Sequence[Bands]) -> list[list[int]]:
    """For each text, the keys of the records among `rows` that share most of its bands. Four statements.

    Bodies, titles and single sentences are asked apart: a title or a sentence that everybody writes must not crowd out
    what is alike as a whole.
    """
    found: list[tuple[int, list[int]]] = []
    for part, most in READ.items():
        union = sorted({band for each in bands for band in getattr(each, part)})
        found += Print.objects.sharing(side, union, most * len(bands))
    visible = set(rows.filter(pk__in={pk for pk, _held in found}).order_by().values_list("pk", flat=True))
    prints = {pk: frozenset(held) for pk, held in found if pk in visible}
    return [_nearest(prints.items(), frozenset(each.all)) for each in bands]


def _nearest(prints: Iterable[tuple[int, frozenset[int]]], bands: frozenset[int]) -> list[int]:
    common = [(len(bands & held), pk) for pk, held in prints]
    return [pk for shared, pk in sorted(common, key=lambda pair: (-pair[0], pair[1])) if shared][:COMPARED]


def _compared(
    rows: "models.QuerySet[Any]",
    side: Side,
    text: Text,
    places: Collection[str],
    keys: Iterable[int],
    cosines: Mapping[int, float],
) -> list[Similar]:
    records = rows.in_bulk(set(keys))
    return _similar(list(records.values()), side, shape_of(text, places), places, cosines)


def _similar(
    records: Iterable[Any], side: Side, own: Shape, places: Collection[str], cosines: Mapping[int, float]
) -> list[Similar]:
    read = text_of_scenario if side == "scenario" else text_of_capability
    alike: list[tuple[Any, Text, Comparison]] = []
    for record in records:
        other: Text = read(record)
        comparison = compare(own, shape_of(other, places), cosines.get(record.pk))
        if comparison.kind != "different":
            alike.append((record, other, comparison))
    alike.sort(key=lambda each: (each[2].kind != "duplicate", -each[2].closeness, each[0].pk))
    return [
        Similar(record, comparison, [] if comparison.by_meaning else _differing(own.text, other))
        for record, other, comparison in alike[:SHOWN]
    ]


def _differing(own: Text, other: Text) -> list[Difference]:
    """What both say differently first; what only the other has is left out while the text is still being written."""
    found = differences(own.body, other.body, MANY)
    unfinished = len(own.body) < UNFINISHED * len(other.body)
    told = [each for each in found if each.one or not unfinished]
    return sorted(told, key=lambda each: not (each.one and each.other))[:SHOWN_DIFFERENCES]


def _within(place: int, bands: Sequence[Bands], shapes: Sequence[Shape]) -> list[tuple[int, Comparison]]:
    own = frozenset(bands[place].all)
    near = (other for other in range(len(shapes)) if other != place and not own.isdisjoint(bands[other].all))
    compared = ((other, compare(shapes[place], shapes[other])) for other in near)
    return [(other, comparison) for other, comparison in compared if comparison.kind != "different"]
