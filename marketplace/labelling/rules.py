"""Who grades, who decides. Nobody judges a pair of an organisation that he belongs to."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, is_administrator, is_judge, is_province_administrator
from marketplace.labelling.models import LABELLERS_OF_A_PAIR, Assignment, Campaign, Pair, State
from marketplace.organisations.rules import belongs_to
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


def may_run(user: AnyUser) -> Verdict:
    """Creating, following and ending campaigns: administrators of the province."""
    return ALLOWED if is_province_administrator(user) else refuse(_("只有省级管理员可以管理标注批次。"))


def may_enter(user: AnyUser) -> Verdict:
    """The list of one's campaigns: judges and administrators."""
    if is_judge(user) or is_administrator(user):
        return ALLOWED
    return refuse(_("标注由评委和管理员完成。"))


def may_be_labeller(user: AnyUser) -> Verdict:
    """Whom a campaign can name."""
    return may_enter(user)


def in_conflict(user: AnyUser, pair: Pair) -> bool:
    """Whether the person belongs to either side."""
    return belongs_to(user, pair.scenario.department_id) or belongs_to(user, pair.capability.organisation_id)


def may_see(user: AnyUser, assignment: Assignment) -> Verdict:
    """The same answer as `visible_to`, for one row at hand."""
    if assignment.labeller_id != user.pk or assignment.pair.campaign.state == State.PREPARING:
        return refuse(_("这对文本没有分配给您。"))
    if in_conflict(user, assignment.pair):
        return refuse(_("您是其中一方单位的成员，应当回避这对文本。"))
    return ALLOWED


def may_grade(user: AnyUser, assignment: Assignment) -> Verdict:
    """The labeller, while the campaign is open and nobody has decided the pair."""
    verdict = may_see(user, assignment)
    if not verdict:
        return verdict
    if assignment.pair.campaign.state != State.OPEN:
        return refuse(_("这个批次已结束，不能再修改等级。"))
    if assignment.pair.decided_by_id is not None:
        return refuse(_("这对文本已由管理员裁定，不能再修改等级。"))
    return ALLOWED


def may_decide(user: AnyUser, pair: Pair) -> Verdict:
    """An administrator of the province who graded nothing of it and stands on neither side."""
    verdict = may_run(user)
    if not verdict:
        return verdict
    if in_conflict(user, pair):
        return refuse(_("您是其中一方单位的成员，应当回避这对文本。"))
    if any(each.labeller_id == user.pk for each in pair.assignments.all()):
        return refuse(_("您是这对文本的标注人，请由另一位管理员裁定。"))
    if pair.graded < LABELLERS_OF_A_PAIR or (pair.final_grade is not None and pair.decided_by_id is None):
        return refuse(_("这对文本没有分歧，不需要裁定。"))
    return ALLOWED


def may_end(user: AnyUser, campaign: Campaign) -> Verdict:
    """While it is open."""
    verdict = may_run(user)
    if not verdict:
        return verdict
    if campaign.state != State.OPEN:
        return refuse(_("这个批次不在标注中。"))
    return ALLOWED


def may_reopen(user: AnyUser, campaign: Campaign) -> Verdict:
    """After it ended."""
    verdict = may_run(user)
    if not verdict:
        return verdict
    if campaign.state != State.CLOSED:
        return refuse(_("这个批次没有结束。"))
    return ALLOWED
