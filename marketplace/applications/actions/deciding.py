"""The department's answer: one is chosen, the others are told."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.applications import rules
from marketplace.applications.actions.locking import lock, tell_applicants
from marketplace.applications.models import Application
from marketplace.audit.actions import record
from marketplace.scenarios.actions import mark_awarded
from marketplace.scenarios.models import Scenario
from marketplace.web.verdicts import require


@transaction.atomic
def accept(*, actor: User, application: Application, reason: str, at: datetime | None = None) -> Application:
    """Choose this application: the opportunity is awarded, all others waiting are declined, everybody is told.

    Called by `cases.actions.accept_application`, which opens the case in the same transaction.
    """
    at = at or timezone.now()
    # The opportunity is locked first: two officers accepting two applicants meet here, and the later is refused.
    Scenario.objects.select_for_update().get(pk=application.scenario_id)
    locked = lock(application)
    require(rules.may_decide(actor, locked))
    locked.accept(by=actor, at=at, reason=reason)
    locked.save()
    record(actor=actor, verb="applications.accept", target=locked, detail={"reason": reason})
    mark_awarded(actor=actor, scenario=locked.scenario)
    tell_applicants(locked, "application_accepted", reason)
    others = Application.objects.submitted().filter(scenario_id=locked.scenario_id).order_by("pk")
    for other in others.select_for_update(of=("self",)).select_related("scenario__department", "organisation"):
        _decline(actor, other, _("已选定其他申请单位。感谢参与，欢迎关注其他机会。"), at)
    return locked


@transaction.atomic
def decline(*, actor: User, application: Application, reason: str, at: datetime | None = None) -> Application:
    """Say no, with the reason that the applicant reads."""
    locked = lock(application)
    require(rules.may_decide(actor, locked))
    _decline(actor, locked, reason, at or timezone.now())
    return locked


def _decline(actor: User, application: Application, reason: str, at: datetime) -> None:
    application.decline(by=actor, at=at, reason=reason)
    application.save()
    record(actor=actor, verb="applications.decline", target=application, detail={"reason": reason})
    tell_applicants(application, "application_declined", reason)
