"""Teaching the embedding model: lessons, batches, and a few real steps."""

import random
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from matching.encoding import warm_encoder
from matching.engine.collection import Collection
from matching.engine.datasets import Dataset
from matching.engine.documents import MatchDocument
from matching.engine.encoder import SentenceTransformerEncoder, fingerprint_of
from matching.engine.finetuning import Lesson, Plan, batches, lessons_of, measured, teach
from matching.engine.training import FOLDS, fold_of
from matching.engine.weights import STANDING, load_weights
from matching.taxonomy import standing_taxonomy

SUBJECTS = ("病历质控", "火点识别", "渣土车识别", "茶叶采摘", "桥梁裂缝", "古籍修复")


def _lesson(n: int, *, answer: str = "", fitting: tuple[str, ...] = ()) -> Lesson:
    own = answer or f"回答{n}"
    return Lesson(f"d{n}", f"需要{SUBJECTS[n % 6]}", own, (f"无关{n}",), frozenset({own, *fitting}))


def test_a_pass_has_every_lesson_once_and_no_batch_contradicts_itself() -> None:
    lessons = [_lesson(n) for n in range(10)]
    lessons += [_lesson(0, answer="回答0的另一个"), _lesson(11, answer="回答3"), _lesson(12, fitting=("回答5",))]
    found = list(batches(lessons, 4, random.Random(1)))  # noqa: S311  # of an order
    assert sorted((each.demand, each.answer) for batch in found for each in batch) == sorted(
        (each.demand, each.answer) for each in lessons
    )
    for batch in found:
        assert 1 <= len(batch) <= 4
        assert len({each.demand for each in batch}) == len(batch)
        assert not any(one.answer in other.fitting for one in batch for other in batch if one is not other)


def _collection() -> Collection:
    demands = [MatchDocument(f"d{n}", "demand", {"title": f"需要{name}"}) for n, name in enumerate(SUBJECTS)]
    supplies = [MatchDocument(f"s{n}", "supply", {"title": f"{name}系统"}) for n, name in enumerate(SUBJECTS)]
    grades = {f"d{n}": {f"s{m}": 3 if m == n else 1 if m == (n + 1) % 6 else 0 for m in range(6)} for n in range(6)}
    return Collection(Dataset(demands, supplies, grades), warm_encoder(), standing_taxonomy().lexicon)


def test_lessons_are_of_their_folds_and_the_most_deceptive_stand_first() -> None:
    collection = _collection()
    every = lessons_of(collection, "x", range(FOLDS))
    assert [lesson.demand for lesson in every] == [f"x/d{n}" for n in range(6)]
    for n, lesson in enumerate(every):
        assert lesson.answer == f"{SUBJECTS[n]}系统"
        assert lesson.wrong[0] == f"{SUBJECTS[(n + 1) % 6]}系统"
        assert lesson.fitting == {lesson.answer, lesson.wrong[0]}
    some = lessons_of(collection, "x", [fold_of("x/d0")])
    assert {fold_of(lesson.demand) for lesson in some} == {fold_of("x/d0")}
    figures = measured(collection, load_weights(STANDING), "x", fold_of("x/d0"))
    assert {fold_of(demand) for demand in figures} == {fold_of("x/d0")}
    assert set(figures["x/d0"]) == {"vectors", "full"}


def test_a_few_steps_lower_the_loss_and_write_a_model_of_its_own(tmp_path: Path) -> None:
    lessons = [_lesson(n, answer=f"{name}系统") for n, name in enumerate(SUBJECTS)]
    told: list[str] = []
    plan = Plan(steps=4, batch=3, rate=1e-4, tokens=16, look_every=2)
    out = tmp_path / "taught"
    taught = teach(settings.EMBEDDING_MODEL, lessons, lessons, out, plan, told.append)
    assert 0 < taught.steps <= 4
    assert taught.best < taught.before
    assert len(told) == 3
    assert fingerprint_of(str(out)) != fingerprint_of(settings.EMBEDDING_MODEL)
    read = SentenceTransformerEncoder(str(out))
    vectors = read.encode(["需要病历质控", "病历质控系统"], "query")
    assert vectors.shape == (2, read.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_with_nothing_to_watch_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too few"):
        teach(settings.EMBEDDING_MODEL, [_lesson(1)], [], tmp_path / "taught", Plan(), lambda _line: None)
