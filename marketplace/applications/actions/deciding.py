"""The department's answer: one is chosen, the others are told; the second place moves up when the first fails.

Every verb here holds the opportunity first and the applications after it, so that tries at the same moment meet there:
one goes through, the others read what happened.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.applications import rules
from marketplace.applications.actions.locking import hold, lock, tell_applicants, tell_department
from marketplace.applications.models import UNDECIDED_STATES, Application, State
from marketplace.applications.outcomes import followers
from marketplace.audit.actions import record
from marketplace.scenarios.actions import mark_awarded, mark_decided, mark_fallen_back
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.taxonomy.workdays import add_workdays
from marketplace.web.verdicts import require

SECOND = 2  # the rank of the first reserve


@transaction.atomic
def accept(
    *,
    actor: User,
    application: Application,
    reason: str,
    at: datetime | None = None,
    reserves: Sequence[Application] = (),
    letters: Mapping[int, str] | None = None,
) -> Application:
    """Choose this application; everybody is told.

    Without a notice period it is accepted at once: the opportunity is awarded, and the apps above open the case. With
    one the choice is on public notice first, and becomes final by `finish_notices`. `reserves` are next in line, the
    second place first. `letters` holds what each of the others is told, by id of the application.
    """
    at = at or timezone.now()
    scenario = hold(application)
    locked = lock(application)
    require(rules.may_choose(actor, locked))
    _win(actor, locked, scenario, reason, at)
    letters = letters or {}
    for rank, reserve in enumerate(reserves, start=SECOND):
        _keep(actor, lock(reserve), rank, letters.get(reserve.pk, ""))
    others = Application.objects.filter(scenario_id=scenario.pk, state__in=UNDECIDED_STATES).order_by("pk")
    kept = {reserve.pk for reserve in reserves}
    for pk in others.exclude(pk__in=kept).values_list("pk", flat=True):
        other = lock(Application(pk=pk))
        standard = _("已选定其他申请单位。感谢参与，欢迎关注其他机会。")
        _decline(actor, other, letters.get(pk) or standard, at)
    return locked


@transaction.atomic
def decline(*, actor: User, application: Application, reason: str, at: datetime | None = None) -> Application:
    """Say no, with the reason that the applicant reads."""
    hold(application)
    locked = lock(application)
    require(rules.may_decide(actor, locked))
    _decline(actor, locked, reason, at or timezone.now())
    return locked


@transaction.atomic
def give_up(*, actor: User, application: Application, reason: str) -> Application:
    """The chosen company steps back before a contract; the second place moves up."""
    scenario = hold(application)
    locked = lock(application)
    require(rules.may_give_up(actor, locked))
    _fall(actor, locked, scenario, reason)
    return locked


@transaction.atomic
def fail(*, actor: User | None, application: Application, reason: str) -> Application:
    """The case ended before a contract: called by that action, which has asked the rules, in its transaction."""
    scenario = hold(application)
    locked = lock(application)
    if locked.state == State.ACCEPTED:
        _fall(actor, locked, scenario, reason)
    return locked


def finish_notices(*, at: datetime | None = None, limit: int = 100) -> int:
    """What the clock does: choices whose notice ran out without an open objection become final.

    Found by query, one transaction each, so that a run cut short is simply continued by the next.
    """
    at = at or timezone.now()
    due = Application.objects.notice_over(on=timezone.localdate(at)).order_by("notice_until", "pk")
    return sum(_finish(pk, at) for pk in due.values_list("pk", flat=True)[:limit])


@transaction.atomic
def _finish(pk: int, at: datetime) -> int:
    known = Application.objects.get(pk=pk)
    scenario = hold(known)
    locked = lock(known)
    if not Application.objects.notice_over(on=timezone.localdate(at)).filter(pk=pk).exists():
        return 0
    _make_final(None, locked, scenario, locked.reason, at)
    return 1


def _win(actor: User | None, application: Application, scenario: Scenario, reason: str, at: datetime) -> None:
    days = terms_of(scenario).notice_days
    if not days:
        _make_final(actor, application, scenario, reason, at)
        return
    application.choose(by=actor, at=at, reason=reason, until=add_workdays(timezone.localdate(at), days))
    application.save()
    detail = {"reason": reason, "until": str(application.notice_until)}
    record(actor=actor, verb="applications.choose", target=application, detail=detail)
    mark_decided(actor=actor, scenario=scenario)
    tell_applicants(application, "application_chosen", str(application.notice_until))


def _make_final(actor: User | None, application: Application, scenario: Scenario, reason: str, at: datetime) -> None:
    application.accept(by=actor or application.decided_by, at=at, reason=reason)
    application.save()
    record(actor=actor, verb="applications.accept", target=application, detail={"reason": reason})
    mark_awarded(actor=actor, scenario=scenario)
    tell_applicants(application, "application_accepted", reason)
    for follower in followers():
        follower.accepted(actor=actor, application=application)


def _fall(actor: User | None, application: Application, scenario: Scenario, reason: str) -> None:
    was_final = application.state == State.ACCEPTED
    application.forfeit(reason=reason)
    application.save()
    record(actor=actor, verb="applications.forfeit", target=application, detail={"reason": reason})
    if was_final:
        for follower in followers():
            follower.forfeited(actor=actor, application=application, reason=reason)
        mark_fallen_back(actor=actor, scenario=scenario)
    tell_department(application, "application_forfeited", reason)
    tell_applicants(application, "application_forfeited", reason)
    following = Application.objects.filter(scenario_id=scenario.pk).reserves().first()
    if following is None:
        return
    locked = lock(following)
    record(actor=actor, verb="applications.move_up", target=locked, detail={"rank": locked.reserve_rank})
    _win(actor, locked, Scenario.objects.get(pk=scenario.pk), _("原选定单位未能签约，按名次递补。"), timezone.now())


def _keep(actor: User, application: Application, rank: int, letter: str) -> None:
    require(rules.may_decide(actor, application))
    application.keep(rank=rank, reason=letter or _("列为候补。原选定单位未能签约时，按名次递补。"))
    application.save()
    record(actor=actor, verb="applications.keep", target=application, detail={"rank": rank})
    tell_applicants(application, "application_reserve", application.reason)


def _decline(actor: User, application: Application, reason: str, at: datetime) -> None:
    application.decline(by=actor, at=at, reason=reason)
    application.save()
    record(actor=actor, verb="applications.decline", target=application, detail={"reason": reason})
    tell_applicants(application, "application_declined", reason)
