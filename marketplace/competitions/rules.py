"""Who may run a contest, enter it, object to its result."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, administers, is_administrator, is_province_administrator
from marketplace.competitions.models import Competition, Entry, Objection, Round
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import belongs_to, may_act_for, may_write_for
from marketplace.web.verdicts import ALLOWED, Verdict, refuse

ENDABLE = {Entry.State.DRAFT, Entry.State.SUBMITTED, Entry.State.RETURNED}


def may_create(user: AnyUser) -> Verdict:
    """Administrators, for their own region."""
    return ALLOWED if is_administrator(user) else refuse(_("只有管理员可以办赛。"))


def may_administer(user: AnyUser, competition: Competition) -> Verdict:
    """Administrators of the competition's region; those of the whole province are the province's own."""
    if is_province_administrator(user):
        return ALLOWED
    if competition.region is not None and administers(user, competition.region):
        return ALLOWED
    return refuse(_("只有该赛事所属地区的管理员可以办理。"))


def may_edit(user: AnyUser, competition: Competition) -> Verdict:
    """Set-up changes before the call goes out."""
    if verdict := may_administer(user, competition):
        if competition.state != Competition.State.DRAFT:
            return refuse(_("赛事已经发布，规则不能再改。"))
        return ALLOWED
    return verdict


def may_view(user: AnyUser, competition: Competition) -> Verdict:
    """The same answer as `visible_to`."""
    if competition.state != Competition.State.DRAFT:
        return ALLOWED
    return may_administer(user, competition)


def may_enter(user: AnyUser, competition: Competition, organisation: Organisation) -> Verdict:
    """Members who may write, while the first round receives."""
    if competition.state != Competition.State.RUNNING:
        return refuse(_("赛事现在不接受作品。"))
    if organisation.is_department:
        return refuse(_("参赛单位须是企业、高校或科研院所。"))
    return may_write_for(user, organisation)


def may_edit_entry(user: AnyUser, entry: Entry, receiving: Round | None, *, at: datetime) -> Verdict:
    """Draft and replacement until the deadline; what was returned, until its own clock runs out."""
    verdict = may_write_for(user, entry.organisation)
    if not verdict:
        return verdict
    if entry.state == Entry.State.RETURNED:
        if entry.complete_until and at <= entry.complete_until:
            return ALLOWED
        return refuse(_("补正期限已过，作品不能再改。"))
    if entry.state not in ENDABLE:
        return refuse(_("作品现在是“%(state)s”，不能修改。") % {"state": entry.get_state_display()})
    if receiving is None:
        return refuse(_("征集已经截止，作品不能再改。"))
    return ALLOWED


def may_submit(user: AnyUser, entry: Entry, receiving: Round | None, *, at: datetime) -> Verdict:
    """As editing, and the organisation must be verified."""
    return may_edit_entry(user, entry, receiving, at=at) and may_act_for(user, entry.organisation)


def may_withdraw(user: AnyUser, entry: Entry) -> Verdict:
    """The entrant, as long as the entry stands."""
    if entry.state in {Entry.State.WITHDRAWN, Entry.State.DISQUALIFIED}:
        return refuse(_("作品已经不在赛事中。"))
    return may_write_for(user, entry.organisation)


def may_view_entry(user: AnyUser, entry: Entry) -> Verdict:
    """The same answer as `visible_to`."""
    if belongs_to(user, entry.organisation_id):
        return ALLOWED
    if entry.state != Entry.State.DRAFT and may_administer(user, entry.competition):
        return ALLOWED
    return refuse(_("作品只有参赛单位和主办方能看到。"))


def may_object(user: AnyUser, round_: Round, *, on: date) -> Verdict:
    """Anyone signed in, within the notice."""
    if not user.is_authenticated:
        return refuse(_("异议须实名提出，请先登录。"))
    if round_.state != Round.State.NOTICE or round_.notice_until is None:
        return refuse(_("现在不在公示期。"))
    if on > round_.notice_until:
        return refuse(_("公示期已于 %(day)s 结束，不再接受异议。") % {"day": round_.notice_until.isoformat()})
    return ALLOWED


def may_view_objection(user: AnyUser, objection: Objection) -> Verdict:
    """The same answer as `visible_to`."""
    if user.is_authenticated and objection.raised_by_id == user.pk:
        return ALLOWED
    return may_administer(user, objection.round.competition)
