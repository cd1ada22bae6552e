"""Who reads the exposure report, and who sets the policy."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, is_administrator, is_province_administrator
from marketplace.exposure.models import Policy, State
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


def may_read_report(user: AnyUser) -> Verdict:
    """Administrators."""
    return ALLOWED if is_administrator(user) else refuse(_("曝光报告只对管理员开放。"))


def may_set_policy(user: AnyUser) -> Verdict:
    """The province's administrators: one policy holds for the whole market."""
    if is_province_administrator(user):
        return ALLOWED
    return refuse(_("曝光公平策略对全省生效，只有省级管理员可以设定。"))


def may_adopt(user: AnyUser, policy: Policy) -> Verdict:
    """A tried one whose targets can be reached."""
    verdict = may_set_policy(user)
    if not verdict:
        return verdict
    if policy.state != State.READY:
        return refuse(_("这项策略还没有试算完，或已经启用。"))
    if not policy.result.get("met"):
        return refuse(_("按现有的匹配结果达不到这个目标，请放宽后重新试算。"))
    return ALLOWED


def may_end(user: AnyUser, policy: Policy) -> Verdict:
    """The active one."""
    verdict = may_set_policy(user)
    if verdict and policy.state != State.ACTIVE:
        return refuse(_("这项策略没有在执行。"))
    return verdict
