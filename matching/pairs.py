"""Scores and reasons of pairs: what refreshing stores, what a draft is shown, what re-scoring asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.arena import ArenaKeeper
from matching.engine.documents import MatchDocument
from matching.engine.encoder import Encoder
from matching.engine.features import Table, table
from matching.engine.interaction import sentence_cosines
from matching.engine.ranking import Arena, Asking, FirstStage, candidates, opposite
from matching.engine.reading import Reading, read_documents
from matching.engine.terms import counted
from matching.engine.weights import Values, Weights, probability
from matching.reasons import agreement_reasons, text_reasons
from matching.taxonomy import standing_taxonomy

BACK = 50  # documents of the other side that are looked at because they may rank the asking one high


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates of one document, best first. `refs` name the others; probabilities of shape (c,) in [0, 1]."""

    asking: Asking
    refs: list[str]
    table: Table
    score: Values
    for_demand: Values
    for_supply: Values


class Scorer:
    """An arena, the readings behind it and a set of weights."""

    def __init__(self, held: ArenaKeeper, weights: Weights) -> None:
        self.keeper = held
        self.arena: Arena = held.arena()
        self.weights = weights

    def standing(self, side: str, ref: str) -> Asking | None:
        """A document of the market as one that asks; None where it is not there, or not read yet."""
        return self.keeper.standing("demand" if side == "demand" else "supply", ref)

    def draft(self, encoder: Encoder, document: MatchDocument) -> Asking:
        """A document that stands nowhere yet."""
        (reading,) = read_documents(encoder, [document])
        terms = counted(document.text, standing_taxonomy().lexicon)
        return Asking(document.ref, document.side, document.facets, terms, reading)

    def score(self, asking: Asking, partners: Sequence[str] = (), *, only: bool = False) -> Scored:
        """Its candidates, those that may rank it high, and given partners; with `only`, nothing but the partners."""
        arena = self.keeper.around(self.arena, asking, partners, only=only)
        answering = arena.sides(asking.side)[1]
        stage = arena.first_stage(asking)
        chosen = {answering.places[ref] for ref in partners if ref in answering.places}
        if not only:
            chosen |= set(candidates(stage, answering)) | _back(arena, asking, stage)
        places = sorted(chosen)
        refs = [answering.refs[place] for place in places]
        rows = table(arena, asking, stage, places, self.keeper.readings(refs))
        return self._scored(asking, refs, rows)

    def _scored(self, asking: Asking, refs: list[str], rows: Table) -> Scored:
        own = self.weights.view(asking.side).logit(rows.own)
        back = self.weights.view(opposite(asking.side)).logit(rows.back)
        demand, supply = (own, back) if asking.side == "demand" else (back, own)
        wished = supply + np.array([self.weights.wishes(each) for each in rows.agreements])
        score, for_demand, for_supply = (
            np.round(probability(each), 6) for each in ((demand + supply) / 2, demand, wished)
        )
        best = sorted(range(len(refs)), key=lambda n: (-score[n], refs[n]))
        return Scored(
            asking,
            [refs[n] for n in best],
            Table(rows.places[best], rows.own[best], [rows.agreements[n] for n in best]),
            score[best],
            for_demand[best],
            for_supply[best],
        )

    def reasons(self, scored: Scored, numbers: Sequence[int]) -> dict[str, dict[str, Any]]:
        """The reasons of some of the candidates, by reference."""
        refs = [scored.refs[n] for n in numbers]
        texts = self.keeper.texts([*refs, scored.asking.ref])
        readings = dict(zip(refs, self.keeper.readings(refs), strict=True))
        return {
            scored.refs[n]: {
                **self._shares(scored, n),
                **agreement_reasons(scored.table.agreements[n]),
                **self._texts(scored.asking, texts, scored.refs[n], readings[scored.refs[n]]),
            }
            for n in numbers
            if scored.refs[n] in texts and scored.asking.ref in texts
        }

    def _shares(self, scored: Scored, n: int) -> dict[str, Any]:
        own, back = scored.table.own[n], scored.table.back[n]
        demand, supply = (own, back) if scored.asking.side == "demand" else (back, own)
        return {
            "shares": self.weights.demand.shares(demand),
            "shares_supply": self.weights.supply.shares(supply),
            "wishes": self.weights.wishes(scored.table.agreements[n]),
        }

    def _texts(self, asking: Asking, texts: dict[str, MatchDocument], ref: str, reading: Reading) -> dict[str, Any]:
        own, other = self.arena.sides(asking.side)
        cosines = sentence_cosines(asking.reading, own, reading, other, self.arena.background.state)
        if asking.side == "demand":
            return text_reasons(texts[asking.ref], texts[ref], cosines)
        return text_reasons(texts[ref], texts[asking.ref], cosines.T)


def _back(arena: Arena, asking: Asking, stage: FirstStage) -> set[int]:
    """Those of the other side for which this one stands out most."""
    count = len(stage.meaning)
    seen = arena.meaning_seen_from(opposite(asking.side), np.arange(count), stage.meaning)
    most = min(BACK, count)
    return set(np.argpartition(-seen, most - 1)[:most].tolist()) if most else set()
