"""Every index answers alike: exact, by bits, and from PostgreSQL; filters, ties, edits."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.actions import withdraw_documents
from matching.database_index import DatabaseIndex
from matching.engine.documents import Facets
from matching.engine.index.bits import FEWEST, BitIndex
from matching.engine.index.exact import ExactIndex
from matching.engine.index.facets import facts_of
from matching.engine.index.protocol import EVERYTHING, Allowed, Clause, Facts, Found, IndexCopy, Key, Vectors
from matching.engine.index.rows import CHUNK
from matching.models import Document

DIMENSION = 96
MEAN = np.full(DIMENSION, 0.15, dtype=np.float32)
SECTORS, PLACES = ("finance", "health", "logistics"), ("340100", "340200")
Make = Callable[[], IndexCopy]


class Table(DatabaseIndex):
    """Documents written straight into the table, as if they had been read."""

    def put(self, keys: Sequence[Key], vectors: Vectors, facets: Sequence[Facts]) -> None:
        """Without texts."""
        for key, vector, facts in zip(keys, vectors, facets, strict=True):
            known = Facets(
                sectors=frozenset(facts.get("sectors", ())),
                places=frozenset(facts.get("places", ())),
                kind="".join(facts.get("kind", ())),
            )
            stated = {"facets": known.as_json(), "embedding": vector.tolist(), "active": True}
            read = {"embedded_by": "model", "fingerprint": "text", "embedded_fingerprint": "text"}
            Document.objects.update_or_create(ref=key, defaults={"side": "supply", **stated, **read})

    def drop(self, keys: Sequence[Key]) -> None:
        """As the market does."""
        withdraw_documents([str(key) for key in keys])


MAKERS: dict[str, Make] = {
    "exact": lambda: ExactIndex(MEAN),
    "bits": lambda: BitIndex(MEAN),
    "database": lambda: Table("supply", "model", MEAN),
}
FILTERS: list[Allowed] = [
    EVERYTHING,
    (Clause("sectors", ("finance",)),),
    (Clause("sectors", ("finance", "health")), Clause("places", ("340100",), or_silent=True)),
    (Clause("kind", ("product",)),),
    (Clause("sectors", (), or_silent=True),),
    (Clause("offered", ("nobody offers this",)),),
]


def _market(count: int, seed: int = 1, families: int = 8) -> tuple[list[str], Vectors, list[dict[str, list[str]]]]:
    """Rows around some centres, as halfvec keeps them, with facets, some unknown."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((families, DIMENSION))
    away = centres[rng.integers(families, size=count)] + 0.6 * rng.standard_normal((count, DIMENSION))
    vectors = MEAN + 0.1 * away
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16).astype(np.float32)
    facets = []
    for _row in range(count):
        sectors = [sector for sector in SECTORS if rng.random() < 0.4]
        places = [place for place in PLACES if rng.random() < 0.3]
        kind = ["product"] if rng.random() < 0.5 else []
        facts = {"sectors": sectors, "places": places, "kind": kind}
        facets.append({name: values for name, values in facts.items() if values})
    return [f"capability:{n}" for n in range(count)], vectors, facets


def _directions(count: int, seed: int = 2) -> Vectors:
    return np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)


def _filled(make: Make, count: int, seed: int = 1) -> IndexCopy:
    index = make()
    index.put(*_market(count, seed))
    return index


def _flat(found: list[Found]) -> list[tuple[list[int | str], list[float]]]:
    return [(one.keys, one.scores.tolist()) for one in found]


def _passes(facts: dict[str, list[str]], allowed: Allowed) -> bool:
    return all(
        bool(set(facts.get(clause.facet, [])) & set(clause.values))
        or (clause.or_silent and not facts.get(clause.facet))
        for clause in allowed
    )


@pytest.mark.django_db
@pytest.mark.parametrize("allowed", FILTERS)
def test_all_answer_alike_to_the_last_digit(allowed: Allowed) -> None:
    exact, *others = (_filled(make, 120) for make in MAKERS.values())
    wanted = _flat(exact.search(_directions(5), 7, allowed))
    assert [_flat(other.search(_directions(5), 7, allowed)) for other in others] == [wanted, wanted]


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("allowed", FILTERS)
def test_a_filter_commutes_with_the_ranking(name: str, allowed: Allowed) -> None:
    index = _filled(MAKERS[name], 90)
    facets = dict(zip(*_market(90)[::2], strict=True))
    for all_of, some in zip(index.search(_directions(3), 90), index.search(_directions(3), 10, allowed), strict=True):
        assert some.keys == [key for key in all_of.keys if _passes(facets[str(key)], allowed)][:10]


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKERS)
def test_equal_scores_stand_in_the_order_of_their_keys(name: str) -> None:
    index = MAKERS[name]()
    vector = _market(1)[1]
    keys = ["c", "a", "d", "b"]
    index.put(keys, np.repeat(vector, 4, axis=0), [{}] * 4)
    found = index.search(_directions(1), 3)[0]
    assert found.keys == ["a", "b", "c"]
    assert len(set(found.scores.tolist())) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKERS)
def test_an_edit_is_seen_at_once(name: str) -> None:
    index = _filled(MAKERS[name], 30)
    direction = _directions(1)
    first, second = index.search(direction, 2)[0].keys
    index.drop([first, "capability:never-there"])
    assert (len(index), index.search(direction, 1)[0].keys) == (29, [second])
    away = direction / np.linalg.norm(direction)
    better = MEAN + 0.3 * away
    index.put(["capability:7"], better / np.linalg.norm(better), [{"sectors": ["aviation"]}])
    assert index.search(direction, 1)[0].keys == ["capability:7"]
    assert index.search(direction, 9, (Clause("sectors", ("aviation",)),))[0].keys == ["capability:7"]
    assert len(index) == (30 if first == "capability:7" else 29)


