"""Teaches the embedding model the words of a market: contrastive steps on judged pairs, few and small.

A demand is drawn to what solves it, and away from what was judged not to (grades 0 and 1, the most deceptive first) and
from the answers of the other demands in its batch. The word embeddings stay as they are: a small collection has too few
words to move a quarter of a million of them. What is tried is measured on demands that no step has seen.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matching.engine.collection import Collection
from matching.engine.metrics import ANSWER, ndcg
from matching.engine.ranking import order
from matching.engine.training import fold_of
from matching.engine.weights import Weights, probability

TEST, WATCHED = 0, 1  # of the folds by demand: measured at the end, watched for the moment to stop; the others teach
HARD = 3  # deceptive candidates that are kept for each answer; one of them goes into a step
SCALE = 50.0  # of cosines in the loss: the inverse of its temperature

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A demand with one answer, candidates that are none (the most deceptive first), and all that fit or may fit."""

    demand: str
    question: str
    answer: str
    wrong: tuple[str, ...]
    fitting: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to teach. `tokens`: of a text that a step reads. `patience`: looks without progress before it stops."""

    steps: int = 60
    batch: int = 8
    rate: float = 1e-5
    tokens: int = 128
    look_every: int = 10
    patience: int = 2
    seed: int = 20261125


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of it: steps until the best look, loss watched before and at the best, seconds of teaching."""

    steps: int
    before: float
    best: float
    seconds: float


def lessons_of(collection: Collection, name: str, folds: Sequence[int]) -> list[Lesson]:
    """The lessons of the demands in these folds."""
    arena = collection.arena
    texts = {
        (document.side, document.ref): document.text
        for document in (*collection.dataset.demands, *collection.dataset.supplies)
    }
    lessons = []
    for demand, grades in sorted(collection.dataset.grades.items()):
        if fold_of(f"{name}/{demand}") not in folds:
            continue
        answers = sorted(ref for ref, grade in grades.items() if grade >= ANSWER)
        stage = arena.first_stage(collection.asking("demand", demand))
        near = {ref: float(stage.cosine[arena.supplies.places[ref]]) for ref in grades}
        # A grade of 1 deceives people too; among those of 0 only what the model itself takes for near can teach it.
        wrong = sorted((ref for ref in grades if grades[ref] < ANSWER), key=lambda ref: (-grades[ref], -near[ref], ref))
        fitting = frozenset(texts["supply", ref] for ref, grade in grades.items() if grade > 0)
        lessons += [
            Lesson(
                f"{name}/{demand}",
                texts["demand", demand],
                texts["supply", ref],
                tuple(texts["supply", other] for other in wrong[:HARD]),
                fitting,
            )
            for ref in answers
        ]
    return lessons


def batches(lessons: Sequence[Lesson], size: int, chance: random.Random) -> Iterator[list[Lesson]]:
    """One pass in an order of chance. No batch has a demand twice, or an answer that may fit another of its demands."""
    left = chance.sample(list(lessons), len(lessons))
    while left:
        batch: list[Lesson] = []
        later: list[Lesson] = []
        for lesson in left:
            clash = any(
                lesson.demand == other.demand or lesson.answer in other.fitting or other.answer in lesson.fitting
                for other in batch
            )
            (later if clash or len(batch) == size else batch).append(lesson)
        yield batch
        left = later


