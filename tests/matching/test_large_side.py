"""A side too large to be held: words found in the database, a sample in memory, the same lists as when it is held."""

import json
from pathlib import Path

import numpy as np
import pytest

from matching.actions import put_documents, withdraw_documents
from matching.arena import ArenaKeeper
from matching.database_words import COMPARED, DatabaseWords, count_words, keep_statistics, uncounted
from matching.encoding import warm_encoder
from matching.engine.documents import Facets, MatchDocument, Side
from matching.engine.index.protocol import Clause
from matching.engine.terms import NO_LEXICON, Lexicon, counted
from matching.engine.words import Vocabulary, words_of
from matching.models import Document, Words, WordStatistics
from matching.pairs import Scorer
from matching.ranker import file_weights
from matching.refresh import renew

pytestmark = pytest.mark.django_db

NO_FACETS = Facets()
LABELLED = Path(__file__).parents[2] / "fixtures" / "labelled"


def _texts(name: str) -> dict[str, str]:
    rows = [json.loads(line) for line in (LABELLED / name).read_text(encoding="utf-8").splitlines()]
    return {row["_id"]: f"{row['title']}\n{row['text']}" for row in rows}


def _put(side: Side, texts: dict[str, str], facets: Facets = NO_FACETS) -> None:
    put_documents([MatchDocument(ref, side, {"text": text}, facets) for ref, text in texts.items()])


def _count(lexicon: Lexicon = NO_LEXICON) -> None:
    while count_words(lexicon):
        pass
    keep_statistics("supply")
    keep_statistics("demand")


def test_the_database_weighs_words_as_memory_does() -> None:
    supplies, demands = _texts("corpus.jsonl"), list(_texts("queries.jsonl").values())
    _put("supply", supplies)
    _count()
    vocabulary = Vocabulary()
    words = words_of([vocabulary.learn(counted(text)) for text in supplies.values()], len(vocabulary))
    stored = WordStatistics.objects.get(side="supply")
    assert (stored.documents, stored.average) == (len(supplies), pytest.approx(words.average))
    refs = np.array(list(supplies))
    for demand in demands[:12]:
        scores = words.scores(vocabulary.terms(counted(demand)))
        found = DatabaseWords("supply").search(counted(demand), 20)
        best = np.lexsort((refs, -np.round(scores, 4)))[:20]
        assert found.scores == pytest.approx(scores[best], rel=1e-4)
        assert set(found.keys[:15]) <= set(refs[best].tolist())


