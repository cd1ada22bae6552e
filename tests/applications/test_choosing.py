"""Choosing: previewed, on notice in working days, objected to, final by the clock; the second place moves up."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import User
from marketplace.applications import actions
from marketplace.applications.models import Application, Objection, State
from marketplace.audit.models import Entry
from marketplace.cases import actions as cases
from marketplace.cases.models import Case
from marketplace.notifications.models import Notification
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.web.verdicts import Refused
from tests.world import World, make_world, published_scenario, submitted_application

pytestmark = pytest.mark.django_db
TOKEN = "0f4cdd0c-6c86-4c9e-9d9f-0d9f5e1f1d11"
NOW = datetime(2026, 9, 30, 10, tzinfo=ZoneInfo("Asia/Shanghai"))  # the eve of the National Day


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _two(world: World, days: int) -> tuple[Scenario, Application, Application]:
    scenario = published_scenario(world)
    scenarios.set_terms(actor=world.alice, scenario=scenario, notice_days=days)
    return scenario, submitted_application(world, scenario), submitted_application(world, scenario, by="dave")


def _states(*applications: Application) -> list[str]:
    return [Application.objects.get(pk=application.pk).state for application in applications]


def test_everybody_is_told_what_was_previewed() -> None:
    world = make_world()
    scenario, first, second = _two(world, 0)
    alice = _client(world.alice)
    address = reverse("applications:choose", args=[scenario.pk])
    typed = {
        "form_token": TOKEN,
        "chosen": first.pk,
        "reason": "指标最实",
        f"letter_{second.pk}": "现场验证时间太长。",
        "intent": "preview",
    }
    page = alice.get(f"{address}?chosen={first.pk}").content.decode()
    assert f'value="{first.pk}"' in page
    shown = alice.post(address, typed).content.decode()
    assert "现场验证时间太长。" in shown
    assert "案例已建立" in shown
    assert _states(first, second) == [State.SUBMITTED, State.SUBMITTED]
    for _twice in range(2):  # pressed twice, sent once
        alice.post(address, {**typed, "intent": "send"})
    assert _states(first, second) == [State.ACCEPTED, State.DECLINED]
    told = Notification.objects.get(recipient=world.dave, kind="application_declined")
    assert told.context["reason"] == "现场验证时间太长。"
    assert Case.objects.get().supplier == world.company


def test_ranks_of_reserves_leave_no_hole() -> None:
    world = make_world()
    scenario, first, second = _two(world, 0)
    shown = _client(world.alice).post(
        reverse("applications:choose", args=[scenario.pk]),
        {"form_token": TOKEN, "chosen": first.pk, "reason": "好", f"place_{second.pk}": "3"},
    )  # fmt: skip
    assert "从第 2 名起依次排" in shown.content.decode()


def test_a_notice_runs_in_working_days_and_becomes_final_by_the_clock() -> None:
    world = make_world()
    with time_machine.travel(NOW, tick=False):
        _scenario, first, second = _two(world, 5)
        with pytest.raises(Refused, match="要先公示"):
            cases.accept_application(actor=world.alice, application=first, reason="好")
        chosen = actions.accept(actor=world.alice, application=first, reason="好", reserves=[second])
        assert chosen.notice_until == date(2026, 10, 13)  # holidays to the 7th, Saturday the 10th is worked
        assert _states(first, second) == [State.CHOSEN, State.RESERVE]
        assert Scenario.objects.get().state == "closed"
        assert not Case.objects.exists()
        public = Client().get(reverse("applications:notice", args=[first.pk])).content.decode()
        assert world.company.name in public
        assert "还有 5 个工作日" in public
        assert world.company.name in Client().get(reverse("applications:notices")).content.decode()
    assert actions.finish_notices(at=datetime(2026, 10, 13, 23, 59, tzinfo=NOW.tzinfo)) == 0
    assert actions.finish_notices(at=datetime(2026, 10, 14, 0, 1, tzinfo=NOW.tzinfo)) == 1
    assert actions.finish_notices(at=datetime(2026, 10, 14, 0, 2, tzinfo=NOW.tzinfo)) == 0
    assert _states(first, second) == [State.ACCEPTED, State.RESERVE]
    assert Scenario.objects.get().state == "awarded"
    assert Case.objects.get().application == first


def test_an_objection_holds_the_clock_and_when_upheld_the_second_moves_up() -> None:
    world = make_world()
    with time_machine.travel(NOW, tick=False):
        _scenario, first, second = _two(world, 5)
        actions.accept(actor=world.alice, application=first, reason="好", reserves=[second])
        page = reverse("applications:notice", args=[first.pk])
        content = {
            "name": "周明",
            "phone": "1",
            "text": "业绩不实，附合同编号。",
            "form_token": "0f4cdd0c-6c86-4c9e-9d9f-0d9f5e1f1d12",
        }
        assert Client().post(page, content).status_code == 302
        assert not Objection.objects.exists()  # an anonymous one is not taken
        bob = _client(world.bob)
        bob.post(page, content)
        objection = Objection.objects.get()
        assert "周明" not in Client().get(page).content.decode()
        assert "周明" in _client(world.alice).get(page).content.decode()
        with pytest.raises(Refused, match="已经提出过"):
            actions.object_to(actor=world.bob, application=first, name="周明", phone="1", text="再来")
        with pytest.raises(Refused, match="按内部程序"):
            actions.object_to(actor=world.alice, application=first, name="方", phone="1", text="x")
    late = datetime(2026, 10, 20, 9, tzinfo=NOW.tzinfo)
    assert actions.finish_notices(at=late) == 0
    with time_machine.travel(late, tick=False):
        with pytest.raises(Refused, match="公示期已满"):
            actions.object_to(actor=world.judge, application=first, name="甲", phone="1", text="x")
        answered = _client(world.alice).post(
            reverse("applications:answer-objection", args=[objection.pk]), {"holds": "yes", "answer": "查实"}
        )
        assert answered.status_code == 302
        assert _states(first, second) == [State.FORFEITED, State.CHOSEN]
        assert Application.objects.get(pk=second.pk).notice_until == date(2026, 10, 27)
    assert Notification.objects.filter(recipient=world.bob, kind="objection_answered").count() == 1
    assert actions.finish_notices(at=datetime(2026, 10, 28, tzinfo=NOW.tzinfo)) == 1
    assert Case.objects.get().supplier == world.other_company


def test_a_dismissed_objection_lets_the_notice_go_on() -> None:
    world = make_world()
    _scenario, first, _second = _two(world, 1)
    actions.accept(actor=world.alice, application=first, reason="好")
    objection = actions.object_to(actor=world.bob, application=first, name="周明", phone="1", text="不公平")
    with pytest.raises(Refused, match="处理意见"):
        actions.answer_objection(actor=world.alice, objection=objection, holds=False, answer=" ")
    actions.answer_objection(actor=world.alice, objection=objection, holds=False, answer="没有依据")
    until = Application.objects.get(pk=first.pk).notice_until
    assert until is not None
    assert actions.finish_notices(at=datetime.combine(until + timedelta(days=1), NOW.timetz())) == 1


def test_the_winner_steps_back_and_the_second_takes_the_case() -> None:
    world = make_world()
    _scenario, first, second = _two(world, 0)
    actions.accept(actor=world.alice, application=first, reason="好", reserves=[second])
    with pytest.raises(Refused):
        actions.give_up(actor=world.dave, application=first, reason="替他")
    reply = _client(world.carol).post(reverse("applications:give-up", args=[first.pk]), {
        "reason": "产能不足", "form_token": TOKEN})  # fmt: skip
    assert reply.status_code == 302
    assert _states(first, second) == [State.FORFEITED, State.ACCEPTED]
    assert list(Case.objects.order_by("pk").values_list("state", "supplier")) == [
        ("ended", world.company.pk), ("preparing", world.other_company.pk),
    ]  # fmt: skip
    assert Entry.objects.about(second).filter(verb="applications.move_up").count() == 1


def test_a_case_that_ends_before_its_contract_makes_room_and_one_after_it_does_not() -> None:
    world = make_world()
    _scenario, first, second = _two(world, 0)
    actions.accept(actor=world.alice, application=first, reason="好", reserves=[second])
    cases.take_step(actor=world.alice, case=Case.objects.get(), step="end", reason="谈不拢")
    assert _states(first, second) == [State.FORFEITED, State.ACCEPTED]
    running = Case.objects.get(supplier=world.other_company)
    Case.objects.filter(pk=running.pk).update(state="contracted")
    with pytest.raises(Refused, match="已签合同"):
        actions.give_up(actor=world.dave, application=second, reason="不做了")
    assert _states(second) == [State.ACCEPTED]


def test_without_a_reserve_the_opportunity_falls_back_to_the_department() -> None:
    world = make_world()
    scenario, first, second = _two(world, 0)
    actions.accept(actor=world.alice, application=first, reason="好")
    actions.give_up(actor=world.carol, application=first, reason="产能不足")
    assert _states(first, second) == [State.FORFEITED, State.DECLINED]
    assert Scenario.objects.get(pk=scenario.pk).state == "closed"
    assert Notification.objects.filter(recipient=world.alice, kind="application_forfeited").exists()


def test_nobody_is_chosen_beside_a_choice() -> None:
    world = make_world()
    _scenario, first, second = _two(world, 5)
    actions.accept(actor=world.alice, application=first, reason="好", reserves=[second])
    with pytest.raises(Refused, match="已选定“合肥试验智能科技有限公司”"):
        actions.accept(actor=world.alice, application=second, reason="也好")
    with pytest.raises(Refused, match="已有结果"):
        actions.withdraw(actor=world.carol, application=first)