def teach(
    model: str, lessons: Sequence[Lesson], watched: Sequence[Lesson], out: Path, plan: Plan, tell: Tell
) -> Taught:
    """Write a sentence-transformers folder with the best state seen. Raises ValueError when there is nothing to learn.

    Stops when the loss on the watched lessons has not fallen for `plan.patience` looks.
    """
    # Inline: seconds and hundreds of megabytes that only this command needs.
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    if not lessons or not watched:
        raise ValueError("too few judged demands to teach and to watch")
    torch.manual_seed(plan.seed)
    chance = random.Random(plan.seed)  # noqa: S311  # of an order, nothing secret
    taught: Any = SentenceTransformer(model, device="cpu")
    whole, taught.max_seq_length = taught.max_seq_length, plan.tokens
    taught[0].auto_model.get_input_embeddings().weight.requires_grad_(False)
    moved = [each for each in taught.parameters() if each.requires_grad]
    optimiser = torch.optim.AdamW(moved, lr=plan.rate, weight_decay=0.01)
    watch = list(batches(watched, plan.batch, random.Random(plan.seed)))  # noqa: S311
    before = best = _watched_loss(taught, watch)
    kept, at, looks, began = _state(taught), 0, 0, time.monotonic()
    tell(f"step 0: watched loss {before:.4f}")
    for step, batch in enumerate(_forever(lessons, plan, chance), 1):
        taught.train()
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * min(1.0, step / max(1, plan.steps // 10))
        optimiser.zero_grad()
        _loss(taught, batch, chance).backward()
        torch.nn.utils.clip_grad_norm_(moved, 1.0)
        optimiser.step()
        if step % plan.look_every == 0 or step == plan.steps:
            value = _watched_loss(taught, watch)
            tell(f"step {step}: watched loss {value:.4f}, {time.monotonic() - began:.0f} s")
            looks = 0 if value < best else looks + 1
            if value < best:
                best, kept, at = value, _state(taught), step
            if looks >= plan.patience:
                break
        if step == plan.steps:
            break
    taught.load_state_dict(kept, strict=False)
    taught.max_seq_length = whole
    taught.save(str(out))
    return Taught(at, before, best, time.monotonic() - began)


def _forever(lessons: Sequence[Lesson], plan: Plan, chance: random.Random) -> Iterator[list[Lesson]]:
    while True:
        yield from batches(lessons, plan.batch, chance)


def _state(model: Any) -> dict[str, Any]:
    """What can change, copied."""
    return {name: value.detach().clone() for name, value in model.named_parameters() if value.requires_grad}


def _watched_loss(model: Any, watch: Sequence[Sequence[Lesson]]) -> float:
    import torch  # noqa: PLC0415  # loaded already

    model.eval()
    with torch.no_grad():
        losses = [float(_loss(model, batch, None)) * len(batch) for batch in watch]
    return sum(losses) / sum(map(len, watch))


def _loss(model: Any, batch: Sequence[Lesson], chance: random.Random | None) -> Any:
    """Multiple negatives ranking: cross entropy of the answer among all answers and wrong candidates of the batch."""
    import torch  # noqa: PLC0415  # loaded already

    wrong = [lesson.wrong[0] if chance is None else chance.choice(lesson.wrong) for lesson in batch if lesson.wrong]
    questions = _vectors(model, [lesson.question for lesson in batch], "query")
    documents = _vectors(model, [*(lesson.answer for lesson in batch), *wrong], "passage")
    return torch.nn.functional.cross_entropy(questions @ documents.T * SCALE, torch.arange(len(batch)))


def _vectors(model: Any, texts: Sequence[str], role: str) -> Any:
    import torch  # noqa: PLC0415  # loaded already

    prompt = (model.prompts or {}).get(role) or ""
    read = model.tokenizer(
        [prompt + text for text in texts],
        padding=True,
        truncation=True,
        max_length=model.max_seq_length,
        return_tensors="pt",
    )
    found = model({name: read[name] for name in ("input_ids", "attention_mask")})
    return torch.nn.functional.normalize(found["sentence_embedding"], dim=-1)


def measured(collection: Collection, weights: Weights, name: str, fold: int) -> dict[str, Mapping[str, float]]:
    """nDCG@10 of each demand of a fold over its judged candidates: by “vectors” alone, and by the “full” ranker."""
    result: dict[str, Mapping[str, float]] = {}
    answering = collection.sides("demand")[1]
    for demand, grades in sorted(collection.dataset.grades.items()):
        if fold_of(f"{name}/{demand}") != fold or len(set(grades.values())) < 2:
            continue
        found = collection.rank("demand", demand, sorted(grades))
        places = found.table.places
        refs = [answering.refs[place] for place in places]
        logit = weights.demand.logit(found.table.own) + weights.supply.logit(found.table.back)
        values = {"vectors": found.stage.cosine[places], "full": probability(logit / 2)}
        result[f"{name}/{demand}"] = {
            ranker: ndcg([refs[n] for n in order(np.asarray(score), refs)], grades) for ranker, score in values.items()
        }
    return result
