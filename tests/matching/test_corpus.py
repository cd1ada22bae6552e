"""Words of a corpus against the formula by hand and against a reference library; vectors against their mean."""

import json
import math
from pathlib import Path

import bm25s
import numpy as np
import pytest

from matching.engine.corpus import Background, Shelf
from matching.engine.documents import MatchDocument
from matching.engine.metrics import ndcg
from matching.engine.reading import RUN, Reading
from matching.engine.terms import Lexicon, counted, terms_of
from matching.engine.words import K1, NOWHERE, B, Vocabulary, words_of

BASIS = np.eye(4, dtype=np.float32)
BACKGROUND = Background(BASIS, BASIS[0])


def reading(number: int) -> Reading:
    """What a tiny encoder would make of a text."""
    return Reading(
        BASIS[number % 4], np.full((2, 4), 10 + number, dtype=np.int8), np.full(2, 0.1, dtype=np.float32),
        np.full((2, RUN), number, dtype=np.int32), 1, np.ones((1, 4), dtype=np.int8), np.ones(1, dtype=np.float32),
        BASIS[number % 4],
    )  # fmt: skip


def _shelf(*texts: str) -> Shelf:
    shelf = Shelf(BACKGROUND, Vocabulary())
    for number, text in enumerate(texts):
        shelf.put(MatchDocument(f"d{number}", "supply", {"text": text}), reading(number), counted(text))
    return shelf


def test_bm25_by_hand() -> None:
    vocabulary = Vocabulary()
    words = words_of([vocabulary.learn(counted(text)) for text in ("OCR OCR 5G", "5G", "AGV")], len(vocabulary))
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 * (K1 + 1) / (2 + K1 * (1 - B + B * 3 / (5 / 3)))
    assert words.scores(vocabulary.terms(counted("ocr"))) == pytest.approx([expected, 0, 0], rel=1e-5)


def test_bm25_agrees_with_a_reference_library() -> None:
    """Within 0.01 nDCG@10 on the same tokens, on every collection of the project."""
    base = Path(__file__).parents[2] / "fixtures" / "collections"
    for name in ("titles", "mixed"):
        demands, supplies = _texts(base / name / "queries.jsonl"), _texts(base / name / "corpus.jsonl")
        grades = _grades(base / name / "qrels" / "test.tsv")
        vocabulary = Vocabulary()
        learnt = [vocabulary.learn(counted(text)) for text in supplies.values()]
        words = words_of(learnt, len(vocabulary))
        reference = bm25s.BM25(method="lucene", k1=K1, b=B)
        reference.index([list(terms_of(text).elements()) for text in supplies.values()], show_progress=False)
        ours, theirs = [], []
        refs = list(supplies)
        for query in grades:
            terms = terms_of(demands[query])
            mine = words.scores(vocabulary.terms(counted(demands[query])))
            known = [term for term in terms.elements() if term in reference.vocab_dict]
            other = reference.get_scores(known) * (K1 + 1)  # Lucene leaves the constant out
            assert np.allclose(mine, other, rtol=1e-4, atol=1e-3)
            ours.append(ndcg([refs[n] for n in np.argsort(-np.round(mine, 6), kind="stable")], grades[query]))
            theirs.append(ndcg([refs[n] for n in np.argsort(-np.round(other, 6), kind="stable")], grades[query]))
        assert np.mean(ours) == pytest.approx(np.mean(theirs), abs=0.01)


def _texts(path: Path) -> dict[str, str]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["_id"]: f"{row['title']}\n{row['text']}" for row in rows}


def _grades(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, supply, grade = line.split("\t")
        found.setdefault(query, {})[supply] = int(grade)
    return found


def test_a_shared_key_of_the_lexicon_is_a_shared_word() -> None:
    lexicon = Lexicon({"health": ["体检", "病案"], "nev": ["EV"]})
    assert terms_of("体检报告", lexicon)["§health"] == 1
    assert "§nev" not in terms_of("review", lexicon)
    assert terms_of("EV 充电", lexicon)["§nev"] == 1


def test_a_vocabulary_over_another_leaves_it_as_it_is() -> None:
    below = Vocabulary()
    below.learn(counted("甲乙"))
    over = Vocabulary(below)
    before = len(below)
    places = over.learn(counted("乙丙")).columns.tolist()
    assert len(below) == before == 3  # two characters and their pair
    assert len(over) == 5
    assert sorted(places)[1:] == [3, 4]
    below.learn(counted("丁"))
    assert over.terms(counted("丁")).columns.tolist() == [NOWHERE]


def test_a_longer_side_weighs_as_the_sample_does() -> None:
    """Documents that join a sample get the weights that they would have, were they asked of the sample's figures."""
    vocabulary = Vocabulary()
    sample = words_of([vocabulary.learn(counted(text)) for text in ("甲乙", "乙丙", "丙丁戊")], len(vocabulary))
    more = vocabulary.learn(counted("甲乙甲庚"))
    longer = sample.extended([more], len(vocabulary))
    question = vocabulary.terms(counted("甲庚"))
    assert longer.scores(question)[:3] == pytest.approx(sample.scores(question))
    assert longer.scores(question)[3] == pytest.approx(
        float(longer.weigh(more, len(vocabulary))[question.columns].sum()), rel=1e-5
    )
    assert (longer.average, longer.documents) == (sample.average, 3)


def test_the_order_of_coming_changes_nothing() -> None:
    one, other = _shelf("甲乙", "乙丙"), Shelf(BACKGROUND, Vocabulary())
    for number, text in ((1, "乙丙"), (0, "甲乙")):
        other.put(MatchDocument(f"d{number}", "supply", {"text": text}), reading(number), counted(text))
    assert one.corpus().refs == other.corpus().refs
    assert one.corpus().centred.tolist() == other.corpus().centred.tolist()
    assert sorted(one.corpus().words.rarity.tolist()) == sorted(other.corpus().words.rarity.tolist())


def test_what_is_dropped_is_gone() -> None:
    shelf = _shelf("甲", "乙")
    shelf.drop("d0")
    shelf.drop("never there")
    assert shelf.corpus().refs == ["d1"]


def test_an_empty_side_ranks_without_error() -> None:
    corpus = _shelf().corpus()
    assert len(corpus) == 0
    assert corpus.words.scores(Vocabulary().terms(counted("任何"))).shape == (0,)


def test_a_token_on_every_document_is_not_rare() -> None:
    corpus = _shelf("甲", "乙", "丙").corpus()
    rare = corpus.token_rarity(np.array([[0, 99, -1]], dtype=np.int32))[0]
    assert rare[1] > rare[0] > 0
    assert rare[2] == 0


def test_a_reading_survives_packing() -> None:
    before = reading(3)
    after = Reading.unpack(before.pack())
    assert after.titled == before.titled
    for name in ("vector", "phrases", "scales", "ids", "sentences", "heights", "mean"):
        assert getattr(after, name).tolist() == getattr(before, name).tolist()
