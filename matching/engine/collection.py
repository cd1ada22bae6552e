"""A judged collection that has been read and can be ranked, in both directions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matching.engine.corpus import Background, Corpus, Shelf
from matching.engine.datasets import Dataset
from matching.engine.documents import Side
from matching.engine.encoder import Encoder
from matching.engine.features import Table, table
from matching.engine.ranking import Arena, Asking, FirstStage, candidates
from matching.engine.reading import Reading, read_documents
from matching.engine.terms import Counted, Lexicon, counted
from matching.engine.words import Vocabulary

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One asking document with its first stage, and the second stage of some candidates."""

    ref: str
    stage: FirstStage
    table: Table


class Collection:
    """Encoded once; leaves nothing behind."""

    def __init__(self, dataset: Dataset, encoder: Encoder, lexicon: Lexicon, tell: Tell = lambda _line: None) -> None:
        self.dataset = dataset
        tell(f"reading {len(dataset.demands)} demands and {len(dataset.supplies)} supplies")
        background, vocabulary = Background.of(encoder.background()), Vocabulary()
        self.readings: dict[tuple[str, str], Reading] = {}
        self.counted: dict[tuple[str, str], Counted] = {}
        shelves = {side: Shelf(background, vocabulary) for side in ("demand", "supply")}
        documents = [*dataset.demands, *dataset.supplies]
        for document, reading in zip(documents, read_documents(encoder, documents), strict=True):
            self.readings[document.side, document.ref] = reading
            self.counted[document.side, document.ref] = counted(document.text, lexicon)
            shelves[document.side].put(document, reading, self.counted[document.side, document.ref])
        self.arena = Arena(shelves["demand"].corpus(), shelves["supply"].corpus(), background, vocabulary)

    def judged(self, side: Side) -> dict[str, dict[str, int]]:
        """Grades by asking document."""
        return self.dataset.grades if side == "demand" else self.dataset.by_supply()

    def sides(self, side: Side) -> tuple[Corpus, Corpus]:
        """The side that asks, and the one that answers."""
        return self.arena.sides(side)

    def asking(self, side: Side, ref: str) -> Asking:
        """A document of the collection as one that asks."""
        own = self.sides(side)[0]
        place = own.places[ref]
        return Asking(ref, side, own.facets[place], self.counted[side, ref], self.readings[side, ref])

    def rank(self, side: Side, ref: str, pool: Sequence[str] | None = None) -> Ranked:
        """The second stage of the candidates, or of all of a pool."""
        asking = self.asking(side, ref)
        answering = self.sides(side)[1]
        stage = self.arena.first_stage(asking)
        other: Side = "supply" if side == "demand" else "demand"
        chosen = candidates(stage, answering) if pool is None else sorted(answering.places[each] for each in pool)
        readings = [self.readings[other, answering.refs[place]] for place in chosen]
        return Ranked(ref, stage, table(self.arena, asking, stage, chosen, readings))
