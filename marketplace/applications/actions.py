"""Verbs of applications."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.applications import rules
from marketplace.applications.models import Application, Attachment, State
from marketplace.audit.actions import record
from marketplace.notifications.actions import tell
from marketplace.organisations.models import Organisation
from marketplace.scenarios.actions import mark_awarded, mark_in_matching
from marketplace.scenarios.models import Scenario
from marketplace.web.uploads import described
from marketplace.web.verdicts import require


@transaction.atomic
def draft(
    *,
    actor: User,
    scenario: Scenario,
    organisation: Organisation,
    files: Iterable[UploadedFile[Any]] = (),
    **content: Any,
) -> Application:
    """Begin an application; seen by the applicant alone until it is submitted."""
    require(rules.may_apply_for(actor, scenario, organisation))
    application = Application(scenario=scenario, organisation=organisation, created_by=actor, **content)
    application.full_clean()
    application.save()
    _attach(actor, application, files)
    record(actor=actor, verb="applications.draft", target=application)
    return application


@transaction.atomic
def edit(
    *, actor: User, application: Application, files: Iterable[UploadedFile[Any]] = (), **content: Any
) -> Application:
    """Change a draft."""
    locked = _lock(application)
    require(rules.may_edit(actor, locked))
    for name, value in content.items():
        setattr(locked, name, value)
    locked.full_clean()
    locked.save()
    _attach(actor, locked, files)
    record(actor=actor, verb="applications.edit", target=locked, detail={"fields": sorted(content)})
    return locked


@transaction.atomic
def submit(*, actor: User, application: Application, at: datetime | None = None) -> Application:
    """Hand in: the time of receipt is fixed, the department is told, the opportunity is in match-making."""
    at = at or timezone.now()
    locked = _lock(application)
    require(rules.may_submit(actor, locked, at=at))
    if not locked.proposal.strip():
        raise ValidationError({"proposal": _("请写明实施方案，再提交。")})
    locked.submit(at=at)
    locked.save()
    record(actor=actor, verb="applications.submit", target=locked)
    mark_in_matching(actor=actor, scenario=locked.scenario)
    _tell(locked, locked.scenario.department, "application_received", "")
    return locked


@transaction.atomic
def withdraw(*, actor: User, application: Application) -> Application:
    """Take back; the department is told if it had received it."""
    locked = _lock(application)
    require(rules.may_withdraw(actor, locked))
    was_received = locked.state == State.SUBMITTED
    locked.withdraw()
    locked.save()
    record(actor=actor, verb="applications.withdraw", target=locked)
    if was_received:
        _tell(locked, locked.scenario.department, "application_withdrawn", "")
    return locked


@transaction.atomic
def accept(*, actor: User, application: Application, reason: str, at: datetime | None = None) -> Application:
    """Choose this application: the opportunity is awarded, all others waiting are declined, everybody is told.

    Called by `cases.actions.accept_application`, which opens the case in the same transaction.
    """
    at = at or timezone.now()
    # The opportunity is locked first: two officers accepting two applicants meet here, and the later is refused.
    Scenario.objects.select_for_update().get(pk=application.scenario_id)
    locked = _lock(application)
    require(rules.may_decide(actor, locked))
    locked.accept(by=actor, at=at, reason=reason)
    locked.save()
    record(actor=actor, verb="applications.accept", target=locked, detail={"reason": reason})
    mark_awarded(actor=actor, scenario=locked.scenario)
    _tell(locked, locked.organisation, "application_accepted", reason)
    others = Application.objects.submitted().filter(scenario_id=locked.scenario_id).order_by("pk")
    for other in others.select_for_update(of=("self",)).select_related("scenario__department", "organisation"):
        _decline(actor, other, _("已选定其他申请单位。感谢参与，欢迎关注其他机会。"), at)
    return locked


@transaction.atomic
def decline(*, actor: User, application: Application, reason: str, at: datetime | None = None) -> Application:
    """Say no, with the reason that the applicant reads."""
    locked = _lock(application)
    require(rules.may_decide(actor, locked))
    _decline(actor, locked, reason, at or timezone.now())
    return locked


def _decline(actor: User, application: Application, reason: str, at: datetime) -> None:
    application.decline(by=actor, at=at, reason=reason)
    application.save()
    record(actor=actor, verb="applications.decline", target=application, detail={"reason": reason})
    _tell(application, application.organisation, "application_declined", reason)


def _lock(application: Application) -> Application:
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("scenario__department__region", "organisation__region")
        .get(pk=application.pk)
    )


def _attach(actor: User, application: Application, files: Iterable[UploadedFile[Any]]) -> None:
    for file in files:
        attachment = Attachment(application=application, uploaded_by=actor, **described(file))
        attachment.full_clean()
        attachment.save()


def _tell(application: Application, organisation: Organisation, kind: str, reason: str) -> None:
    tell(
        recipients=User.objects.filter(memberships__organisation=organisation),
        kind=kind,
        context={
            "scenario": application.scenario.title,
            "department": application.scenario.department.name,
            "organisation": application.organisation.name,
            "reason": reason,
        },
        url=application.get_absolute_url(),
    )
