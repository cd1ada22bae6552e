"""Who runs an event, who sees it, who says when he can come."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, administers, is_administrator
from marketplace.events.models import Event, Meeting, Participant, State
from marketplace.organisations.rules import belongs_to, may_write_for, organisation_ids
from marketplace.taxonomy.models import Region
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


def may_view(user: AnyUser, event: Event) -> Verdict:
    """The same answer as `visible_to`, for one row at hand."""
    takes_part = event.participants.filter(organisation_id__in=organisation_ids(user)).exists()
    if event.published_at is not None or takes_part or administers(user, event.region):
        return ALLOWED
    return refuse(_("这场对接会还没有发布。"))


def may_create(user: AnyUser) -> Verdict:
    """Administrators of the province or of a city."""
    return ALLOWED if is_administrator(user) else refuse(_("只有管理员可以组织对接会。"))


def may_hold_in(user: AnyUser, region: Region | None) -> Verdict:
    """A city's administrator holds events of that city; the province's anywhere."""
    if administers(user, region):
        return ALLOWED
    return refuse(_("您只能组织本地区的对接会，请选择所辖的地区。"))


def may_manage(user: AnyUser, event: Event) -> Verdict:
    """Administrators of the event's region."""
    if administers(user, event.region):
        return ALLOWED
    return refuse(_("只有省级管理员或该地区的管理员可以办理这场对接会。"))


def may_change(user: AnyUser, event: Event) -> Verdict:
    """As managing, unless it was called off."""
    verdict = may_manage(user, event)
    if verdict and event.state == State.CANCELLED:
        return refuse(_("对接会已取消，不能再改。"))
    return verdict


def may_plan(user: AnyUser, event: Event) -> Verdict:
    """Whoever may change it, once both sides have somebody."""
    verdict = may_change(user, event)
    if not verdict:
        return verdict
    kinds = set(event.participants.values_list("organisation__kind", flat=True))
    if "department" not in kinds or not kinds - {"department"}:
        return refuse(_("请先添加参会的部门和企业，再排位。"))
    return ALLOWED


def may_publish(user: AnyUser, event: Event) -> Verdict:
    """A finished plan with meetings in it."""
    verdict = may_change(user, event)
    if not verdict:
        return verdict
    if event.is_owed:
        return refuse(_("正在排位，完成后才能发布。"))
    if event.state != State.PLANNED:
        return refuse(_("请先排位，再发布。"))
    if not event.meetings.exists():
        return refuse(_("排位里还没有会面，不能发布。"))
    return ALLOWED


def may_set_terms(user: AnyUser, participant: Participant) -> Verdict:
    """The organisation's writers until the times are published, and whoever runs the event."""
    event = participant.event
    if may_change(user, event):
        return ALLOWED
    verdict = may_write_for(user, participant.organisation)
    if verdict and event.state not in {State.DRAFT, State.PLANNED}:
        return refuse(_("会面时间已经发布；需要调整请联系主办方。"))
    return verdict


def may_view_meeting(user: AnyUser, meeting: Meeting) -> Verdict:
    """The same answer as `visible_to`, for one row at hand."""
    concerned = belongs_to(user, meeting.department_id) or belongs_to(user, meeting.supplier_id)
    if administers(user, meeting.event.region) or (concerned and meeting.event.state == State.PUBLISHED):
        return ALLOWED
    return refuse(_("会面安排在发布之后对双方可见。"))
