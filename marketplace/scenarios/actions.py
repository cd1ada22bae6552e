"""Verbs of opportunities."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Office, User
from marketplace.audit.actions import record
from marketplace.notifications.actions import tell
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import may_write_for
from marketplace.scenarios import rules
from marketplace.scenarios.models import ApplicationTerms, Attachment, Scenario, State
from marketplace.scenarios.quality import missing_for_review
from marketplace.scenarios.terms import terms_of
from marketplace.web.hints import hint
from marketplace.web.uploads import described
from marketplace.web.verdicts import Refused, require

RENEW = "marketplace.pairing.tasks.renew_matches"
MANY = ("modalities", "deployments", "required", "preferred", "waived")


@transaction.atomic
def draft(
    *, actor: User, department: Organisation, files: Iterable[UploadedFile[Any]] = (), **content: Any
) -> Scenario:
    """Begin an opportunity. `content` holds fields of the model; nothing is seen outside the department."""
    require(may_write_for(actor, department))
    if not department.is_department:
        raise Refused(_("只有政府部门可以发布场景机会。"))
    many = _take_many(content)
    scenario = Scenario(department=department, created_by=actor, **content)
    scenario.region = scenario.region or department.region
    scenario.full_clean()
    scenario.save()
    _set_many(scenario, many)
    _attach(actor, scenario, files)
    record(actor=actor, verb="scenarios.draft", target=scenario)
    return scenario


@transaction.atomic
def edit(*, actor: User, scenario: Scenario, files: Iterable[UploadedFile[Any]] = (), **content: Any) -> Scenario:
    """Change the content. A published text becomes a new revision, whose matches are renewed after commit."""
    locked = Scenario.objects.select_for_update(of=("self",)).select_related("department").get(pk=scenario.pk)
    require(rules.may_edit(actor, locked))
    require(rules.may_move_deadline(terms_of(locked), locked.closes_at, content.get("closes_at", locked.closes_at)))
    many = _take_many(content)
    changed = sorted(name for name, value in content.items() if getattr(locked, name) != value)
    for name, value in content.items():
        setattr(locked, name, value)
    locked.revision += 1
    locked.full_clean()
    locked.save()
    _set_many(locked, many)
    _attach(actor, locked, files)
    record(actor=actor, verb="scenarios.edit", target=locked, detail={"fields": changed, "revision": locked.revision})
    if locked.is_public:
        hint(RENEW)
    return locked


@transaction.atomic
def set_terms(*, actor: User, scenario: Scenario, **content: Any) -> ApplicationTerms:
    """Choose what applications are asked for, instead of the mode's defaults."""
    locked = _lock(scenario)
    terms = terms_of(locked)
    require(rules.may_set_terms(actor, locked, terms))
    for name, value in content.items():
        setattr(terms, name, value)
    terms.full_clean()
    terms.save()
    record(actor=actor, verb="scenarios.set_terms", target=locked, detail={"parts": terms.parts})
    return terms


def fix_terms(*, scenario: Scenario, at: datetime) -> ApplicationTerms:
    """From now on the terms stand: called when a company begins to apply, in that transaction.

    What stood in the mode's defaults is written down, so that a later change of the mode changes nothing here.
    """
    terms = terms_of(_lock(scenario))
    if terms.fixed_at is None:
        terms.fixed_at = at
        terms.save()
    return terms


@transaction.atomic
def remove_attachment(*, actor: User, attachment: Attachment) -> None:
    """Take a file away; its name and hash stay in the journal."""
    require(rules.may_edit(actor, attachment.scenario))
    record(
        actor=actor,
        verb="scenarios.remove_attachment",
        target=attachment.scenario,
        detail={"name": attachment.name, "sha256": attachment.sha256},
    )
    attachment.delete()


@transaction.atomic
def submit(*, actor: User, scenario: Scenario, at: datetime | None = None) -> Scenario:
    """Hand in for review; the region's administrators are told. Refused while something needed is missing."""
    at = at or timezone.now()
    locked = _lock(scenario)
    require(rules.may_submit(actor, locked))
    if missing := missing_for_review(locked, at=at):
        raise Refused(_("还不能提交：%(missing)s") % {"missing": "；".join(str(item.message) for item in missing)})
    locked.submit(at=at)
    locked.save()
    record(actor=actor, verb="scenarios.submit", target=locked)
    offices = Office.objects.filter(role=Office.Role.ADMINISTRATOR, region__isnull=True)
    if locked.region:
        offices = Office.objects.administrators_of(locked.region)
    tell(
        recipients=User.objects.filter(offices__in=offices).distinct(),
        kind="scenario_submitted",
        context={"department": locked.department.name, "scenario": locked.title},
        url=locked.get_absolute_url(),
    )
    return locked


@transaction.atomic
def publish(*, actor: User, scenario: Scenario, at: datetime | None = None) -> Scenario:
    """Approve: everybody may read it, the department is told, matches are computed after commit."""
    at = at or timezone.now()
    locked = _lock(scenario)
    require(rules.may_review(actor, locked))
    locked.publish(at=at)
    locked.save()
    record(actor=actor, verb="scenarios.publish", target=locked)
    _tell_department(locked, "scenario_published", {})
    hint(RENEW)
    return locked


@transaction.atomic
def give_back(*, actor: User, scenario: Scenario, reason: str) -> Scenario:
    """Return for changes, with the reason that the department reads."""
    locked = _lock(scenario)
    require(rules.may_review(actor, locked))
    locked.give_back(reason=reason)
    locked.save()
    record(actor=actor, verb="scenarios.give_back", target=locked, detail={"reason": reason})
    _tell_department(locked, "scenario_returned", {"reason": reason})
    return locked


