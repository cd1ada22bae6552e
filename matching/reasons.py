"""Why a pair was ranked: keys and values, never sentences, so that a page can say it in any language.

{"shares": {feature: addition to the logit of the demand's view}, "shares_supply": the same for the supply's view,
 "wishes": addition of the supplier's unmet wishes,
 "needs": [the best cosine to each sentence of the demand, in their order],
 "pairs": [{"demand": {"field", "text"}, "supply": …, "cosine"}],
 "requirements": [{"key", "strength", "outcome"}], "terms": [longest phrases that both use],
 "facets": {"sector": 1, 0.5, -1 or null, "place": true|false|null, "money": …, "modality": …, "deployment": …,
 "mode": …, "wanted": …, "contract": …, "capacity": …}}
"""

import re
from typing import Any

from matching.engine.corpus import Array
from matching.engine.documents import MatchDocument
from matching.engine.sentences import passages
from matching.engine.structure import Agreement
from matching.engine.terms import normalise

SHARED = 6
SHORTEST = 3
PAIRS = 3
FACETS = ("sector", "place", "money", "modality", "deployment", "mode", "wanted", "contract", "capacity")
_RUNS = re.compile(r"[a-z0-9][a-z0-9.+\-]*|[\u3400-\u9fff]+")


def agreement_reasons(agreement: Agreement) -> dict[str, Any]:
    """Requirements and facets."""
    return {
        "requirements": [
            {"key": asked.key, "strength": asked.strength, "outcome": asked.outcome} for asked in agreement.requirements
        ],
        "facets": {name: getattr(agreement, name) for name in FACETS},
    }


def text_reasons(demand: MatchDocument, supply: MatchDocument, cosines: Array) -> dict[str, Any]:
    """How well each sentence of the demand is met, the sentences that met best, and the phrases that both use.

    `cosines` is of shape (sentences of the demand, sentences of the supply).
    """
    needs = [round(float(best), 3) for best in cosines.max(axis=1)] if cosines.size else []
    return {
        "needs": needs,
        "pairs": list(_met(demand, supply, cosines)),
        "terms": shared_phrases(demand, supply),
    }


def _met(demand: MatchDocument, supply: MatchDocument, cosines: Array) -> Any:
    """The best pairs, each sentence at most once."""
    asked, answered = passages(demand.fields), passages(supply.fields)
    used: set[tuple[str, int]] = set()
    places = sorted(
        ((round(float(cosines[n, m]), 4), -n, -m) for n in range(len(asked)) for m in range(len(answered))),
        reverse=True,
    ) if cosines.size else []  # fmt: skip
    for cosine, n, m in places:
        if len(used) >= 2 * PAIRS:
            return
        if ("demand", -n) not in used and ("supply", -m) not in used:
            used |= {("demand", -n), ("supply", -m)}
            one, other = asked[-n], answered[-m]
            yield {
                "demand": {"field": one.field, "text": one.text},
                "supply": {"field": other.field, "text": other.text},
                "cosine": cosine,
            }


def shared_phrases(demand: MatchDocument, supply: MatchDocument) -> list[str]:
    """The longest pieces that both texts use: at least `SHORTEST` characters of Chinese, or a whole Latin term."""
    there = normalise(supply.text)
    whole = set(_RUNS.findall(there))
    found: set[str] = set()
    for run in _RUNS.findall(normalise(demand.text)):
        if run.isascii():
            found.update([run] if len(run) > 1 and not run.isdigit() and run in whole else [])
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
