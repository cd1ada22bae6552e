"""The company's side: write, hand in, revise, take back."""

from collections.abc import Iterable
from copy import copy
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.applications import rules
from marketplace.applications.actions.locking import lock, tell_department
from marketplace.applications.gates import Attempt, closed
from marketplace.applications.models import Application, Attachment, Partner, State
from marketplace.applications.parts import missing_labels
from marketplace.applications.receipts import write_receipt
from marketplace.audit.actions import record
from marketplace.capabilities.models import Capability
from marketplace.organisations.models import Membership, Organisation
from marketplace.scenarios.actions import fix_terms, mark_in_matching
from marketplace.scenarios.models import ApplicationTerms, Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.web.uploads import described
from marketplace.web.verdicts import Refused, require


class Stale(Refused):
    """Somebody else saved in between; nothing was overwritten."""


@transaction.atomic
def draft(
    *,
    actor: User,
    scenario: Scenario,
    organisation: Organisation,
    files: Iterable[UploadedFile[Any]] = (),
    **content: Any,
) -> Application:
    """Begin an application; seen by the applicant alone until it is submitted. The opportunity's terms are fixed."""
    fix_terms(scenario=scenario, at=timezone.now())  # holds the opportunity: two drafts of one company meet here
    require(rules.may_apply_for(actor, scenario, organisation))
    application = Application(scenario=scenario, organisation=organisation, created_by=actor, **content)
    application.full_clean()
    application.save()
    _attach(actor, application, files)
    record(actor=actor, verb="applications.draft", target=application)
    return application


@transaction.atomic
def edit(
    *,
    actor: User,
    application: Application,
    files: Iterable[UploadedFile[Any]] = (),
    version: int | None = None,
    **content: Any,
) -> Application:
    """Save what was typed, complete or not. What was received already stands until the change is handed in.

    `version` is the one that the author had before the eyes; `Stale` when somebody saved since.
    """
    locked = lock(application)
    require(rules.may_edit(actor, locked))
    if version is not None and version != locked.version:
        raise Stale(_("您打开之后，共同填写人保存过新内容。您填写的还在本页；核对后再保存，将以您的为准。"))
    if locked.state == State.DRAFT:
        for name, value in content.items():
            setattr(locked, name, value)
    else:
        locked.revision_draft = {**(locked.revision_draft or {}), **{n: _plain(v) for n, v in content.items()}}
    locked.version += 1
    with_revision(copy(locked)).full_clean()
    locked.save()
    _attach(actor, locked, files)
    record(actor=actor, verb="applications.edit", target=locked, detail={"fields": sorted(content)})
    return locked


@transaction.atomic
def submit(*, actor: User, application: Application, at: datetime | None = None) -> Application:
    """Hand in, or hand in a revision: every gate is asked under lock, and a receipt proves content and time.

    The department is told, unless applications are sealed; the opportunity is in match-making.
    """
    at = at or timezone.now()
    scenario = Scenario.objects.select_for_update(of=("self",)).get(pk=application.scenario_id)
    locked = lock(application)
    require(rules.may_submit(actor, locked, at=at))
    terms = terms_of(scenario)
    with_revision(locked, write=True)
    _require_complete(locked, terms)
    if stops := closed(attempt_of(locked, terms, at)):
        raise Refused(
            _("不能提交：%(why)s") % {"why": " ".join(str(answer.stop.reason) for answer in stops if answer.stop)}
        )
    revised = locked.state == State.SUBMITTED
    if revised:
        locked.submit_again(at=at)
    else:
        locked.submit(at=at)
    locked.save()
    locked.partners.update(received=False)
    locked.partners.confirmed().update(received=True)
    receipt = write_receipt(application=locked, actor=actor, at=at)
    record(
        actor=actor,
        verb="applications.revise" if revised else "applications.submit",
        target=locked,
        detail={"receipt": receipt.number, "sha256": receipt.sha256},
    )
    sealed = terms.seals(at=at)
    mark_in_matching(actor=None if sealed else actor, scenario=locked.scenario)
    if not sealed:
        kind = "application_revised" if revised else "application_received"
        tell_department(locked, kind)
    return locked