def test_looking_by_the_rarest_terms_finds_nearly_all_of_the_best() -> None:
    supplies, demands = _texts("corpus.jsonl"), list(_texts("queries.jsonl").values())
    _put("supply", supplies)
    _count()
    shares, firsts = [], []
    for demand in demands[:20]:
        whole = DatabaseWords("supply").search(counted(demand), 10).keys
        some = DatabaseWords("supply", compared=len(supplies) // 2).search(counted(demand), 10).keys
        shares.append(len(set(whole) & set(some)) / len(whole))
        firsts.append(whole[0] == some[0])
    assert np.mean(shares) >= 0.8  # the half that is looked at holds most of the best ten
    assert np.mean(firsts) >= 0.9
    assert len(supplies) < COMPARED  # what is asked without a bar compares them all


def test_what_changed_or_went_is_found_as_it_is_now() -> None:
    _put("supply", {"capability:1": "病案首页质控", "capability:2": "火点识别"}, Facets(sectors=frozenset(["health"])))
    _count()
    ask = counted("病案质控")
    assert DatabaseWords("supply").search(ask, 5).keys == ["capability:1"]
    assert DatabaseWords("supply").search(ask, 5, (Clause("sectors", ("energy",)),)).keys == []
    assert DatabaseWords("supply").search(ask, 5, (Clause("sectors", ("health",)),)).keys == ["capability:1"]
    _put("supply", {"capability:1": "牛脸识别"})
    assert [row.ref for row in uncounted(NO_LEXICON)] == ["capability:1"]
    _count()
    assert DatabaseWords("supply").search(ask, 5).keys == []
    withdraw_documents(["capability:2"])
    assert DatabaseWords("supply").search(counted("火点"), 5).keys == []


def test_new_synonyms_make_what_was_counted_stale() -> None:
    _put("supply", {"capability:1": "体检中心的预约"})
    _count()
    lexicon = Lexicon({"health": ["体检中心", "治未病"]})
    assert uncounted(lexicon).count() == 1
    _count(lexicon)
    assert uncounted(lexicon).count() == 0
    assert DatabaseWords("supply").search(counted("治未病", lexicon), 5).keys == ["capability:1"]


@pytest.mark.parametrize("text", ["", "，。！🙂", "一", "' OR 1=1 -- <b>", "长" * 100_000, "甲乙丙丁" * 25_000])
def test_strange_texts_are_counted_and_asked_without_error(text: str) -> None:
    _put("supply", {"capability:1": text, "capability:2": "火点识别"})
    _count()
    assert Words.objects.filter(saturated__isnull=False).count() == 2
    found = DatabaseWords("supply").search(counted(text), 5)
    assert len(found.keys) == len(found.scores)


def test_a_text_of_more_terms_than_a_vector_holds_keeps_those_it_uses_most() -> None:
    text = "".join(chr(0x4E00 + n % 20_000) for n in range(20_000)) + "质控" * 50
    _put("supply", {"capability:1": text})
    _count()
    assert len(Words.objects.get().terms) == 16_000
    assert DatabaseWords("supply").search(counted("质控"), 1).keys == ["capability:1"]


@pytest.fixture
def market() -> None:
    """The labelled collection, read and counted, not matched."""
    _put("demand", _texts("queries.jsonl"))
    _put("supply", _texts("corpus.jsonl"))
    Document.objects.update(matched_by="")
    renew(warm_encoder(), limit=0)
    while Document.objects.unread(warm_encoder().fingerprint).exists():
        renew(warm_encoder(), limit=500)


def _lists(keeper: ArenaKeeper, refs: list[str]) -> dict[str, dict[str, float]]:
    scorer, lists = Scorer(keeper, file_weights()), {}
    for ref in refs:
        asking = scorer.standing("demand", ref)
        assert asking is not None
        scored = scorer.score(asking)
        lists[ref] = dict(zip(scored.refs[:10], scored.score[:10].tolist(), strict=True))
    return lists


def test_a_large_side_gives_nearly_the_lists_of_one_that_is_held(
    market: None, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = list(_texts("queries.jsonl"))[:20]
    whole = _lists(ArenaKeeper(warm_encoder()), refs)
    monkeypatch.setattr("matching.arena.SAMPLE", 60)
    settings.MATCHING_IN_MEMORY = 100  # type: ignore[attr-defined]
    keeper = ArenaKeeper(warm_encoder())
    large = _lists(keeper, refs)
    held = keeper.arena()
    assert len(held.supplies) < 100 < Document.objects.filter(side="supply").count()
    assert np.mean([len(whole[ref].keys() & large[ref].keys()) / 10 for ref in refs]) >= 0.8
    assert np.mean([next(iter(whole[ref])) == next(iter(large[ref])) for ref in refs]) >= 0.8
    shared = [(whole[ref][key], large[ref][key]) for ref in refs for key in whole[ref].keys() & large[ref].keys()]
    assert np.mean([abs(one - other) for one, other in shared]) < 0.1
    assert _lists(ArenaKeeper(warm_encoder()), refs) == large  # to the last digit


def test_an_index_follows_what_changes(
    market: None, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.arena.SAMPLE", 60)
    settings.MATCHING_IN_MEMORY = 100  # type: ignore[attr-defined]
    keeper = ArenaKeeper(warm_encoder())
    ref = next(iter(_texts("queries.jsonl")))
    best = next(iter(_lists(keeper, [ref])[ref]))
    withdraw_documents([best])
    assert best not in _lists(keeper, [ref])[ref]
