"""Campaigns from creation to settled grades."""

import pytest
from django.core.exceptions import ValidationError

from marketplace.audit.models import Entry
from marketplace.labelling import actions
from marketplace.labelling.models import Assignment, Campaign, Pair, State
from marketplace.labelling.standing import agreement_of, own_progress
from marketplace.labelling.tasks import prepare_campaigns
from marketplace.notifications.models import Notification
from marketplace.organisations import actions as organisations
from marketplace.pairing.feed import renew_all
from marketplace.web.verdicts import Refused
from matching.models import KeptText
from tests.labelling.campaigns import (
    SIZES,
    capabilities_of,
    grade_pair,
    open_campaign,
    second_judge,
    turns_of,
    waiting_campaign,
)
from tests.world import make_world, published_scenario

pytestmark = pytest.mark.django_db


def test_the_worker_draws_from_every_source_and_shares_out() -> None:
    world = make_world()
    scenario = published_scenario(world)
    capabilities_of(world)
    waiting = waiting_campaign(world, scenario)
    assert prepare_campaigns() == 0  # the engine has not matched the opportunity yet
    assert Campaign.objects.get().state == State.PREPARING
    renew_all(lambda _n: None)
    assert prepare_campaigns() == 1
    campaign = Campaign.objects.get(pk=waiting.pk)
    pairs = list(Pair.objects.filter(campaign=campaign))
    assert {source for pair in pairs for source in pair.drawn_by} == {"words", "vectors", "ranker", "random"}
    assert sum(pair.drawn_by == ["random"] for pair in pairs) == 2
    assert campaign.state == State.OPEN
    assert Assignment.objects.count() == 2 * len(pairs)
    assert Notification.objects.filter(kind="labelling_assigned").count() == 2
    assert KeptText.objects.filter(side="supply").count() == len(pairs)
    assert prepare_campaigns() == 0


def test_who_agrees_settles_who_differs_waits_for_an_administrator() -> None:
    world = make_world()
    campaign = open_campaign(world)
    first, second, *_rest = Pair.objects.filter(campaign=campaign)
    assert grade_pair(first, 3, 3).final_grade == 3
    assert grade_pair(second, 3, 1).final_grade is None
    assert list(Pair.objects.disputed()) == [second]
    decided = actions.decide(actor=world.province, pair=second, grade=2, note="要加接口")
    assert (decided.final_grade, decided.decided_by) == (2, world.province)
    assert sorted(decided.assignments.values_list("grade", flat=True)) == [1, 3]
    assert agreement_of(campaign).table[3][3] == 1
    assert Entry.objects.filter(verb="labelling.decide").get().detail["reason"] == "要加接口"
    turn = second.assignments.get(slot=1)
    with pytest.raises(Refused):
        actions.grade(actor=turn.labeller, assignment=turn, grade=0)


def test_changing_a_grade_unsettles_a_pair() -> None:
    world = make_world()
    open_campaign(world)
    pair = grade_pair(Pair.objects.all()[0], 2, 2)
    turn = pair.assignments.get(slot=2)
    actions.grade(actor=turn.labeller, assignment=turn, grade=0)
    assert Pair.objects.get(pk=pair.pk).final_grade is None
    assert Pair.objects.disputed().count() == 1


def test_skipped_pairs_come_again_after_the_others() -> None:
    world = make_world()
    open_campaign(world)
    first, second, *_rest = turns_of(world.judge)
    actions.skip(actor=world.judge, assignment=first)
    waiting = list(Assignment.objects.visible_to(world.judge).waiting())
    assert (waiting[0], waiting[-1]) == (second, first)
    actions.grade(actor=world.judge, assignment=first, grade=1)
    assert own_progress(world.judge)[first.pair.campaign_id].graded == 1


def test_a_note_is_kept_with_and_without_a_grade() -> None:
    world = make_world()
    open_campaign(world)
    turn = turns_of(world.judge)[0]
    actions.write_note(actor=world.judge, assignment=turn, note=" 缺接口 ")
    kept = actions.grade(actor=world.judge, assignment=turn, grade=2)
    assert (kept.note, kept.grade) == ("缺接口", 2)


def test_nobody_grades_for_another() -> None:
    world = make_world()
    open_campaign(world)
    turn = turns_of(world.judge)[0]
    for user in (world.province, world.alice, world.carol):
        with pytest.raises(Refused):
            actions.grade(actor=user, assignment=turn, grade=3)
    assert Assignment.objects.graded().count() == 0


def test_who_belongs_to_a_side_gets_no_such_pair() -> None:
    world = make_world()
    second = second_judge(world)
    inside = second_judge(world, "inside")
    organisations.add_member(actor=world.carol, organisation=world.company, user=inside, role="viewer")
    open_campaign(world, [world.judge, second, inside])
    assert Assignment.objects.filter(labeller=inside).count() == 0
    assert Assignment.objects.filter(labeller=second).count() == Pair.objects.count()


def test_who_joins_a_side_later_loses_its_pairs() -> None:
    world = make_world()
    open_campaign(world)
    turn = turns_of(world.judge)[0]
    organisations.add_member(actor=world.alice, organisation=world.department, user=world.judge, role="viewer")
    fresh = type(world.judge).objects.get(pk=world.judge.pk)
    assert turns_of(fresh) == []
    with pytest.raises(Refused, match="回避"):
        actions.grade(actor=fresh, assignment=turn, grade=3)


def test_an_administrator_who_graded_does_not_decide() -> None:
    world = make_world()
    open_campaign(world, [world.judge, world.province])
    pair = grade_pair(Pair.objects.all()[0], 0, 3)
    with pytest.raises(Refused, match="另一位管理员"):
        actions.decide(actor=world.province, pair=pair, grade=1)
    assert list(Pair.objects.disputed().decidable_by(world.province)) == []


def test_what_is_left_is_handed_over() -> None:
    world = make_world()
    campaign = open_campaign(world)
    graded, *rest = turns_of(world.judge)
    actions.grade(actor=world.judge, assignment=graded, grade=1)
    third = second_judge(world, "third")
    moved = actions.hand_over(actor=world.province, campaign=campaign, giver=world.judge, taker=third)
    assert moved == len(rest)
    assert [turn.pk for turn in turns_of(world.judge)] == [graded.pk]
    with pytest.raises(Refused):
        actions.hand_over(actor=world.province, campaign=campaign, giver=world.judge, taker=third)


def test_closing_ends_grading_and_reopening_resumes_it() -> None:
    world = make_world()
    campaign = actions.close(actor=world.province, campaign=open_campaign(world))
    turn = turns_of(world.judge)[0]
    with pytest.raises(Refused, match="已结束"):
        actions.grade(actor=world.judge, assignment=turn, grade=3)
    actions.reopen(actor=world.province, campaign=campaign)
    assert actions.grade(actor=world.judge, assignment=turn, grade=3).grade == 3


def test_only_administrators_of_the_province_run_campaigns() -> None:
    world = make_world()
    scenario = published_scenario(world)
    people = [world.judge, second_judge(world)]
    for user in (world.hefei_admin, world.judge, world.alice):
        with pytest.raises(Refused):
            actions.create(actor=user, name="x", scenarios=[scenario], labellers=people, sizes=SIZES)
    with pytest.raises(ValidationError):
        actions.create(actor=world.province, name="x", scenarios=[scenario], labellers=people[:1], sizes=SIZES)