@pytest.mark.django_db
@pytest.mark.parametrize("name", MAKERS)
def test_an_empty_index_finds_nothing(name: str) -> None:
    found = MAKERS[name]().search(_directions(2), 5)
    assert _flat(found) == [([], []), ([], [])]


@pytest.mark.django_db
def test_the_database_leaves_out_what_is_stale_or_of_the_other_side() -> None:
    index = _filled(MAKERS["database"], 4)
    Document.objects.filter(ref="capability:1").update(fingerprint="changed")
    Document.objects.filter(ref="capability:2").update(embedded_by="an older model")
    Document.objects.filter(ref="capability:3").update(side="demand")
    assert index.search(_directions(1), 5)[0].keys == ["capability:0"]
    assert len(index) == 1


@pytest.mark.django_db
def test_a_copy_of_the_database_answers_like_it() -> None:
    database, copy = _filled(MAKERS["database"], 70), MAKERS["bits"]()
    assert isinstance(database, Table)
    database.drop(["capability:3"])
    database.copy_into(copy)
    assert len(copy) == len(database) == 69
    for allowed in FILTERS:
        assert _flat(copy.search(_directions(3), 8, allowed)) == _flat(database.search(_directions(3), 8, allowed))


@pytest.mark.parametrize("make", [MAKERS["exact"], MAKERS["bits"]])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=60), chosen=st.sampled_from(FILTERS))
def test_edits_lead_where_a_rebuild_leads(make: Make, edits: list[tuple[bool, int]], chosen: Allowed) -> None:
    keys, vectors, facets = _market(41)
    edited, left = make(), dict[int, int]()
    for number, (put, row) in enumerate(edits):
        other = (row + number) % 41
        if put:
            edited.put([keys[row]], vectors[other : other + 1], [facets[other]])
            left[row] = other
        else:
            edited.drop([keys[row]])
            left.pop(row, None)
    rebuilt = make()
    rows = list(left.values())
    rebuilt.put([keys[row] for row in left], vectors[rows], [facets[row] for row in rows])
    assert len(edited) == len(rebuilt) == len(left)
    assert _flat(edited.search(_directions(3), 6, chosen)) == _flat(rebuilt.search(_directions(3), 6, chosen))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_row_that_is_far_away_changes_nothing_else(seed: int) -> None:
    index = _filled(MAKERS["bits"], 60, seed)
    direction = _directions(1, seed)
    before = _flat(index.search(direction, 10))
    far = MEAN - direction / np.linalg.norm(direction)
    index.put(["capability:far"], far.astype(np.float32), [{}])
    assert _flat(index.search(direction, 10)) == before


def test_bits_find_what_is_near_among_many() -> None:
    count = 40 * FEWEST
    keys, vectors, facets = _market(count, families=count // 50)
    exact, bits = MAKERS["exact"](), MAKERS["bits"]()
    gone = keys[::7]
    for index in (exact, bits):
        index.put(keys, vectors, facets)
        index.drop(gone)
    directions = vectors[:20] - MEAN + 0.02 * _directions(20)
    for allowed in FILTERS[:3]:
        wanted, found = exact.search(directions, 10, allowed), bits.search(directions, 10, allowed)
        assert [len(one.keys) for one in found] == [10] * 20
        assert not set(gone) & {key for one in found for key in one.keys}
        shared = sum(len({*one.keys} & {*other.keys}) for one, other in zip(wanted, found, strict=True))
        assert shared >= 0.99 * 200


def test_rows_beyond_a_chunk_and_in_files(tmp_path: Path) -> None:
    keys, vectors, facets = _market(CHUNK + 300)
    one, other = BitIndex(MEAN, folder=tmp_path), BitIndex(MEAN)
    one.put(keys, vectors, facets)
    for start in range(0, len(keys), 40_000):
        other.put(*(part[start : start + 40_000] for part in (keys, vectors, facets)))  # type: ignore[arg-type]
    assert one.search(vectors[-1:] - MEAN, 1)[0].keys == keys[-1:]
    assert _flat(one.search(_directions(4), 9)) == _flat(other.search(_directions(4), 9))
    assert list(tmp_path.iterdir()) == []


def test_scores_fall_and_are_cosines() -> None:
    keys, vectors, facets = _market(500)
    index = _filled(MAKERS["bits"], 500)
    direction = _directions(1)
    found = index.search(direction, 500)[0]
    away = vectors - MEAN
    cosines = (away @ direction[0]) / np.linalg.norm(away, axis=1) / np.linalg.norm(direction)
    assert found.scores == pytest.approx([cosines[keys.index(str(key))] for key in found.keys], abs=1e-3)
    assert all(one >= other for one, other in pairwise(found.scores.tolist()))
    assert len(facets) == len(found.keys)


def test_drift_is_seen() -> None:
    keys, vectors, facets = _market(400)
    index = BitIndex(vectors.mean(axis=0))
    index.put(keys, vectors, facets)
    assert index.drift() < 0.05
    index.drop([key for key, vector in zip(keys, vectors, strict=True) if vector[0] > float(vectors[:, 0].mean())])
    assert index.drift() > 0.1


def test_facets_as_an_index_takes_them() -> None:
    facets = Facets(sectors=frozenset({"finance"}), area="digital", offered=frozenset({"mobile", "offline"}))
    assert facts_of(facets) == {"sectors": ["finance"], "area": ["digital"], "offered": ["mobile", "offline"]}
