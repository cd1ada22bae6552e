"""Words of a corpus against the formula by hand; vectors against their mean."""

import math

import numpy as np
import pytest

from matching.engine.corpus import K1, B, Shelf
from matching.engine.documents import MatchDocument
from matching.engine.terms import terms_of

BACKGROUND = np.eye(4, dtype=np.float32)


def _shelf(*texts: str) -> Shelf:
    shelf = Shelf(BACKGROUND)
    for number, text in enumerate(texts):
        shelf.put(MatchDocument(f"d{number}", "supply", {"text": text}), BACKGROUND[number % 4])
    return shelf


def test_bm25_by_hand() -> None:
    corpus = _shelf("OCR OCR 5G", "5G", "AGV").corpus()
    scores = corpus.words(terms_of("ocr"))
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 3 / (5 / 3)))
    assert scores == pytest.approx([expected, 0, 0], rel=1e-5)


def test_the_order_of_coming_changes_nothing() -> None:
    one, other = _shelf("甲乙", "乙丙"), Shelf(BACKGROUND)
    for number, text in ((1, "乙丙"), (0, "甲乙")):
        other.put(MatchDocument(f"d{number}", "supply", {"text": text}), BACKGROUND[number])
    query = terms_of("甲乙丙")
    assert one.corpus().words(query).tolist() == other.corpus().words(query).tolist()
    assert one.corpus().centred.tolist() == other.corpus().centred.tolist()


def test_what_is_dropped_is_gone() -> None:
    shelf = _shelf("甲", "乙")
    shelf.drop("d0")
    shelf.drop("never there")
    assert [document.ref for document in shelf.corpus().documents] == ["d1"]


def test_an_empty_side_ranks_without_error() -> None:
    corpus = Shelf(BACKGROUND).corpus()
    assert len(corpus) == 0
    assert corpus.words(terms_of("任何")).shape == (0,)
