"""Why a pair was ranked: keys and values, never sentences, so that a page can say it in any language.

{"shares": {feature: addition to the logit}, "pairs": [{"demand": {"field", "text"}, "supply": …, "cosine"}],
 "requirements": [{"key", "strength", "outcome"}], "terms": [longest phrases that both use],
 "facets": {"sector": true|false|null, "place": …, "money": …, "modality": …, "mode": …, "wanted": …}}
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.documents import MatchDocument
from matching.engine.ranking import Pair
from matching.engine.sentences import Passage
from matching.engine.structure import Agreement
from matching.engine.terms import normalise
from matching.engine.weights import Weights

SHARED = 6
SHORTEST = 3
_RUNS = re.compile(r"[a-z0-9][a-z0-9.+\-]*|[\u3400-\u9fff]+")


def reasons_of(
    *,
    weights: Weights,
    features: NDArray[np.float64],
    agreement: Agreement,
    demand: Sequence[Passage],
    supply: Sequence[Passage],
    pairs: Sequence[Pair],
    shared: Sequence[str],
) -> dict[str, Any]:
    """The reasons of one pair, seen from the demand: `pairs` index its passages first, the supply's second."""
    return {
        "shares": weights.shares(features),
        "pairs": [
            {
                "demand": {"field": demand[pair.asking].field, "text": demand[pair.asking].text},
                "supply": {"field": supply[pair.answering].field, "text": supply[pair.answering].text},
                "cosine": pair.cosine,
            }
            for pair in pairs
        ],
        "requirements": [
            {"key": asked.key, "strength": asked.strength, "outcome": asked.outcome} for asked in agreement.requirements
        ],
        "facets": {
            "sector": agreement.sector,
            "place": agreement.place,
            "money": agreement.money,
            "modality": agreement.modality,
            "mode": agreement.mode,
            "wanted": agreement.wanted,
        },
        "terms": list(shared),
    }


def shared_phrases(demand: MatchDocument, supply: MatchDocument) -> list[str]:
    """The longest pieces that both texts use: at least `SHORTEST` characters of Chinese, or a whole Latin term."""
    there = normalise(supply.text)
    found: set[str] = set()
    for run in _RUNS.findall(normalise(demand.text)):
        if run.isascii():
            found.update([run] if len(run) > 1 and not run.isdigit() and run in there else [])
        else:
            found.update(_common(run, there))
    return sorted(found, key=lambda phrase: (-len(phrase), phrase))[:SHARED]


def _common(run: str, there: str) -> list[str]:
    """Maximal pieces of a run of characters that occur in another text."""
    pieces, start = [], 0
    while start + SHORTEST <= len(run):
        end = start + SHORTEST
        if run[start:end] not in there:
            start += 1
            continue
        while end < len(run) and run[start : end + 1] in there:
            end += 1
        pieces.append(run[start:end])
        start = end
    return pieces
