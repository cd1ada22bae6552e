"""Who may do what with a capability."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, administers
from marketplace.capabilities.models import Capability, State
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import (
    belongs_to,
    may_act_for,
    may_write_for,
    writing_organisations,
)
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


def may_view(user: AnyUser, capability: Capability) -> Verdict:
    """The same answer as `visible_to`, for one row at hand."""
    public = capability.state == State.PUBLISHED and capability.organisation.state == Organisation.State.VERIFIED
    watching = capability.state != State.DRAFT and administers(user, capability.organisation.region)
    if public or watching or belongs_to(user, capability.organisation_id):
        return ALLOWED
    return refuse(_("这项能力尚未公开。"))


def may_draft(user: AnyUser) -> Verdict:
    """Owners and editors of a supplier."""
    if writing_organisations(user, departments=False):
        return ALLOWED
    return refuse(_("只有企业、高校、院所的经办人可以发布场景能力。请先登记单位，或请负责人邀请您加入。"))


def may_edit(user: AnyUser, capability: Capability) -> Verdict:
    """The supplier's writers."""
    return may_write_for(user, capability.organisation)


def may_publish(user: AnyUser, capability: Capability) -> Verdict:
    """Writers of a verified supplier."""
    verdict = may_act_for(user, capability.organisation)
    if not verdict:
        return verdict
    if capability.state == State.PUBLISHED:
        return refuse(_("这项能力已经发布。"))
    return ALLOWED


def may_withdraw(user: AnyUser, capability: Capability) -> Verdict:
    """The supplier's writers, while it is published."""
    verdict = may_write_for(user, capability.organisation)
    if not verdict:
        return verdict
    if capability.state != State.PUBLISHED:
        return refuse(_("这项能力没有发布，无需撤下。"))
    return ALLOWED
