"""Fine-tunes the embedding model on the market's own pairs and on collections, and says whether it is worth it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from marketplace.learning.market import read_market
from matching.encoding import load_encoder
from matching.engine.collection import Collection
from matching.engine.datasets import Dataset, read_dataset
from matching.engine.encoder import Encoder
from matching.engine.finetuning import TEST, WATCHED, Plan, Taught, lessons_of, measured, teach
from matching.engine.metrics import interval
from matching.engine.training import FOLDS, UNJUDGED
from matching.ranker import standing_weights
from matching.taxonomy import standing_taxonomy

Tell = Callable[[str], None]
RANKERS = ("vectors", "full")


@dataclass(frozen=True, slots=True)
class Result:
    """Figures by ranker: mean before, mean after, and the paired difference with its interval, over `asked` demands."""

    taught: Taught
    asked: int
    figures: dict[str, tuple[float, float, list[float]]]

    @property
    def recommended(self) -> bool:
        """Whether the full ranker is better by more than chance explains on demands that no step has seen."""
        return self.asked > 0 and self.figures["full"][2][1] > 0

    def as_json(self) -> dict[str, Any]:
        """For the record beside the folder."""
        return {"recommended": self.recommended, **asdict(self)}


def finetune(model: str, folders: Sequence[Path], out: Path, plan: Plan, tell: Tell) -> Result:
    """Teach, then measure both models the same way. Raises DatasetError, and ValueError when there is too little."""
    sources = _sources(folders)
    before = load_encoder(model)
    tell(f"before: reading {len(sources)} collections")
    collections = _read(sources, before)
    teaching = [fold for fold in range(FOLDS) if fold not in (TEST, WATCHED)]
    lessons = [each for name, found in collections.items() for each in lessons_of(found, name, teaching)]
    watched = [each for name, found in collections.items() for each in lessons_of(found, name, [WATCHED])]
    tell(f"{len(lessons)} lessons, {len(watched)} watched")
    old = _measure(collections)
    taught = teach(model, lessons, watched, out, plan, tell)
    tell("after: reading the collections anew")
    new = _measure(_read(sources, load_encoder(str(out))))
    result = Result(taught, len(old), {ranker: _paired(old, new, ranker) for ranker in RANKERS})
    record = out.with_name(f"{out.name}-evaluation.json")
    record.write_text(json.dumps({"base": model, "plan": asdict(plan), **result.as_json()}, indent=1), encoding="utf-8")
    return result


def _sources(folders: Sequence[Path]) -> dict[str, Dataset]:
    """The collections by name, and the market; what was merely passed over teaches nothing."""
    sources = {folder.name: read_dataset(folder, standing_taxonomy()) for folder in folders}
    market = read_market()
    grades: dict[str, dict[str, int]] = {}
    for (demand, supply), verdict in market.verdicts.items():
        if verdict.weight > UNJUDGED:
            grades.setdefault(demand, {})[supply] = verdict.grade
    if grades:
        sources["market"] = Dataset(market.dataset.demands, market.dataset.supplies, grades)
    return sources


def _read(sources: dict[str, Dataset], encoder: Encoder) -> dict[str, Collection]:
    lexicon = standing_taxonomy().lexicon
    return {name: Collection(dataset, encoder, lexicon) for name, dataset in sources.items()}


def _measure(collections: dict[str, Collection]) -> dict[str, Any]:
    weights = standing_weights()
    return {
        demand: figures
        for name, found in collections.items()
        for demand, figures in measured(found, weights, name, TEST).items()
    }


def _paired(old: dict[str, Any], new: dict[str, Any], ranker: str) -> tuple[float, float, list[float]]:
    demands = sorted(old)
    before, after = ([float(each[demand][ranker]) for demand in demands] for each in (old, new))
    mean = [round(float(np.mean(values)), 4) if values else 0.0 for values in (before, after)]
    return mean[0], mean[1], interval([b - a for a, b in zip(before, after, strict=True)])
