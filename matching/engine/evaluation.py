"""Measures the rankers on a judged collection: words only, vectors only, their fusion, the full ranker."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matching.engine.collection import Collection, Ranked
from matching.engine.documents import Side
from matching.engine.metrics import ANSWER, calibration, interval, ndcg, recall, reciprocal_rank, separation
from matching.engine.ranking import Scores, opposite, order
from matching.engine.weights import Weights, probability

RANKERS = ("words", "vectors", "fusion", "full")
Report = dict[str, Any]


class Evaluation:
    """One collection under one set of weights."""

    def __init__(self, collection: Collection, weights: Weights) -> None:
        self.collection = collection
        self.weights = weights

    def report(self, direction: Side, *, pooled: bool, tell: Callable[[str], None] = lambda _line: None) -> Report:
        """The part of the result for “demand” (demands ask) or “supply”."""
        judged = self.collection.judged(direction)
        own = self.collection.sides(direction)[0]
        runs: dict[str, list[list[str]]] = {name: [] for name in RANKERS}
        chances: list[dict[str, float]] = []
        grades = []
        for done, ref in enumerate((ref for ref in own.refs if ref in judged), 1):
            ranked, chance = self._rank(direction, ref, sorted(judged[ref]) if pooled else None)
            for name, refs in ranked.items():
                runs[name].append(refs)
            chances.append(chance)
            grades.append(judged[ref])
            if done % 100 == 0:
                tell(f"{direction}: {done} ranked")
        result: Report = {name: _measures(runs[name], grades) for name in RANKERS}
        pairs = [(chance[ref], grade >= ANSWER) for chance, marks in zip(chances, grades, strict=True)
                 for ref, grade in marks.items() if ref in chance]  # fmt: skip
        result["calibration"] = calibration([each for each, _fits in pairs], [fits for _each, fits in pairs])
        best = [max(chance.values(), default=0.0) for chance in chances]
        result["nothing_fits_auc"] = separation(best, [max(each.values(), default=0) >= ANSWER for each in grades])
        return result

    def _rank(self, side: Side, ref: str, pool: Sequence[str] | None) -> tuple[dict[str, list[str]], dict[str, float]]:
        answering = self.collection.sides(side)[1]
        found = self.collection.rank(side, ref, pool)
        chance = self._chances(side, found)
        full = found.stage.fused - 1e6  # those without a second stage follow in the order of the first
        full[found.table.places] = chance
        keep = list(range(len(answering))) if pool is None else found.table.places.tolist()
        scores = {"words": found.stage.words, "vectors": found.stage.cosine, "fusion": found.stage.fused, "full": full}
        refs = [answering.refs[place] for place in keep]
        ranked = {name: [refs[n] for n in order(values[keep], refs)] for name, values in scores.items()}
        by_ref = {answering.refs[place]: float(each) for place, each in zip(found.table.places, chance, strict=True)}
        return ranked, by_ref

    def _chances(self, side: Side, found: Ranked) -> Scores:
        forth = self.weights.view(side).logit(found.table.own)
        back = self.weights.view(opposite(side)).logit(found.table.back)
        return probability((forth + back) / 2)


def _measures(runs: Sequence[Sequence[str]], grades: Sequence[Mapping[str, int]]) -> dict[str, list[float]]:
    """Means over the queries that have something to find."""
    graded = [(run, own) for run, own in zip(runs, grades, strict=True) if any(grade > 0 for grade in own.values())]
    answered = [(run, own) for run, own in graded if any(grade >= ANSWER for grade in own.values())]
    return {
        "ndcg@10": interval([ndcg(run, own) for run, own in graded]),
        "mrr": interval([reciprocal_rank(run, own) for run, own in answered]),
        "recall@10": interval([recall(run, own, 10) for run, own in answered]),
        "recall@100": interval([recall(run, own, 100) for run, own in answered]),
    }
