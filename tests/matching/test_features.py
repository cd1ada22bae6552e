"""The second stage: rows of features, both views, and properties that must hold whatever the texts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.encoding import warm_encoder
from matching.engine.collection import Collection
from matching.engine.datasets import Dataset
from matching.engine.documents import Facets, MatchDocument
from matching.engine.features import FEATURES
from matching.engine.ranking import opposite
from matching.engine.terms import NO_LEXICON
from matching.engine.weights import STANDING, load_weights, probability

DEMANDS = {
    "q1": ("出院病历质控", "每天九百份病历靠人工抽查，漏项到退单才发现。"),
    "q2": ("秸秆焚烧火点发现", "夜里烧秸秆，等卫星过境已经烧完。"),
    "q3": ("", ""),
}
SUPPLIES = {
    "c1": ("病案首页质控引擎", "逐项检查病历，指出缺漏和矛盾。"),
    "c2": ("火点识别摄像机", "铁塔上的双光云台，发现烟和火。"),
    "c3": ("一", ""),
    "c4": ("😀 <script>alert(1)</script> ' OR 1=1 --", "混合 mixed ＡＢＣ 文字"),
    "c5": ("长文", "很长的介绍，没有重点。" * 8000),
}


def documents(texts: dict[str, tuple[str, str]], side: str) -> list[MatchDocument]:
    """Of one side."""
    own = "demand" if side == "demand" else "supply"
    return [MatchDocument(ref, own, {"title": title, "text": text}) for ref, (title, text) in texts.items()]


@pytest.fixture(scope="module")
def collection() -> Collection:
    grades = {"q1": {"c1": 3, "c2": 0}, "q2": {"c2": 3}, "q3": {"c1": 0}}
    dataset = Dataset(documents(DEMANDS, "demand"), documents(SUPPLIES, "supply"), grades)
    return Collection(dataset, warm_encoder(), NO_LEXICON)


def test_strange_texts_rank_without_error_and_the_right_one_first(collection: Collection) -> None:
    weights = load_weights(STANDING)
    for ref, best in (("q1", "c1"), ("q2", "c2")):
        ranked = collection.rank("demand", ref)
        chances = probability(weights.demand.logit(ranked.table.own))
        assert np.isfinite(ranked.table.own).all()
        assert ((chances >= 0) & (chances <= 1)).all()
        assert collection.sides("demand")[1].refs[ranked.table.places[int(chances.argmax())]] == best
    assert np.isfinite(collection.rank("demand", "q3").table.own).all()
    for ref in SUPPLIES:
        assert np.isfinite(collection.rank("supply", ref).table.own).all()


def test_the_same_pair_has_the_same_numbers_from_both_sides(collection: Collection) -> None:
    forth, back = collection.rank("demand", "q1", ["c1"]).table, collection.rank("supply", "c1", ["q1"]).table
    for name in ("cosine", "meaning", "phrases_own", "phrases_other"):
        column = FEATURES.index(name)
        assert forth.own[0, column] == pytest.approx(back.back[0, column], abs=1e-5), name
    assert opposite("demand") == "supply"


def test_same_input_same_output(collection: Collection) -> None:
    one, other = collection.rank("demand", "q1").table, collection.rank("demand", "q1").table
    assert one.own.tolist() == other.own.tolist()


def test_filtering_before_or_after_ranking_gives_the_same_numbers(collection: Collection) -> None:
    everything = collection.rank("demand", "q1", list(SUPPLIES)).table
    some = collection.rank("demand", "q1", ["c2", "c4"]).table
    answering = collection.sides("demand")[1]
    rows = {answering.refs[place]: row for place, row in zip(everything.places, everything.own, strict=True)}
    for place, row in zip(some.places, some.own, strict=True):
        assert row == pytest.approx(rows[answering.refs[place]], abs=1e-6)


KEYS = ("on-premises", "offline", "dialect", "mlps-3")


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["required", "preferred"])),
    st.frozensets(st.sampled_from(KEYS)),
    st.frozensets(st.sampled_from(KEYS)),
)
def test_offering_more_never_lowers_the_score(
    asked: dict[str, str], offered: frozenset[str], more: frozenset[str]
) -> None:
    from matching.engine.features import _structure
    from matching.engine.structure import compare

    weights = load_weights(STANDING)
    demand = Facets(asked=asked)  # type: ignore[arg-type]
    logits = []
    for offer in (offered, offered | more):
        columns = _structure([compare(demand, Facets(offered=offer))])
        logits.append(sum(float(value[0]) * weights.demand.coefficients[name] for name, value in columns.items()))
    assert logits[1] >= logits[0] - 1e-9
