"""Tries at the same moment to choose, take back and decline: one wins, the others are told why."""

import pytest

from benchmarks.contest import contest
from marketplace.applications import actions
from marketplace.applications.models import Application, State
from marketplace.audit.models import Entry
from marketplace.cases.models import Case
from tests.world import make_world, published_scenario, submitted_application

pytestmark = pytest.mark.django_db(transaction=True)
DECIDING = {"applications.accept", "applications.decline", "applications.withdraw"}


def test_one_application_is_decided_once() -> None:
    world = make_world()
    application = submitted_application(world, published_scenario(world))
    kinds = {
        "accept": lambda: actions.accept(actor=world.alice, application=application, reason="好"),
        "withdraw": lambda: actions.withdraw(actor=world.carol, application=application),
        "decline": lambda: actions.decline(actor=world.alice, application=application, reason="不合适"),
    }
    outcome = contest([(name, kinds[name]) for name in list(kinds) * 4])
    assert outcome.broke == []
    assert len(outcome.won) == 1
    assert sum(outcome.told.values()) == 11
    state = Application.objects.get().state
    assert {"accept": State.ACCEPTED, "withdraw": State.WITHDRAWN, "decline": State.DECLINED}[outcome.won[0]] == state
    assert all(str(State(state).label) in reason or "选定" in reason for reason in outcome.told)
    assert Entry.objects.filter(verb__in=DECIDING).count() == 1
    assert Case.objects.count() == (outcome.won[0] == "accept")


def test_one_of_two_applicants_is_chosen() -> None:
    world = make_world()
    scenario = published_scenario(world)
    both = [submitted_application(world, scenario), submitted_application(world, scenario, by="dave")]
    tries = [
        (str(one.pk), lambda one=one: actions.accept(actor=world.alice, application=one, reason="好"))  # type: ignore[misc]
        for one in both * 4
    ]
    outcome = contest(tries)
    assert (len(outcome.won), outcome.broke) == (1, [])
    winner = Application.objects.get(state=State.ACCEPTED)
    assert outcome.won == [str(winner.pk)]
    assert Application.objects.filter(state=State.DECLINED).count() == 1
    assert Case.objects.get().application == winner
    assert Entry.objects.filter(verb="applications.accept").count() == 1
