"""Verbs of cases."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.applications.actions import accept, fail
from marketplace.applications.models import Application
from marketplace.audit.actions import record
from marketplace.cases import rules
from marketplace.cases.models import RUNNING_STATES, Case, State
from marketplace.notifications.actions import tell
from marketplace.organisations.actions import count_running
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.web.verdicts import Refused, require


@transaction.atomic
def accept_application(*, actor: User, application: Application, reason: str, at: datetime | None = None) -> Case:
    """The department chooses an application without a notice period, and the case opens in the same transaction.

    Refused when the opportunity's terms ask for a notice: its case opens when that has run out.
    """
    if terms_of(application.scenario).notice_days:
        raise Refused(_("这条机会要先公示，请在“选定申请单位”页面办理。"))
    accepted = accept(actor=actor, application=application, reason=reason, at=at)
    return Case.objects.select_related("department", "supplier").get(application=accepted)


def open_case(*, actor: User | None, application: Application) -> Case:
    """An application was accepted: its case opens in that transaction; both sides are told."""
    scenario = application.scenario
    case = Case.objects.create(
        scenario=scenario,
        application=application,
        department=scenario.department,
        supplier=application.organisation,
        title=scenario.title,
    )
    record(actor=actor, verb="cases.open", target=case, detail={"application": application.pk})
    _count(actor, case)
    _tell(case, "case_opened", {})
    return case


def end_unsigned(*, actor: User | None, application: Application, reason: str) -> None:
    """The choice fell: its case ends, as long as no contract was signed. Refused afterwards."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("department", "supplier")
        .get(application=application)
    )
    if case.state == State.ENDED:
        return
    if case.state != State.PREPARING:
        raise Refused(_("案例已签合同，不能放弃；请与对方协商，在案例里终止。"))
    case.end()
    case.state_reason = reason
    case.save()
    record(actor=actor, verb="cases.end", target=case, detail={"reason": reason})
    _count(actor, case)
    _tell(case, "case_moved", {"state": str(case.get_state_display()), "reason": reason})


@transaction.atomic
def take_step(*, actor: User, case: Case, step: str, reason: str = "") -> Case:
    """Move the case along one of `rules.STEPS`; both sides are told."""
    if step not in rules.STEPS:
        raise Refused(_("没有这个步骤。"))
    chosen = rules.STEPS[step]
    # The opportunity first, as everything that decides: a company giving up and a contract being signed meet here.
    Scenario.objects.select_for_update(of=("self",)).get(pk=case.scenario_id)
    locked = Case.objects.select_for_update(of=("self",)).select_related("department", "supplier").get(pk=case.pk)
    require(rules.may_take(actor, locked, chosen))
    if chosen.needs_reason and not reason.strip():
        raise Refused(_("请写明原因。"))
    was_unsigned = locked.state == State.PREPARING
    chosen.move(locked)
    locked.state_reason = reason.strip()
    locked.save()
    record(actor=actor, verb=f"cases.{step}", target=locked, detail={"reason": locked.state_reason})
    _count(actor, locked)
    _tell(locked, "case_moved", {"state": str(locked.get_state_display()), "reason": locked.state_reason})
    if was_unsigned and locked.state == State.ENDED:
        fail(actor=actor, application=locked.application, reason=locked.state_reason)
    return locked


def _count(actor: User | None, case: Case) -> None:
    running = Case.objects.filter(supplier_id=case.supplier_id, state__in=RUNNING_STATES).count()
    count_running(actor=actor, organisation=case.supplier, running=running)


def _tell(case: Case, kind: str, context: dict[str, str]) -> None:
    tell(
        recipients=User.objects.filter(memberships__organisation__in=[case.department_id, case.supplier_id]),
        kind=kind,
        context={"case": case.title, **context},
        url=case.get_absolute_url(),
    )
