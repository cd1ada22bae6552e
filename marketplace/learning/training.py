"""One training from beginning to end: gather, read, compare, keep the record. Loads the encoder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from marketplace.learning.market import read_market
from marketplace.learning.models import TrainingRun
from matching.engine.collection import Collection
from matching.engine.datasets import Dataset, read_dataset
from matching.engine.encoder import Encoder
from matching.engine.training import MARGIN, Comparison, Lot, Pairs, compare, fit_lots, lot_of
from matching.engine.weights import Weights
from matching.ranker import standing_weights
from matching.taxonomy import standing_taxonomy

Tell = Callable[[str, int, int], None]
Stage = TrainingRun.Stage


@dataclass(frozen=True, slots=True)
class Trained:
    """New weights, fitted to everything, with what was measured out of sample."""

    weights: Weights
    standing: Weights
    comparison: Comparison
    counts: dict[str, Any]


def collections_of_installation() -> list[Path]:
    """The folders of TRAINING_COLLECTIONS that are there."""
    return [folder for name in settings.TRAINING_COLLECTIONS if (folder := Path(name)).is_dir()]


def train(
    encoder: Encoder,
    collections: Sequence[Path],
    *,
    margin: float = MARGIN,
    tell: Tell = lambda _stage, _done, _total: None,
) -> Trained:
    """Fit to people's deeds, labels and collections, and compare with what stands. Changes nothing.

    Raises DatasetError for a folder that is no collection, ValueError when nothing is judged anywhere.
    """
    lots, counts = gather(encoder, collections, tell)
    standing = standing_weights()
    fitted = fit_lots(lots)
    if fitted is None:
        raise ValueError("nothing is judged: no marks, no labels, no collection")
    comparison = compare(lots, standing, margin=margin, tell=lambda done, total: tell(Stage.COMPARING, done, total))
    return Trained(fitted, standing, comparison, counts)


def gather(encoder: Encoder, collections: Sequence[Path], tell: Tell) -> tuple[list[Lot], dict[str, Any]]:
    """Read every source and compute its features, each pair in the midst of its own market; and count the pairs."""
    tell(Stage.GATHERING, 0, 1)
    market = read_market()
    lots: list[Lot] = []
    counts: dict[str, Any] = {"market": market.counts, "collections": {}}
    sources: list[tuple[str, Dataset, Pairs | None]] = [("", market.dataset, market.verdicts)]
    sources += [(folder.name, read_dataset(folder, standing_taxonomy()), None) for folder in collections]
    for place, (name, dataset, verdicts) in enumerate(sources, 1):
        if dataset.grades:
            lots.append(lot_of(Collection(dataset, encoder, standing_taxonomy().lexicon), name, verdicts))
        if name:
            counts["collections"][name] = sum(map(len, dataset.grades.values()))
        tell(Stage.READING, place, len(sources))
    return lots, counts
