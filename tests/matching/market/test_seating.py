"""Whatever the event: nobody twice in a slot, over the most or seated while away; shares kept, wishes explained."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine.market.event import ANY_TABLE, Encounter, Party, Plan, Seat, Wishes
from matching.engine.market.seating import plan

SLOTS = 4


@st.composite
def events(draw: st.DrawFn) -> tuple[list[Party], list[Party], list[Encounter], Wishes]:
    """Small events of every kind: absences, crowded tables, wishes that may be too much."""

    def side(name: str) -> list[Party]:
        return [
            Party(
                f"{name}{number}",
                draw(st.integers(0, 5)),
                frozenset(draw(st.sets(st.integers(0, SLOTS - 1), max_size=SLOTS))),
                draw(st.booleans()),
            )
            for number in range(draw(st.integers(0, 6)))
        ]

    demands, supplies = side("d"), side("s")
    pairs = [
        Encounter(one.ref, other.ref, draw(st.integers(0, 100)) / 100)
        for one in demands
        for other in supplies
        if draw(st.booleans())
    ]
    forbidden = frozenset((pair.demand, pair.supply) for pair in pairs if draw(st.integers(0, 5)) == 0)
    share = draw(st.sampled_from([0.0, 0.3, 0.5, 1.0]))
    wishes = Wishes(SLOTS, draw(st.integers(0, 4)), share, draw(st.integers(0, 2)), forbidden=forbidden)
    return demands, supplies, pairs, wishes


def _check(found: Plan, parties: list[Party], wishes: Wishes) -> None:
    busy = Counter((ref, seat.slot) for seat in found.seats for ref in (seat.demand, seat.supply))
    often = Counter(ref for seat in found.seats for ref in (seat.demand, seat.supply))
    assert all(n == 1 for n in busy.values())
    assert all(often[party.ref] <= party.most for party in parties)
    assert not any((party.ref, slot) in busy for party in parties for slot in party.closed)
    assert all(n == 1 for n in Counter((seat.demand, seat.supply) for seat in found.seats).values())
    assert all(n == 1 for n in Counter((seat.slot, seat.table) for seat in found.seats).values())
    assert all(0 <= seat.slot < wishes.slots and 0 <= seat.table < wishes.tables for seat in found.seats)
    assert not {(seat.demand, seat.supply) for seat in found.seats} & wishes.forbidden
    assert found.bound >= found.objective
    assert 0.0 <= found.gap <= 1.0


@settings(max_examples=150, deadline=None)
@given(events())
def test_every_plan_keeps_the_rules(event: tuple[list[Party], list[Party], list[Encounter], Wishes]) -> None:
    demands, supplies, pairs, wishes = event
    found = plan(demands, supplies, pairs, wishes)
    _check(found, [*demands, *supplies], wishes)
    small = {party.ref for party in supplies if party.small}
    kinds = {obstacle.kind for obstacle in found.obstacles}
    if found.seats and not kinds & {"no_small", "short_of_share"}:
        assert found.small_share >= wishes.share - 1e-9
    often = Counter(seat.supply for seat in found.seats)
    named = {ref for obstacle in found.obstacles for ref in obstacle.refs}
    for party in supplies:
        if party.small and often[party.ref] < min(wishes.least, party.most):
            assert party.ref in named
    assert found.small_share == pytest.approx(
        sum(seat.supply in small for seat in found.seats) / len(found.seats) if found.seats else 0.0
    )


@settings(max_examples=60, deadline=None)
@given(events(), st.randoms(use_true_random=False))
def test_the_order_of_parties_and_pairs_changes_nothing(
    event: tuple[list[Party], list[Party], list[Encounter], Wishes], chance: st.DataObject
) -> None:
    demands, supplies, pairs, wishes = event
    found = plan(demands, supplies, pairs, wishes)
    for each in (demands, supplies, pairs):
        chance.shuffle(each)  # type: ignore[attr-defined]  # hypothesis's own random.Random
    assert plan(demands, supplies, pairs, wishes) == found


@settings(max_examples=60, deadline=None)
@given(events(), st.data())
def test_planning_again_keeps_what_was_fixed(
    event: tuple[list[Party], list[Party], list[Encounter], Wishes], data: st.DataObject
) -> None:
    demands, supplies, pairs, wishes = event
    first = plan(demands, supplies, pairs, wishes)
    fixed = tuple(seat for seat in first.seats if data.draw(st.booleans()))
    again = plan(demands, supplies, pairs, replace(wishes, fixed=fixed))
    assert set(fixed) <= set(again.seats)
    _check(again, [*demands, *supplies], wishes)


def _full(count: int, slots: int) -> tuple[list[Party], list[Party], list[Encounter]]:
    demands = [Party(f"d{n}", slots) for n in range(count)]
    supplies = [Party(f"s{n}", slots, small=n % 2 == 0) for n in range(count)]
    pairs = [Encounter(one.ref, other.ref, 0.5) for one in demands for other in supplies]
    return demands, supplies, pairs


def test_a_full_event_is_always_coloured() -> None:
    demands, supplies, pairs = _full(12, 12)
    found = plan(demands, supplies, pairs, Wishes(12, 12))
    assert (len(found.seats), found.gap) == (144, 0.0)
    _check(found, [*demands, *supplies], Wishes(12, 12))


def test_the_share_of_small_suppliers_costs_what_it_must() -> None:
    demands = [Party("d0", 2), Party("d1", 2)]
    supplies = [Party("large", 2), Party("small", 2, small=True)]
    pairs = [Encounter(d.ref, s.ref, 0.9 if s.ref == "large" else 0.2) for d in demands for s in supplies]
    free = plan(demands, supplies, pairs, Wishes(1, 2))
    assert free.objective == pytest.approx(1.1)
    alone = plan(demands, supplies, pairs, Wishes(1, 1))
    assert {seat.supply for seat in alone.seats} == {"large"}
    fair = plan(demands, supplies, pairs, Wishes(1, 1, share=0.5))
    assert {seat.supply for seat in fair.seats} == {"small"}


def test_a_department_stays_at_its_table() -> None:
    demands, supplies, pairs = _full(4, 4)
    found = plan(demands, supplies, pairs, Wishes(4, 4))
    assert all(len({seat.table for seat in found.seats if seat.demand == party.ref}) == 1 for party in demands)


@pytest.mark.parametrize(
    ("fixed", "kind"),
    [
        ([Seat("d0", "s0", 0, 0)], "fixed_closed"),
        ([Seat("d0", "s1", 9, 0)], "fixed_outside"),
        ([Seat("d0", "nobody", 1, 0)], "fixed_unknown"),
        ([Seat("d1", "s1", 1, 0)], "fixed_forbidden"),
        ([Seat("d0", "s1", 1, 0), Seat("d0", "s2", 1, 1)], "fixed_twice_in_slot"),
        ([Seat("d0", "s1", 1, 0), Seat("d0", "s1", 2, 0)], "fixed_met_twice"),
        ([Seat("d0", "s1", 1, 0), Seat("d2", "s2", 1, 0)], "fixed_table_twice"),
        ([Seat("d2", "s1", 1, ANY_TABLE), Seat("d2", "s2", 2, ANY_TABLE)], "fixed_over_most"),
        ([Seat("d0", "s1", 1, -1), Seat("d1", "s2", 1, -1), Seat("d2", "s3", 1, -1)], "fixed_over_tables"),
    ],
)
def test_a_contradiction_is_named_and_nothing_is_planned(fixed: list[Seat], kind: str) -> None:
    demands = [Party("d0", 4), Party("d1", 4), Party("d2", 1)]
    supplies = [Party("s0", 4, frozenset([0])), Party("s1", 4), Party("s2", 4), Party("s3", 4)]
    pairs = [Encounter(one.ref, other.ref, 0.5) for one in demands for other in supplies]
    found = plan(demands, supplies, pairs, Wishes(4, 2, fixed=fixed, forbidden=frozenset([("d1", "s1")])))
    assert found.seats == ()
    assert [obstacle.kind for obstacle in found.obstacles] == [kind]
    assert found.obstacles[0].forbids_plan


@pytest.mark.parametrize(
    ("party", "partners", "kind", "had"),
    [
        (Party("s0", 4, small=True), 0, "no_partner", 0),
        (Party("s0", 4, small=True), 1, "too_few_partners", 1),
        (Party("s0", 4, frozenset([0, 1, 2]), small=True), 3, "too_few_slots", 1),
    ],
)
def test_an_impossible_promise_is_explained_by_name(party: Party, partners: int, kind: str, had: int) -> None:
    demands = [Party(f"d{n}", 4) for n in range(3)]
    pairs = [Encounter(one.ref, "s0", 0.5) for one in demands[:partners]]
    found = plan(demands, [party], pairs, Wishes(4, 2, least=2))
    assert [(each.kind, each.refs, each.needed, each.had) for each in found.obstacles] == [(kind, ("s0",), 2, had)]


def test_a_promise_that_crowds_out_another_is_named() -> None:
    supplies = [Party(f"s{n}", 2, small=True) for n in range(3)]
    pairs = [Encounter("d0", party.ref, 0.5) for party in supplies]
    found = plan([Party("d0", 2)], supplies, pairs, Wishes(4, 1, least=1))
    assert [(each.kind, each.had) for each in found.obstacles] == [("crowded_out", 0)]


def test_a_share_without_anybody_small_is_told_and_left_out() -> None:
    found = plan([Party("d0", 2)], [Party("s0", 2)], [Encounter("d0", "s0", 0.5)], Wishes(2, 1, share=0.5))
    assert [each.kind for each in found.obstacles] == ["no_small"]
    assert len(found.seats) == 1


def test_fixed_meetings_that_break_the_share_are_told() -> None:
    pairs = [Encounter("d0", "s0", 0.5), Encounter("d0", "s1", 0.5)]
    supplies = [Party("s0", 2), Party("s1", 2, frozenset([0]), small=True)]
    wishes = Wishes(2, 1, share=0.8, fixed=[Seat("d0", "s0", 0, 0)])
    found = plan([Party("d0", 2)], supplies, pairs, wishes)
    assert [(each.kind, each.needed, each.had) for each in found.obstacles] == [("short_of_share", 80, 50)]
