"""Who may do what for an organisation."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.rules import AnyUser, administers
from marketplace.organisations.models import Membership, Organisation
from marketplace.web.verdicts import ALLOWED, Verdict, refuse

EDITING = {Membership.Role.OWNER, Membership.Role.EDITOR}


def memberships_of(user: AnyUser) -> list[Membership]:
    """The person's memberships with their organisations, read once per loaded user."""
    if not isinstance(user, User) or not user.is_active:
        return []
    cached: list[Membership] | None = getattr(user, "_memberships_read", None)
    if cached is None:
        cached = list(Membership.objects.filter(user=user).select_related("organisation__region").order_by("pk"))
        user._memberships_read = cached  # type: ignore[attr-defined]  # lives as long as this loaded person
    return cached


def forget_memberships(user: User) -> None:
    """After a change of memberships: read them anew."""
    if hasattr(user, "_memberships_read"):
        del user._memberships_read


def organisation_ids(user: AnyUser) -> list[int]:
    """Ids of the organisations that the person belongs to in any role."""
    return [membership.organisation_id for membership in memberships_of(user)]


def writing_organisations(user: AnyUser, *, departments: bool | None = None) -> list[Organisation]:
    """Organisations for which the person may write; both sides, or one."""
    return [
        membership.organisation
        for membership in memberships_of(user)
        if membership.role in EDITING and (departments is None or membership.organisation.is_department == departments)
    ]


def belongs_to(user: AnyUser, organisation_id: int) -> bool:
    """Whether the person is a member in any role."""
    return organisation_id in organisation_ids(user)


def may_write_for(user: AnyUser, organisation: Organisation) -> Verdict:
    """Drafting, editing: owners and editors of an organisation that is not suspended."""
    membership = next((m for m in memberships_of(user) if m.organisation_id == organisation.pk), None)
    if membership is None:
        return refuse(_("您不是该单位的成员。请让单位负责人邀请您加入。"))
    if membership.role not in EDITING:
        return refuse(_("您在该单位是“查看人”，不能修改。请让负责人把您改为“经办人”。"))
    if organisation.state == Organisation.State.SUSPENDED:
        return refuse(_("该单位已被暂停，暂时不能办理。请联系管理员。"))
    return ALLOWED


def may_act_for(user: AnyUser, organisation: Organisation) -> Verdict:
    """Publishing, applying, deciding: as writing, and the organisation must be verified."""
    verdict = may_write_for(user, organisation)
    if not verdict:
        return verdict
    if organisation.state != Organisation.State.VERIFIED:
        return refuse(_("单位尚未通过核验。核验通过后才能提交；草稿已为您保留。"))
    return ALLOWED


def may_verify(user: AnyUser, organisation: Organisation) -> Verdict:
    """Administrators of the region; firms from elsewhere are the province's."""
    if administers(user, organisation.region):
        return ALLOWED
    return refuse(_("只有省级管理员或该地区的管理员可以核验单位。"))


def may_manage_members(user: AnyUser, organisation: Organisation) -> Verdict:
    """Owners only."""
    if any(m.organisation_id == organisation.pk and m.role == Membership.Role.OWNER for m in memberships_of(user)):
        return ALLOWED
    return refuse(_("只有单位负责人可以管理成员。"))


def may_register(user: AnyUser) -> Verdict:
    """Anyone signed in."""
    return ALLOWED if user.is_authenticated else refuse(_("请先登录，再登记单位。"))
