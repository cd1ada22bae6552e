"""What is known of a pair, as numbers: the rows that the ranker weighs.

A row belongs to a view: “own” is the side that asks, “other” the side that answers. The same pair seen from the other
side has the same numbers in the places of `SWAPPED`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.engine.interaction import interact
from matching.engine.ranking import Arena, Asking, FirstStage, Places, opposite
from matching.engine.reading import Reading
from matching.engine.structure import Agreement, compare

Rows = NDArray[np.float64]

FEATURES = (
    "cosine",  # centred, in [-1, 1]
    "meaning",  # twice the cosine less the hubness of both
    "meaning_own",  # the same, in spreads of what is usual for the asking document
    "meaning_other",  # the same, for the answering one
    "words_own",  # BM25, in spreads of what is usual for the asking document
    "words_other",  # BM25 asked back, for the answering one
    "words_own_rich",  # the same two, as far as both texts have words enough to tell
    "words_other_rich",
    "phrases_own",  # how well the asking phrases are answered, in [-1, 1]
    "phrases_other",  # how well the answering phrases are asked for
    "sector",  # 1 the same, 0.5 neighbours, -1 others, 0 unknown
    "modality",  # 1 they meet, -1 they do not, 0 unknown
    "met",  # share of the required that the supply states it meets
    "missed",  # share of the required that it states it misses
    "wished",  # share of the preferred that it states it meets
    "place",  # 0 served or unknown, -1 not served
    "money",  # 0 within the budget or unknown, -1 above
    "maturity",  # from -1 (an idea) to 1 (in use at scale), 0 unknown
)
SWAPPED = {
    "meaning_own": "meaning_other",
    "meaning_other": "meaning_own",
    "words_own": "words_other",
    "words_other": "words_own",
    "words_own_rich": "words_other_rich",
    "words_other_rich": "words_own_rich",
    "phrases_own": "phrases_other",
    "phrases_other": "phrases_own",
}
_BACK = [FEATURES.index(SWAPPED.get(name, name)) for name in FEATURES]
POOR, RICH = 50, 200  # different terms, single characters and pairs counted
MATURITY = {"concept": -1.0, "prototype": -0.5, "pilot": 0.5, "scaled": 1.0}


@dataclass(frozen=True, slots=True)
class Table:
    """The second stage of c candidates: `own` and `back`, both (c, len(FEATURES)), are the two views of each pair."""

    places: Places
    own: Rows
    agreements: list[Agreement]

    @property
    def back(self) -> Rows:
        """The same pairs, asked from the other side."""
        result: Rows = self.own[:, _BACK]
        return result


def table(arena: Arena, asking: Asking, stage: FirstStage, chosen: Sequence[int], readings: Sequence[Reading]) -> Table:
    """`readings` are those of the chosen places, in their order."""
    own, answering = arena.sides(asking.side)
    places = np.array(chosen, dtype=np.int64)
    other = opposite(asking.side)
    forth, back = interact(asking.reading, own, readings, answering, arena.background.state)
    agreements = [
        compare(asking.facets, answering.facets[place])
        if asking.side == "demand"
        else compare(answering.facets[place], asking.facets)
        for place in chosen
    ]
    words, asked_back = stage.words_z[places], arena.words_asked_back(asking, places)
    rich = _richness(len(asking.counted.terms), np.diff(answering.words.counts.indptr)[places])
    columns = {
        "cosine": stage.cosine[places],
        "meaning": stage.meaning[places],
        "meaning_own": stage.meaning_z[places],
        "meaning_other": arena.meaning_seen_from(other, places, stage.meaning[places]),
        "words_own": words,
        "words_other": asked_back,
        "words_own_rich": words * rich,
        "words_other_rich": asked_back * rich,
        "phrases_own": forth,
        "phrases_other": back,
        **_structure(agreements),
    }
    rows = np.column_stack([columns[name] for name in FEATURES]) if len(places) else np.zeros((0, len(FEATURES)))
    return Table(places, rows.astype(np.float64), agreements)


def _richness(asking: int, answering: NDArray[np.integer]) -> Rows:
    """From 0 (a title) to 1 (a full description), by how many different terms the poorer of the two has."""
    result: Rows = np.clip((np.minimum(asking, answering) - POOR) / (RICH - POOR), 0.0, 1.0)
    return result


def _structure(agreements: Sequence[Agreement]) -> dict[str, Rows]:
    return {
        "sector": np.array([each.sector or 0.0 for each in agreements]),
        "modality": np.array([_sign(each.modality) for each in agreements]),
        "met": np.array([each.share("required", "met") for each in agreements]),
        "missed": np.array([each.share("required", "missed") for each in agreements]),
        "wished": np.array([each.share("preferred", "met") for each in agreements]),
        "place": np.array([-1.0 if each.place is False else 0.0 for each in agreements]),
        "money": np.array([-1.0 if each.money is False else 0.0 for each in agreements]),
        "maturity": np.array([MATURITY.get(each.maturity, 0.0) for each in agreements]),
    }


def _sign(agrees: bool | None) -> float:
    return 0.0 if agrees is None else 1.0 if agrees else -1.0
