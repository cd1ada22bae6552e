"""Verbs of capabilities."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.actions import record
from marketplace.capabilities import rules
from marketplace.capabilities.models import Capability, State
from marketplace.capabilities.quality import missing_for_publishing
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import may_write_for
from marketplace.web.hints import hint
from marketplace.web.verdicts import Refused, require

RENEW = "marketplace.pairing.tasks.renew_matches"
MANY = ("sectors", "modalities", "deployments", "offered", "lacking", "modes")


@transaction.atomic
def draft(*, actor: User, organisation: Organisation, **content: Any) -> Capability:
    """Begin a capability; nothing is seen outside the organisation."""
    require(may_write_for(actor, organisation))
    if organisation.is_department:
        raise Refused(_("政府部门发布场景机会；场景能力由企业、高校、院所发布。"))
    many = _take_many(content)
    capability = Capability(organisation=organisation, created_by=actor, **content)
    capability.full_clean()
    capability.save()
    _set_many(capability, many)
    record(actor=actor, verb="capabilities.draft", target=capability)
    return capability


@transaction.atomic
def edit(*, actor: User, capability: Capability, **content: Any) -> Capability:
    """Change the content. A published text becomes a new revision, whose matches are renewed after commit."""
    locked = _lock(capability)
    require(rules.may_edit(actor, locked))
    many = _take_many(content)
    changed = sorted(name for name, value in content.items() if getattr(locked, name) != value)
    for name, value in content.items():
        setattr(locked, name, value)
    locked.revision += 1
    locked.full_clean()
    locked.save()
    _set_many(locked, many)
    record(
        actor=actor, verb="capabilities.edit", target=locked, detail={"fields": changed, "revision": locked.revision}
    )
    if locked.state == State.PUBLISHED:
        hint(RENEW)
    return locked


@transaction.atomic
def publish(*, actor: User, capability: Capability, at: datetime | None = None) -> Capability:
    """Show it to everybody; matches are computed after commit. Refused while something needed is missing."""
    locked = _lock(capability)
    require(rules.may_publish(actor, locked))
    if missing := missing_for_publishing(locked):
        raise Refused(_("还不能发布：%(missing)s") % {"missing": "；".join(str(gap.message) for gap in missing)})
    locked.publish()
    locked.published_at = locked.published_at or at or timezone.now()
    locked.save()
    record(actor=actor, verb="capabilities.publish", target=locked)
    hint(RENEW)
    return locked


@transaction.atomic
def withdraw(*, actor: User, capability: Capability) -> Capability:
    """Take it off the market; its matches vanish after commit."""
    locked = _lock(capability)
    require(rules.may_withdraw(actor, locked))
    locked.withdraw()
    locked.save()
    record(actor=actor, verb="capabilities.withdraw", target=locked)
    hint(RENEW)
    return locked


def _lock(capability: Capability) -> Capability:
    return (
        Capability.objects.select_for_update(of=("self",)).select_related("organisation__region").get(pk=capability.pk)
    )


def _take_many(content: dict[str, Any]) -> dict[str, Iterable[models.Model]]:
    return {name: content.pop(name) for name in MANY if name in content}


def _set_many(capability: Capability, many: Mapping[str, Iterable[models.Model]]) -> None:
    for name, rows in many.items():
        getattr(capability, name).set(rows)
