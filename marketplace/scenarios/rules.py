"""Who may do what with an opportunity."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, administers
from marketplace.organisations.rules import (
    belongs_to,
    may_act_for,
    may_write_for,
    writing_organisations,
)
from marketplace.scenarios.models import EDITABLE_STATES, PUBLIC_STATES, ApplicationTerms, Scenario, State
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


def may_view(user: AnyUser, scenario: Scenario) -> Verdict:
    """The same answer as `visible_to`, for one row at hand."""
    reviewing = scenario.state != State.DRAFT and administers(user, scenario.region)
    if scenario.state in PUBLIC_STATES or reviewing or belongs_to(user, scenario.department_id):
        return ALLOWED
    return refuse(_("这条场景机会尚未公开。"))


def may_view_contact(user: AnyUser, scenario: Scenario) -> Verdict:
    """联系人与电话 are shown to those who signed in."""
    if user.is_authenticated and may_view(user, scenario):
        return ALLOWED
    return refuse(_("登录后可见。"))


def may_draft(user: AnyUser) -> Verdict:
    """Owners and editors of a department."""
    if writing_organisations(user, departments=True):
        return ALLOWED
    return refuse(_("只有政府部门的经办人可以发布场景机会。请先登记部门，或请部门负责人邀请您加入。"))


def may_edit(user: AnyUser, scenario: Scenario) -> Verdict:
    """The department's writers, as long as the text may change."""
    verdict = may_write_for(user, scenario.department)
    if not verdict:
        return verdict
    if scenario.state not in EDITABLE_STATES:
        return refuse(_("“%(state)s”的机会不能修改。") % {"state": scenario.get_state_display()})
    return ALLOWED


def may_submit(user: AnyUser, scenario: Scenario) -> Verdict:
    """Writers of a verified department, from a draft or a returned text."""
    verdict = may_act_for(user, scenario.department)
    if not verdict:
        return verdict
    if scenario.state not in {State.DRAFT, State.RETURNED}:
        return refuse(_("这条机会已经提交过了。"))
    return ALLOWED


def may_review(user: AnyUser, scenario: Scenario) -> Verdict:
    """Administrators of the region; never one's own department's text."""
    if not administers(user, scenario.region):
        return refuse(_("只有省级管理员或该地区的管理员可以审核。"))
    if belongs_to(user, scenario.department_id):
        return refuse(_("您是发布单位的成员，请由另一位管理员审核。"))
    if scenario.state != State.IN_REVIEW:
        return refuse(_("这条机会不在待审核状态，可能已由同事处理。"))
    return ALLOWED


def may_withdraw(user: AnyUser, scenario: Scenario) -> Verdict:
    """The department's writers, before an award."""
    verdict = may_write_for(user, scenario.department)
    if not verdict:
        return verdict
    if scenario.state in {State.AWARDED, State.EXPIRED, State.WITHDRAWN}:
        return refuse(_("“%(state)s”的机会不能撤回。") % {"state": scenario.get_state_display()})
    return ALLOWED


def may_pause(user: AnyUser, scenario: Scenario) -> Verdict:
    """Holding and resuming: the department's writers."""
    verdict = may_act_for(user, scenario.department)
    if not verdict:
        return verdict
    if scenario.state not in {State.PUBLISHED, State.IN_MATCHING, State.ON_HOLD}:
        return refuse(_("只有已发布的机会可以搁置或恢复。"))
    return ALLOWED


def may_set_terms(user: AnyUser, scenario: Scenario, terms: ApplicationTerms) -> Verdict:
    """Those who may edit the text, until the first company has begun to apply."""
    verdict = may_edit(user, scenario)
    if not verdict:
        return verdict
    if terms.fixed_at is not None:
        return refuse(_("已有单位开始申请，申请须知不能再改，以保证对各单位一致。"))
    return ALLOWED


def may_move_deadline(terms: ApplicationTerms, earlier: datetime | None, later: datetime | None) -> Verdict:
    """Sealed applications are opened at the deadline that companies were told, never before; nor sealed again."""
    if not terms.sealed or terms.fixed_at is None or earlier == later or earlier is None:
        return ALLOWED
    if earlier <= timezone.now():
        return refuse(_("密封的申请已经开启，不能再改截止时间。"))
    if later is None or later < earlier:
        return refuse(_("已有单位开始申请，而申请密封到截止时间：截止时间只能推后，不能提前。"))
    return ALLOWED
