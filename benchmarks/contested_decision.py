"""Fifty tries at once to accept, take back or decline one application: one wins, beside the way without a lock."""

from collections.abc import Callable
from statistics import quantiles
from typing import Any

import django

from benchmarks.contest import Outcome, Try, contest
from benchmarks.report import Figure, show

TRIES = 50
ROUNDS = 4
WAIT_GOAL_S = 5.0  # the last of fifty in the queue


def run() -> int:
    """Fresh opportunities, fifty threads with their own connections each; then the naive way on another."""
    django.setup()
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        return show(_measure())
    finally:
        teardown_databases(databases, verbosity=0)


def _measure() -> list[Figure]:
    from tests.world import make_world, published_scenario, submitted_application

    world = make_world()
    kinds = [_one_application(world, published_scenario, submitted_application) for _round in range(ROUNDS)]
    award = _two_applicants(world, published_scenario, submitted_application)
    naive = _naive(world, published_scenario, submitted_application)
    outcomes = [*(outcome for outcome, _entries in kinds), award[0]]
    entries = [*(found for _outcome, found in kinds), award[1]]
    waits = [wait for outcome in outcomes for wait in outcome.waits]
    most, least = max(len(outcome.won) for outcome in outcomes), min(len(outcome.won) for outcome in outcomes)
    peer = f"{naive} winners by reading, then writing without a lock"
    return [
        Figure("winners of fifty tries, most of any round", most, 1, "", peer=peer),
        Figure("winners of fifty tries, least of any round", least, 1, "", least=True),
        Figure("told why, least of any round", min(_told(one) for one in outcomes), TRIES - 1, "", least=True),
        Figure("errors that no person could read", sum(len(one.broke) for one in outcomes), 0, ""),
        Figure("decisions in the journal, most of any round", max(entries), 1, ""),
        Figure("wait of a try, p95", quantiles(waits, n=20)[-1], WAIT_GOAL_S, "s"),
    ]


def _told(outcome: Outcome) -> int:
    return sum(outcome.told.values())


def _one_application(world: Any, publish: Any, submit: Any) -> tuple[Outcome, int]:
    from marketplace.applications import actions

    application = submit(world, publish(world))
    kinds: list[tuple[str, Try]] = [
        ("accept", lambda: actions.accept(actor=world.alice, application=application, reason="好")),
        ("withdraw", lambda: actions.withdraw(actor=world.carol, application=application)),
        ("decline", lambda: actions.decline(actor=world.alice, application=application, reason="不合适")),
    ]
    outcome = contest([kinds[number % len(kinds)] for number in range(TRIES)])
    return outcome, _decisions([application.pk])


def _two_applicants(world: Any, publish: Any, submit: Any) -> tuple[Outcome, int]:
    from marketplace.applications import actions

    scenario = publish(world)
    both = [submit(world, scenario), submit(world, scenario, by="dave")]

    def award(application: Any) -> Callable[[], object]:
        return lambda: actions.accept(actor=world.alice, application=application, reason="好")

    outcome = contest([("award", award(both[number % 2])) for number in range(TRIES)])
    return outcome, _decisions([application.pk for application in both], verbs=("applications.accept",))


def _decisions(
    ids: list[int], verbs: tuple[str, ...] = ("applications.accept", "applications.withdraw", "applications.decline")
) -> int:
    from marketplace.audit.models import Entry

    return Entry.objects.filter(verb__in=verbs, target_id__in=[str(pk) for pk in ids]).count()


def _naive(world: Any, publish: Any, submit: Any) -> int:
    """Winners when each reads the state, finds it open, and writes: the way that looks right when tried alone."""
    from marketplace.applications.models import Application, State
    from marketplace.web.verdicts import Refused

    application = submit(world, publish(world))

    def decide() -> None:
        row = Application.objects.get(pk=application.pk)
        if row.state != State.SUBMITTED:
            raise Refused(row.get_state_display())
        row.decline(by=world.alice, at=row.submitted_at, reason="不合适")
        row.save()

    return len(contest([("decide", decide)] * TRIES).won)
