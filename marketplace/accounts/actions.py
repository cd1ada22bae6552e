"""Verbs of people."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Office, User
from marketplace.accounts.rules import is_province_administrator
from marketplace.audit.actions import record
from marketplace.taxonomy.models import Region
from marketplace.web.verdicts import Refused

EDITORS = "reference data editors"


@transaction.atomic
def update_profile(*, actor: User, name: str, phone: str, language: str) -> User:
    """Change one's own data."""
    actor.name, actor.phone, actor.language = name, phone, language
    actor.save(update_fields=["name", "phone", "language"])
    return actor


@transaction.atomic
def grant_office(*, actor: User | None, user: User, role: str, region: Region | None = None) -> Office:
    """Give an office. `actor` is None for the command that makes the first administrator.

    Administrators of the province may also enter the staff screens and edit reference data there.
    """
    if actor is not None and not is_province_administrator(actor):
        raise Refused(_("只有省级管理员可以授予职务。"))
    office, is_new = Office.objects.get_or_create(user=user, role=role, region=region)
    if role == Office.Role.ADMINISTRATOR and region is None:
        group, _created = Group.objects.get_or_create(name=EDITORS)
        group.permissions.set(
            Permission.objects.filter(content_type__app_label="taxonomy", codename__regex="^(add|change|view)_")
        )
        user.groups.add(group)
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    record(
        actor=actor,
        verb="accounts.grant_office",
        target=user,
        detail={"role": role, "region": region.key if region else "", "new": is_new},
    )
    return office


@transaction.atomic
def revoke_office(*, actor: User, office: Office) -> None:
    """Take an office back; nobody takes his own."""
    if not is_province_administrator(actor):
        raise Refused(_("只有省级管理员可以撤销职务。"))
    if office.user_id == actor.pk:
        raise Refused(_("不能撤销自己的职务，请由另一位省级管理员办理。"))
    user = office.user
    record(actor=actor, verb="accounts.revoke_office", target=user, detail={"role": office.role})
    office.delete()
    if not user.offices.filter(role=Office.Role.ADMINISTRATOR, region__isnull=True).exists():
        user.groups.remove(*Group.objects.filter(name=EDITORS))
        user.is_staff = user.is_superuser
        user.save(update_fields=["is_staff"])
