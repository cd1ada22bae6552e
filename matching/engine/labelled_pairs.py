"""A labelled list of near-duplicates, and how well they are told apart: precision and recall of each kind."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from matching.engine.duplicates import MEAN_PRIOR, Kind, Text, centred, compare, shape_of

KINDS: tuple[Kind, ...] = ("duplicate", "sibling", "different")


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """Two texts and how they stand to each other. `told`: the second says it in other words."""

    family: str
    part: str
    label: Kind
    one: Text
    other: Text
    told: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Of one kind: pairs labelled so, the share of right ones among those found, of found ones among those there."""

    kind: Kind
    pairs: int
    precision: float
    recall: float


def read_pairs(path: Path) -> list[LabelledPair]:
    """Versions against their bases, and bases of one side and part against each other. Raises ValueError for an edit
    that does not apply."""
    families: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    pairs = [pair for family in families for pair in _versions(family)]
    for one, other in combinations(families, 2):
        if one["part"] == other["part"] and one.get("side") == other.get("side"):
            pairs.append(
                LabelledPair(f"{one['key']}/{other['key']}", one["part"], "different", _text(one), _text(other), True)
            )
    return pairs


def _versions(family: Mapping[str, Any]) -> Iterator[LabelledPair]:
    for version in family["versions"]:
        base = {**family, "body": _edited(family["body"], version.get("other_edits", ()))}
        body = version.get("body") or _edited(family["body"], version.get("edits", ())) + version.get("append", "")
        other = {"title": family["title"], "place": family.get("place", ""), **version, "body": body}
        yield LabelledPair(
            family["key"], family["part"], version["label"], _text(base), _text(other), "body" in version
        )


def _edited(body: str, edits: Sequence[Sequence[str]]) -> str:
    for old, new in edits:
        if old not in body:
            raise ValueError(f"{old!r} is not in the text")
        body = body.replace(old, new)
    return body


def _text(row: Mapping[str, Any]) -> Text:
    return Text(row["title"], row["body"], row.get("place", ""))


def cosines_of(vectors: NDArray[np.float32], background: NDArray[np.float32]) -> list[float]:
    """Centred cosines of pairs: `vectors` (2 · pairs, dimension), one and other in turn; `background`: its mean."""
    mean = (vectors.sum(axis=0) + MEAN_PRIOR * background) / (len(vectors) + MEAN_PRIOR)
    moved = centred(vectors, mean)
    return [float(value) for value in (moved[::2] * moved[1::2]).sum(axis=1)]


def scores_of(pairs: Sequence[LabelledPair], cosines: Sequence[float] | None = None) -> list[Score]:
    """Precision and recall of each kind, by words alone, or with the meaning where cosines are given."""
    places = {text.place for pair in pairs for text in (pair.one, pair.other) if text.place}
    found: Counter[tuple[Kind, Kind]] = Counter()
    for number, pair in enumerate(pairs):
        cosine = None if cosines is None else cosines[number]
        result = compare(shape_of(pair.one, places), shape_of(pair.other, places), cosine)
        found[(pair.label, result.kind)] += 1
    return [_score(kind, found) for kind in KINDS]


def _score(kind: Kind, found: Counter[tuple[Kind, Kind]]) -> Score:
    right = found[(kind, kind)]
    said = sum(count for (_label, result), count in found.items() if result == kind)
    there = sum(count for (label, _result), count in found.items() if label == kind)
    return Score(kind, there, right / said if said else 1.0, right / there if there else 1.0)