@transaction.atomic
def withdraw(*, actor: User, application: Application) -> Application:
    """Take back; the department is told if it had received it and could see it."""
    locked = lock(application)
    require(rules.may_withdraw(actor, locked))
    was_received = locked.state != State.DRAFT
    locked.withdraw()
    locked.save()
    record(actor=actor, verb="applications.withdraw", target=locked)
    if was_received and not terms_of(locked.scenario).seals():
        tell_department(locked, "application_withdrawn")
    return locked


@transaction.atomic
def add_coauthor(*, actor: User, application: Application, person: User) -> None:
    """Let a colleague who may only read otherwise write this one."""
    locked = lock(application)
    require(rules.may_edit(actor, locked))
    if not Membership.objects.filter(organisation_id=locked.organisation_id, user=person).exists():
        raise Refused(_("只能请本单位的成员共同填写。请让负责人先把他加入单位。"))
    locked.coauthors.add(person)
    record(actor=actor, verb="applications.add_coauthor", target=locked, detail={"person": person.pk})


@transaction.atomic
def remove_coauthor(*, actor: User, application: Application, person: User) -> None:
    """The colleague reads only, as before."""
    locked = lock(application)
    require(rules.may_edit(actor, locked))
    locked.coauthors.remove(person)
    record(actor=actor, verb="applications.remove_coauthor", target=locked, detail={"person": person.pk})


@transaction.atomic
def drop_attachment(*, actor: User, attachment: Attachment) -> None:
    """Leave a file out. One that was received stays with its receipts, and leaves with the next one."""
    locked = lock(attachment.application)
    require(rules.may_edit(actor, locked))
    detail = {"name": attachment.name, "sha256": attachment.sha256}
    record(actor=actor, verb="applications.drop_attachment", target=locked, detail=detail)
    if attachment.first_receipt is None:
        attachment.delete()
        return
    Attachment.objects.filter(pk=attachment.pk).update(dropped=True)
    if locked.revision_draft is None:
        locked.revision_draft = {}
    locked.version += 1
    locked.save()


def attempt_of(application: Application, terms: ApplicationTerms, at: datetime) -> Attempt:
    """The application as the gates see it."""
    partners = list(application.partners.active().select_related("organisation__region"))
    joined = [partner.organisation for partner in partners if partner.state == Partner.State.CONFIRMED]
    waiting = tuple(partner.organisation.name for partner in partners if partner.state == Partner.State.INVITED)
    return Attempt(application.scenario, terms, (application.organisation, *joined), at, application.pk, waiting)


def with_revision(application: Application, *, write: bool = False) -> Application:
    """The application with its waiting changes on top; `write`: they become its content."""
    for name, value in (application.revision_draft or {}).items():
        setattr(application, name, _typed(name, value))
    if write:
        application.revision_draft = None
    return application


def _require_complete(application: Application, terms: ApplicationTerms) -> None:
    if missing := missing_labels(application, terms.parts):
        raise Refused(_("还不能提交，缺少：%(missing)s。草稿已保存，补齐后再提交。") % {"missing": "、".join(missing)})


def _plain(value: Any) -> str | int | None:
    if isinstance(value, Capability):
        return int(value.pk)
    return str(value) if isinstance(value, Decimal) else value


def _typed(name: str, value: Any) -> Any:
    if name == "capability":
        return Capability.objects.filter(pk=value).first()
    return Decimal(value) if name == "price_wan" and value is not None else value


def _attach(actor: User, application: Application, files: Iterable[UploadedFile[Any]]) -> None:
    added = False
    for file in files:
        attachment = Attachment(application=application, uploaded_by=actor, **described(file))
        attachment.full_clean()
        attachment.save()
        added = True
    if added and application.state == State.SUBMITTED and application.revision_draft is None:
        application.revision_draft = {}
        application.save(update_fields=["revision_draft"])
