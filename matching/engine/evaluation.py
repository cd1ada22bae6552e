"""Measures the rankers on a judged collection: words only, vectors only, their fusion, the full ranker."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.engine.corpus import Corpus, Shelf, normalised
from matching.engine.datasets import Dataset
from matching.engine.documents import MatchDocument
from matching.engine.encoder import Encoder
from matching.engine.metrics import ANSWER, calibration, interval, ndcg, recall, reciprocal_rank, separation
from matching.engine.ranking import (
    Arena,
    Asking,
    agreement_of,
    candidates,
    evidence_of,
    order,
    pair_features,
    probabilities,
)
from matching.engine.sentences import passages
from matching.engine.weights import Weights

RANKERS = ("words", "vectors", "fusion", "full")
Report = dict[str, Any]


class Evaluation:
    """One collection, encoded once."""

    def __init__(self, dataset: Dataset, encoder: Encoder, weights: Weights) -> None:
        self.dataset = dataset
        self.encoder = encoder
        self.weights = weights
        self.arena = Arena(self._corpus(dataset.demands), self._corpus(dataset.supplies), encoder.background())
        self._sentences: dict[str, NDArray[np.float32]] = {}

    def _corpus(self, documents: Sequence[MatchDocument]) -> Corpus:
        shelf = Shelf(self.encoder.background())
        role = "query" if documents and documents[0].side == "demand" else "passage"
        vectors = self.encoder.encode(
            [document.text for document in documents], "query" if role == "query" else "passage"
        )
        for document, vector in zip(documents, vectors, strict=True):
            shelf.put(document, vector)
        return shelf.corpus()

    def report(self, direction: str, *, pooled: bool, tell: Callable[[str], None] = lambda _line: None) -> Report:
        """The part of the result for “demand” (demands ask) or “supply”."""
        judged = self.dataset.grades if direction == "demand" else self.dataset.by_supply()
        asking = self.arena.demands if direction == "demand" else self.arena.supplies
        rows = [n for n, document in enumerate(asking.documents) if document.ref in judged]
        self._read_sentences(rows, asking, judged if pooled else None, tell)
        runs: dict[str, list[list[str]]] = {name: [] for name in RANKERS}
        chances: list[dict[str, float]] = []
        for done, n in enumerate(rows, 1):
            pool = set(judged[asking.documents[n].ref]) if pooled else None
            ranked, chance = self._rank(asking, n, pool)
            for name, refs in ranked.items():
                runs[name].append(refs)
            chances.append(chance)
            if done % 100 == 0:
                tell(f"{direction}: {done} of {len(rows)} ranked")
        grades = [judged[asking.documents[n].ref] for n in rows]
        result: Report = {name: _measures(runs[name], grades) for name in RANKERS}
        pairs = [(chance[ref], grade >= ANSWER) for chance, own in zip(chances, grades, strict=True)
                 for ref, grade in own.items() if ref in chance]  # fmt: skip
        result["calibration"] = calibration([each for each, _fits in pairs], [fits for _each, fits in pairs])
        best = [max(chance.values(), default=0.0) for chance in chances]
        result["nothing_fits_auc"] = separation(best, [max(own.values(), default=0) >= ANSWER for own in grades])
        return result

    def _read_sentences(
        self,
        rows: Sequence[int],
        asking: Corpus,
        pools: Mapping[str, Mapping[str, int]] | None,
        tell: Callable[[str], None],
    ) -> None:
        """Encode the sentences of all documents that will be compared, in one go."""
        wanted = {asking.documents[n].ref: asking.documents[n] for n in rows}
        for n in rows:
            document = asking.documents[n]
            _own, answering = self.arena.sides(document)
            if pools is not None:
                pool = pools[document.ref]
                wanted.update({each.ref: each for each in answering.documents if each.ref in pool})
            else:
                stage = self.arena.first_stage(Asking(document, asking.vectors[n]))
                wanted.update({ref.ref: ref for ref in (answering.documents[m] for m in candidates(stage, answering))})
        missing = [
            document for key, document in sorted(wanted.items()) if f"{document.side}:{key}" not in self._sentences
        ]
        cut = [[passage.text for passage in passages(document.fields)] for document in missing]
        tell(f"reading {sum(map(len, cut))} sentences of {len(missing)} texts")
        vectors = self.encoder.encode([text for texts in cut for text in texts], "query")
        start = 0
        for document, texts in zip(missing, cut, strict=True):
            mean = self.arena.sides(document)[0].mean
            self._sentences[f"{document.side}:{document.ref}"] = normalised(vectors[start : start + len(texts)] - mean)
            start += len(texts)

    def _rank(self, asking: Corpus, n: int, pool: set[str] | None) -> tuple[dict[str, list[str]], dict[str, float]]:
        document = asking.documents[n]
        _own, answering = self.arena.sides(document)
        stage = self.arena.first_stage(Asking(document, asking.vectors[n]))
        refs = [each.ref for each in answering.documents]
        keep = [place for place, ref in enumerate(refs) if pool is None or ref in pool]
        chosen = keep if pool is not None else candidates(stage, answering)
        chance = self._chances(document, answering, chosen, stage)
        full = stage.fused - 1e6  # those without a second stage follow in the order of the first
        for place in chosen:
            full[place] = chance[refs[place]]
        scores = {"words": stage.words, "vectors": stage.cosine, "fusion": stage.fused, "full": full}
        ranked = {
            name: [refs[keep[m]] for m in order(values[keep], [refs[place] for place in keep])]
            for name, values in scores.items()
        }
        return ranked, chance

    def _chances(
        self, document: MatchDocument, answering: Corpus, chosen: Sequence[int], stage: Any
    ) -> dict[str, float]:
        own = self._sentences[f"{document.side}:{document.ref}"]
        rows = []
        for place in chosen:
            other = answering.documents[place]
            evidence, _pairs = evidence_of(own, self._sentences[f"{other.side}:{other.ref}"])
            rows.append(pair_features(stage, place, evidence, agreement_of(document, other)))
        values = probabilities(self.weights, rows)
        return {answering.documents[place].ref: float(value) for place, value in zip(chosen, values, strict=True)}


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
