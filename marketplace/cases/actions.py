"""Verbs of cases."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.applications.actions import accept
from marketplace.applications.models import Application
from marketplace.audit.actions import record
from marketplace.cases import rules
from marketplace.cases.models import RUNNING_STATES, Case
from marketplace.notifications.actions import tell
from marketplace.organisations.actions import count_running
from marketplace.web.verdicts import Refused, require


@transaction.atomic
def accept_application(*, actor: User, application: Application, reason: str, at: datetime | None = None) -> Case:
    """The department chooses an application, and the case opens with it in one transaction; both sides are told."""
    accepted = accept(actor=actor, application=application, reason=reason, at=at)
    scenario = accepted.scenario
    case = Case.objects.create(
        scenario=scenario,
        application=accepted,
        department=scenario.department,
        supplier=accepted.organisation,
        title=scenario.title,
    )
    record(actor=actor, verb="cases.open", target=case, detail={"application": accepted.pk})
    _count(actor, case)
    _tell(case, "case_opened", {})
    return case


@transaction.atomic
def take_step(*, actor: User, case: Case, step: str, reason: str = "") -> Case:
    """Move the case along one of `rules.STEPS`; both sides are told."""
    if step not in rules.STEPS:
        raise Refused(_("没有这个步骤。"))
    chosen = rules.STEPS[step]
    locked = Case.objects.select_for_update(of=("self",)).select_related("department", "supplier").get(pk=case.pk)
    require(rules.may_take(actor, locked, chosen))
    if chosen.needs_reason and not reason.strip():
        raise Refused(_("请写明原因。"))
    chosen.move(locked)
    locked.state_reason = reason.strip()
    locked.save()
    record(actor=actor, verb=f"cases.{step}", target=locked, detail={"reason": locked.state_reason})
    _count(actor, locked)
    _tell(locked, "case_moved", {"state": str(locked.get_state_display()), "reason": locked.state_reason})
    return locked


def _count(actor: User, case: Case) -> None:
    running = Case.objects.filter(supplier_id=case.supplier_id, state__in=RUNNING_STATES).count()
    count_running(actor=actor, organisation=case.supplier, running=running)


def _tell(case: Case, kind: str, context: dict[str, str]) -> None:
    tell(
        recipients=User.objects.filter(memberships__organisation__in=[case.department_id, case.supplier_id]),
        kind=kind,
        context={"case": case.title, **context},
        url=case.get_absolute_url(),
    )
