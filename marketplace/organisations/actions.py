"""Verbs of organisations."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Office, User
from marketplace.audit.actions import record
from marketplace.notifications.actions import tell
from marketplace.organisations import rules
from marketplace.organisations.models import Membership, Organisation
from marketplace.taxonomy.models import Region, Sector
from marketplace.web.hints import hint
from marketplace.web.verdicts import Refused, require

RENEW = "marketplace.pairing.tasks.renew_matches"


@transaction.atomic
def register(
    *,
    actor: User,
    kind: str,
    name: str,
    wanted_sectors: Iterable[Sector] = (),
    served_regions: Iterable[Region] = (),
    **fields: Any,
) -> Organisation:
    """Register an organisation; the actor becomes its owner and administrators are told that it waits.

    Raises ValidationError when a constraint or validator of the model is broken.
    """
    require(rules.may_register(actor))
    organisation = Organisation(kind=kind, name=name, **fields)
    organisation.full_clean()
    organisation.save()
    organisation.wanted_sectors.set(wanted_sectors)
    organisation.served_regions.set(served_regions)
    Membership.objects.create(organisation=organisation, user=actor, role=Membership.Role.OWNER)
    rules.forget_memberships(actor)
    record(actor=actor, verb="organisations.register", target=organisation, detail={"kind": kind})
    _tell_administrators(organisation)
    return organisation


@transaction.atomic
def update_profile(
    *,
    actor: User,
    organisation: Organisation,
    wanted_sectors: Iterable[Sector] | None = None,
    served_regions: Iterable[Region] | None = None,
    **fields: Any,
) -> Organisation:
    """Change the profile; the name and credit code of a verified organisation stay as they were verified.

    What a supplier offers is matched anew after commit: its sectors, regions, contract sizes and capacity count.
    """
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require(rules.may_write_for(actor, locked))
    if locked.state == Organisation.State.VERIFIED:
        for name in ("name", "credit_code", "kind"):
            fields.pop(name, None)
    for name, value in fields.items():
        setattr(locked, name, value)
    if locked.state == Organisation.State.REJECTED:
        locked.resubmit()
    locked.profile_revision += 1
    locked.full_clean()
    locked.save()
    if wanted_sectors is not None:
        locked.wanted_sectors.set(wanted_sectors)
    if served_regions is not None:
        locked.served_regions.set(served_regions)
    record(actor=actor, verb="organisations.update_profile", target=locked, detail={"fields": sorted(fields)})
    if not locked.is_department:
        hint(RENEW)
    return locked


def count_running(*, actor: User | None, organisation: Organisation, running: int) -> Organisation:
    """How many cases a supplier has under way: told by the actions of cases, in their transaction."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if locked.running_here != running:
        locked.running_here = running
        locked.profile_revision += 1
        locked.save(update_fields=["running_here", "profile_revision", "updated_at"])
        record(actor=actor, verb="organisations.count_running", target=locked, detail={"running": running})
        hint(RENEW)
    return locked


@transaction.atomic
def verify(*, actor: User, organisation: Organisation) -> Organisation:
    """Accept the organisation's proof and tell its people."""
    locked = _lock_for_verification(actor, organisation, {Organisation.State.WAITING, Organisation.State.SUSPENDED})
    locked.verify()
    locked.save()
    record(actor=actor, verb="organisations.verify", target=locked)
    _tell_members(locked, "organisation_verified", {})
    return locked


@transaction.atomic
def reject(*, actor: User, organisation: Organisation, reason: str) -> Organisation:
    """Refuse the organisation's proof, with the reason its people read."""
    locked = _lock_for_verification(actor, organisation, {Organisation.State.WAITING})
    locked.reject(reason=reason)
    locked.save()
    record(actor=actor, verb="organisations.reject", target=locked, detail={"reason": reason})
    _tell_members(locked, "organisation_rejected", {"reason": reason})
    return locked


@transaction.atomic
def suspend(*, actor: User, organisation: Organisation, reason: str) -> Organisation:
    """Stop a verified organisation from acting, with the reason."""
    locked = _lock_for_verification(actor, organisation, {Organisation.State.VERIFIED})
    locked.suspend(reason=reason)
    locked.save()
    record(actor=actor, verb="organisations.suspend", target=locked, detail={"reason": reason})
    _tell_members(locked, "organisation_suspended", {"reason": reason})
    return locked


@transaction.atomic
def add_member(*, actor: User, organisation: Organisation, user: User, role: str) -> Membership:
    """Take a person into the organisation, or change the role that the person has there."""
    require(rules.may_manage_members(actor, organisation))
    if user == actor and role != Membership.Role.OWNER:
        raise Refused(_("不能取消自己的负责人身份；请先让另一位负责人接手。"))
    membership, created = Membership.objects.update_or_create(
        organisation=organisation, user=user, defaults={"role": role}
    )
    rules.forget_memberships(user)
    record(
        actor=actor,
        verb="organisations.add_member",
        target=organisation,
        detail={"user": user.pk, "role": role, "new": created},
    )
    return membership


@transaction.atomic
def remove_member(*, actor: User, membership: Membership) -> None:
    """Take a person out of the organisation; its last owner stays."""
    require(rules.may_manage_members(actor, membership.organisation))
    if membership.user_id == actor.pk:
        raise Refused(_("不能移除自己；请先让另一位负责人接手。"))
    record(
        actor=actor,
        verb="organisations.remove_member",
        target=membership.organisation,
        detail={"user": membership.user_id},
    )
    membership.delete()


def _lock_for_verification(actor: User, organisation: Organisation, states: set[str]) -> Organisation:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    require(rules.may_verify(actor, locked))
    if locked.state not in states:
        raise Refused(_("该单位的状态已经变化，请刷新后再办。"))
    return locked


def _tell_members(organisation: Organisation, kind: str, context: dict[str, str]) -> None:
    tell(
        recipients=User.objects.filter(memberships__organisation=organisation),
        kind=kind,
        context={"organisation": organisation.name, **context},
        url=organisation.get_absolute_url(),
    )


def _tell_administrators(organisation: Organisation) -> None:
    offices = Office.objects.filter(role=Office.Role.ADMINISTRATOR)
    if organisation.region:
        offices = Office.objects.administrators_of(organisation.region)
    else:
        offices = offices.filter(region__isnull=True)
    tell(
        recipients=User.objects.filter(offices__in=offices).distinct(),
        kind="organisation_waiting",
        context={"organisation": organisation.name},
        url=reverse("organisations:detail", args=[organisation.pk]),
    )
