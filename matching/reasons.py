"""Why a pair was ranked: keys and values, never sentences, so that a page can say it in any language.

    {"shares": {feature: addition to the logit}, "pairs": [{"demand": {"field", "text"}, "supply": …, "cosine"}],
     "requirements": [{"key", "strength", "outcome"}], "terms": [shared rare words],
     "facets": {"sector": true|false|null, "place": …, "money": …, "modality": …, "mode": …, "wanted": …}}
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.corpus import Corpus
from matching.engine.documents import MatchDocument
from matching.engine.ranking import Pair
from matching.engine.sentences import Passage
from matching.engine.structure import Agreement
from matching.engine.terms import terms_of
from matching.engine.weights import Weights

SHARED_TERMS = 6


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


def shared_terms(demand: MatchDocument, supply: MatchDocument, corpus: Corpus) -> list[str]:
    """The rarest words (of two characters and more) that both texts use, by the supply side's corpus."""
    both = set(terms_of(demand.text)) & set(terms_of(supply.text))
    places = {term: corpus.vocabulary.get(term, len(corpus.holders)) for term in both if len(term) > 1}
    known = [term for term, place in places.items() if place < len(corpus.holders)]
    return sorted(known, key=lambda term: (int(corpus.holders[places[term]]), term))[:SHARED_TERMS]
