"""Who sees and marks matches."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, administers
from marketplace.capabilities.models import Capability
from marketplace.organisations.rules import belongs_to, may_act_for, may_write_for
from marketplace.scenarios.models import OPEN_STATES, Scenario
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


def may_see_matches_of_scenario(user: AnyUser, scenario: Scenario) -> Verdict:
    """The department, and administrators of its region."""
    if belongs_to(user, scenario.department_id) or administers(user, scenario.region):
        return ALLOWED
    return refuse(_("匹配结果只对发布单位显示。"))


def may_see_matches_of_capability(user: AnyUser, capability: Capability) -> Verdict:
    """The supplier, and administrators of its region."""
    if belongs_to(user, capability.organisation_id) or administers(user, capability.organisation.region):
        return ALLOWED
    return refuse(_("匹配结果只对提供单位显示。"))


def may_see_pair(user: AnyUser, scenario: Scenario, capability: Capability) -> Verdict:
    """Either side, and administrators of the region of either."""
    if may_see_matches_of_scenario(user, scenario) or may_see_matches_of_capability(user, capability):
        return ALLOWED
    return refuse(_("匹配详情只对双方单位显示。"))


def may_ask_advice(user: AnyUser, scenario: Scenario, capability: Capability) -> Verdict:
    """The supplier's writers, while both sides are offered."""
    verdict = may_write_for(user, capability.organisation)
    if not verdict:
        return verdict
    if capability.state != "published" or not scenario.is_open():
        return refuse(_("机会或能力已不再公开，无法计算。"))
    return ALLOWED


def may_mark_for_department(user: AnyUser, scenario: Scenario) -> Verdict:
    """The department's writers."""
    return may_write_for(user, scenario.department)


def may_mark_for_supplier(user: AnyUser, capability: Capability) -> Verdict:
    """The supplier's writers."""
    return may_write_for(user, capability.organisation)


def may_invite(user: AnyUser, scenario: Scenario) -> Verdict:
    """Writers of a verified department, while the opportunity is open."""
    verdict = may_act_for(user, scenario.department)
    if not verdict:
        return verdict
    if scenario.state not in OPEN_STATES or not scenario.is_open():
        return refuse(_("机会已不再开放，不能邀请。"))
    return ALLOWED
