"""Two labellers of each pair, evenly, none in conflict."""

from collections import Counter

from marketplace.labelling.sharing import share_out


def test_two_of_each_pair_and_even_loads() -> None:
    turns = share_out([(1, 2)] * 31, {10: set(), 11: set(), 12: set(), 13: set()}, seed=1)
    assert Counter(turn.pair for turn in turns) == dict.fromkeys(range(31), 2)
    assert all(len({t.labeller for t in turns if t.pair == pair}) == 2 for pair in range(31))
    assert all({t.slot for t in turns if t.pair == pair} == {1, 2} for pair in range(31))
    loads = Counter(turn.labeller for turn in turns)
    assert max(loads.values()) - min(loads.values()) <= 1


def test_nobody_gets_a_pair_of_his_own_organisation() -> None:
    belong = {10: {1}, 11: {2}, 12: set(), 13: set()}
    turns = share_out([(1, 2), (1, 3), (4, 2), (4, 3)] * 5, belong, seed=2)
    sides = [(1, 2), (1, 3), (4, 2), (4, 3)] * 5
    assert [turn for turn in turns if belong[turn.labeller] & set(sides[turn.pair])] == []
    assert len(turns) == 40


def test_a_pair_that_only_one_may_judge_has_one_turn() -> None:
    turns = share_out([(1, 2)], {10: {1}, 11: set()}, seed=3)
    assert [(turn.labeller, turn.slot) for turn in turns] == [(11, 1)]


def test_orders_are_each_labellers_own_and_repeat_with_the_seed() -> None:
    belong: dict[int, set[int]] = {10: set(), 11: set()}
    turns = share_out([(1, 2)] * 30, belong, seed=4)
    orders = {p: [t.pair for t in sorted(turns, key=lambda t: t.position) if t.labeller == p] for p in belong}
    assert orders[10] != orders[11]
    assert sorted(t.position for t in turns if t.labeller == 10) == list(range(1, 31))
    assert share_out([(1, 2)] * 30, belong, seed=4) == turns
