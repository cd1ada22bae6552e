"""The main story without a browser: a department posts, companies are matched, apply, one is accepted, a case opens."""

import pytest
from django.core import mail
from django.urls import reverse

from marketplace.applications.models import Application, State
from marketplace.audit.models import Entry
from marketplace.cases import actions as cases
from marketplace.cases.models import Case
from marketplace.notifications.actions import send_owed_mails
from marketplace.notifications.models import Notification
from marketplace.pairing import actions as pairing
from marketplace.pairing.feed import capability_ref, renew_all, scenario_ref
from marketplace.pairing.models import Mark
from marketplace.pairing.panel import panel_of_capability, panel_of_scenario, recommended
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from matching.models import Document, Match
from matching.standing import standing_maker
from tests.world import (
    make_world,
    published_capability,
    published_scenario,
    submitted_application,
)

pytestmark = pytest.mark.django_db


def test_from_posting_to_case() -> None:
    world = make_world()
    fitting = published_capability(world)
    other = published_capability(
        world, name="秸秆焚烧火点识别", summary="用高点摄像机发现田间火点和烟雾。", scenes="秸秆禁烧巡查。",
        technology="YOLOv8 目标检测。", evidence="接入六十个铁塔点位。", offered=[],
    )  # fmt: skip
    scenario = published_scenario(world)

    assert panel_of_scenario(scenario).computing
    assert renew_all(lambda _n: None) == 3
    panel = panel_of_scenario(scenario)
    assert not panel.computing
    assert panel.rows[0].capability == fitting
    assert {answer.outcome for answer in panel.rows[0].requirements} == {"met"}
    assert panel.rows[0].pairs[0].demand
    match = panel.rows[0].match
    assert 0 <= match.score <= 1
    assert match.made_by.count(":") == 1
    assert panel_of_capability(fitting).rows[0].scenario == scenario
    assert [row.scenario for row in recommended([fitting, other])] == [scenario]

    pairing.invite(actor=world.alice, scenario=scenario, capability=fitting, message="请来谈谈")
    first = submitted_application(world, scenario)
    second = submitted_application(world, scenario, by="dave")
    case = cases.accept_application(actor=world.alice, application=first, reason="方案最完整")

    assert case.supplier == world.company
    assert Application.objects.get(pk=first.pk).state == State.ACCEPTED
    assert Application.objects.get(pk=second.pk).state == State.DECLINED
    assert Scenario.objects.get(pk=scenario.pk).state == "awarded"
    told = set(Notification.objects.filter(recipient=world.dave).values_list("kind", flat=True))
    assert "application_declined" in told
    for step in ("contract", "build", "try-out", "accept"):
        case = cases.take_step(actor=world.alice, case=case, step=step)
    assert list(Case.objects.delivered()) == [case]
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"scenarios.publish", "pairing.invited", "applications.accept", "cases.open", "cases.accept"} <= verbs


def test_an_edited_text_makes_its_matches_stale_and_they_are_renewed() -> None:
    world = make_world()
    published_capability(world)
    scenario = published_scenario(world)
    renew_all(lambda _n: None)
    before = Match.objects.get()

    edited = scenarios.edit(actor=world.alice, scenario=scenario, pain="我们要找会唱戏的机器人。")
    from marketplace.pairing.feed import feed_changes  # the worker's first half, by itself

    assert feed_changes() == 1
    assert Match.objects.select_related("demand", "supply").get().is_stale(standing_maker())
    renew_all(lambda _n: None)
    after = Match.objects.select_related("demand", "supply").get()
    assert not after.is_stale(standing_maker())
    assert after.for_demand != before.for_demand
    assert after.previous["for_demand"] == before.for_demand
    assert edited.revision == 2


def test_a_mark_survives_every_renewal() -> None:
    world = make_world()
    capability = published_capability(world)
    scenario = published_scenario(world)
    renew_all(lambda _n: None)
    pairing.mark_for_department(
        actor=world.alice,
        scenario=scenario,
        capability=capability,
        kind=Mark.Kind.EXCLUDED,
        exclusion="other",
        reason="只做三甲医院",
    )
    scenarios.edit(actor=world.alice, scenario=scenario, goals="覆盖全部病历，十五秒内出结果。")
    renew_all(lambda _n: None)
    panel = panel_of_scenario(Scenario.objects.with_terms().get(pk=scenario.pk))
    assert [row.capability for row in panel.excluded] == [capability]
    assert panel.rows == []


def test_withdrawing_takes_a_text_out_of_the_ranking() -> None:
    world = make_world()
    capability = published_capability(world)
    scenario = published_scenario(world)
    renew_all(lambda _n: None)
    scenarios.withdraw(actor=world.alice, scenario=scenario, reason="预算取消")
    renew_all(lambda _n: None)
    assert not Document.objects.get(ref=scenario_ref(scenario.pk)).active
    assert panel_of_capability(capability).rows == []
    assert Document.objects.get(ref=capability_ref(capability.pk)).active


def test_people_are_told_by_mail_once() -> None:
    world = make_world()
    scenario = published_scenario(world)
    mail.outbox.clear()
    Notification.objects.update(mail_state=Notification.MailState.NOT_WANTED)
    submitted_application(world, scenario)
    assert send_owed_mails() == 1
    assert send_owed_mails() == 0
    assert mail.outbox[0].to == [world.alice.email]
    assert scenario.title in mail.outbox[0].subject
    assert reverse("applications:detail", args=[Application.objects.get().pk]) in str(mail.outbox[0].body)