@transaction.atomic
def withdraw(*, actor: User, scenario: Scenario, reason: str) -> Scenario:
    """Take back, with a reason; its matches vanish after commit."""
    locked = _lock(scenario)
    require(rules.may_withdraw(actor, locked))
    locked.withdraw(reason=reason)
    locked.save()
    record(actor=actor, verb="scenarios.withdraw", target=locked, detail={"reason": reason})
    hint(RENEW)
    return locked


@transaction.atomic
def hold(*, actor: User, scenario: Scenario, reason: str) -> Scenario:
    """Pause, with a reason."""
    locked = _lock(scenario)
    require(rules.may_pause(actor, locked))
    if locked.state == State.ON_HOLD:
        raise Refused(_("这条机会已经搁置。"))
    locked.hold(reason=reason)
    locked.save()
    record(actor=actor, verb="scenarios.hold", target=locked, detail={"reason": reason})
    hint(RENEW)
    return locked


@transaction.atomic
def resume(*, actor: User, scenario: Scenario) -> Scenario:
    """Go on after a pause."""
    locked = _lock(scenario)
    require(rules.may_pause(actor, locked))
    if locked.state != State.ON_HOLD:
        raise Refused(_("这条机会没有搁置。"))
    locked.resume()
    locked.save()
    record(actor=actor, verb="scenarios.resume", target=locked)
    hint(RENEW)
    return locked


def mark_in_matching(*, actor: User | None, scenario: Scenario) -> Scenario:
    """A first company has come: called by the actions of applications and invitations, in their transaction.

    Without an actor when the opportunity's journal must not tell who came, because applications are sealed.
    """
    locked = _lock(scenario)
    if locked.state == State.PUBLISHED:
        locked.begin_matching()
        locked.save()
        record(actor=actor, verb="scenarios.begin_matching", target=locked)
    return locked


def mark_decided(*, actor: User | None, scenario: Scenario) -> Scenario:
    """One was chosen and is on public notice: no more applications. Called by that action, in its transaction."""
    locked = _lock(scenario)
    if locked.state in {State.PUBLISHED, State.IN_MATCHING}:
        locked.close(reason=str(_("已选定，公示中")))
        locked.save()
        record(actor=actor, verb="scenarios.close", target=locked)
        hint(RENEW)
    return locked


def mark_fallen_back(*, actor: User | None, scenario: Scenario) -> Scenario:
    """The accepted company did not sign: called by that action, in its transaction."""
    locked = _lock(scenario)
    locked.fall_back()
    locked.save()
    record(actor=actor, verb="scenarios.fall_back", target=locked)
    hint(RENEW)
    return locked


def mark_awarded(*, actor: User | None, scenario: Scenario) -> Scenario:
    """An application was accepted: called by that action, which has asked the rules, in its transaction."""
    locked = _lock(scenario)
    if locked.state not in {State.PUBLISHED, State.IN_MATCHING, State.CLOSED}:
        raise Refused(_("这条机会现在是“%(state)s”，不能签约。") % {"state": locked.get_state_display()})
    locked.award()
    locked.save()
    record(actor=actor, verb="scenarios.award", target=locked)
    hint(RENEW)
    return locked


def end_overdue(*, at: datetime | None = None, limit: int = 200) -> int:
    """What the clock does: opportunities past their deadline are closed, or expire when nobody came.

    Found by query, one transaction each, so that a run cut short is simply continued by the next.
    """
    at = at or timezone.now()
    ended = 0
    for pk in Scenario.objects.overdue(at=at).order_by("closes_at").values_list("pk", flat=True)[:limit]:
        ended += _end(pk, at)
    return ended


@transaction.atomic
def _end(pk: int, at: datetime) -> int:
    scenario = Scenario.objects.select_for_update(skip_locked=True).overdue(at=at).filter(pk=pk).first()
    if scenario is None:
        return 0
    if scenario.state == State.PUBLISHED:
        scenario.expire()
        _tell_department(scenario, "scenario_expired", {})
    else:
        scenario.close(reason=str(_("已过截止时间")))
    scenario.save()
    record(actor=None, verb="scenarios.end_overdue", target=scenario)
    hint(RENEW)
    return 1


def _lock(scenario: Scenario) -> Scenario:
    return (
        Scenario.objects.select_for_update(of=("self",))
        .select_related("department__region", "region")
        .get(pk=scenario.pk)
    )


def _take_many(content: dict[str, Any]) -> dict[str, Iterable[models.Model]]:
    return {name: content.pop(name) for name in MANY if name in content}


def _set_many(scenario: Scenario, many: Mapping[str, Iterable[models.Model]]) -> None:
    for name, rows in many.items():
        getattr(scenario, name).set(rows)


def _attach(actor: User, scenario: Scenario, files: Iterable[UploadedFile[Any]]) -> None:
    for file in files:
        attachment = Attachment(scenario=scenario, uploaded_by=actor, **described(file))
        attachment.full_clean()
        attachment.save()


def _tell_department(scenario: Scenario, kind: str, context: Mapping[str, str]) -> None:
    tell(
        recipients=User.objects.filter(memberships__organisation_id=scenario.department_id),
        kind=kind,
        context={"scenario": scenario.title, **context},
        url=scenario.get_absolute_url(),
    )
