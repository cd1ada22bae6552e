"""Who may apply, take back, decide."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser
from marketplace.applications.gates import taking_part
from marketplace.applications.models import (
    UNDECIDED_STATES,
    WINNING_STATES,
    Application,
    Objection,
    Partner,
    State,
)
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import (
    belongs_to,
    may_act_for,
    may_write_for,
    organisation_ids,
    writing_organisations,
)
from marketplace.scenarios.models import OPEN_STATES, Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


def may_apply(user: AnyUser, scenario: Scenario, *, at: datetime | None = None) -> Verdict:
    """Writers of any supplier that has not applied yet, while the opportunity is open."""
    if not user.is_authenticated:
        return refuse(_("请先登录企业账号，再申请。"))
    organisations = writing_organisations(user, departments=False)
    if not organisations:
        return refuse(_("只有企业、高校、院所可以申请。请先登记单位。"))
    verdicts = [may_apply_for(user, scenario, organisation, at=at) for organisation in organisations]
    return next((verdict for verdict in verdicts if verdict), verdicts[0])


def may_apply_for(
    user: AnyUser, scenario: Scenario, organisation: Organisation, *, at: datetime | None = None
) -> Verdict:
    """The same for one organisation."""
    verdict = may_act_for(user, organisation)
    if not verdict:
        return verdict
    if organisation.is_department:
        return refuse(_("政府部门不能申请场景机会。"))
    if scenario.state not in OPEN_STATES:
        return refuse(_("这条机会现在是“%(state)s”，不接受申请。") % {"state": scenario.get_state_display()})
    if not scenario.is_open(at=at):
        return refuse(_("已过截止时间，不再接受申请。"))
    if taking_part(scenario, organisation).exists():
        return refuse(_("贵单位已经申请或参加了这条机会的一份申请，可以在“我的申请”里查看。"))
    return ALLOWED


def may_edit(user: AnyUser, application: Application) -> Verdict:
    """The applicant's writers and co-authors: a draft, or what was received as long as the deadline is ahead."""
    verdict = may_write_for(user, application.organisation)
    if not verdict and not _is_coauthor(user, application):
        return verdict
    if application.state == State.DRAFT:
        return ALLOWED
    if application.state != State.SUBMITTED:
        return refuse(_("申请现在是“%(state)s”，不能再改。") % {"state": application.get_state_display()})
    if not application.scenario.is_open():
        return refuse(_("已过截止时间，收到的申请不能再改。"))
    return ALLOWED


def may_submit(user: AnyUser, application: Application, *, at: datetime | None = None) -> Verdict:
    """The applicant's writers, before the deadline: a draft, or changes to what was received."""
    verdict = may_act_for(user, application.organisation)
    if not verdict:
        return verdict
    if application.state == State.SUBMITTED and not application.is_revised:
        return refuse(_("这份申请已经提交过了。"))
    if application.state not in {State.DRAFT, State.SUBMITTED}:
        return refuse(_("申请现在是“%(state)s”，不能提交。") % {"state": application.get_state_display()})
    if not application.scenario.is_open(at=at):
        return refuse(_("已过截止时间，不再接受申请。"))
    return ALLOWED


def is_applicant(user: AnyUser, application: Application) -> bool:
    """Whether the person belongs to the leader or to an active partner."""
    own = organisation_ids(user)
    if application.organisation_id in own:
        return True
    return bool(own) and Partner.objects.active().filter(application=application, organisation_id__in=own).exists()


def may_answer_partnership(user: AnyUser, partner: Partner) -> Verdict:
    """Writers of the partner, as long as the application can still change."""
    verdict = may_act_for(user, partner.organisation)
    if not verdict:
        return verdict
    application = partner.application
    if partner.state not in {Partner.State.INVITED, Partner.State.CONFIRMED}:
        return refuse(_("邀请现在是“%(state)s”，不能再答复。") % {"state": partner.get_state_display()})
    if application.state not in {State.DRAFT, State.SUBMITTED} or not application.scenario.is_open():
        return refuse(_("已过截止时间或已有结果，联合体不能再变。"))
    return ALLOWED


def _is_coauthor(user: AnyUser, application: Application) -> bool:
    return belongs_to(user, application.organisation_id) and application.coauthors.filter(pk=user.pk).exists()


def may_withdraw(user: AnyUser, application: Application) -> Verdict:
    """The applicant's writers, before a decision."""
    verdict = may_write_for(user, application.organisation)
    if not verdict:
        return verdict
    if application.state not in {State.DRAFT, *UNDECIDED_STATES}:
        return refuse(_("申请现在是“%(state)s”，已有结果，不能撤回。") % {"state": application.get_state_display()})
    return ALLOWED


def may_give_up(user: AnyUser, application: Application) -> Verdict:
    """The chosen company, while it is on notice or before a contract; the apps above say when it is too late."""
    verdict = may_write_for(user, application.organisation)
    if not verdict:
        return verdict
    if application.state not in WINNING_STATES:
        return refuse(_("申请现在是“%(state)s”，没有可以放弃的。") % {"state": application.get_state_display()})
    return ALLOWED


def may_list_applicants(user: AnyUser, scenario: Scenario) -> Verdict:
    """Members of the department."""
    if belongs_to(user, scenario.department_id):
        return ALLOWED
    return refuse(_("只有发布单位可以查看申请单位。"))


def may_decide(user: AnyUser, application: Application) -> Verdict:
    """The department's writers; nobody who also belongs to the applicant or one of its partners."""
    if is_applicant(user, application):
        return refuse(_("您是申请单位的成员，按回避规定不能作出决定。"))
    verdict = may_act_for(user, application.scenario.department)
    if not verdict:
        return verdict
    if terms_of(application.scenario).seals():
        return refuse(_("申请密封到截止时间，在此之前不能查看，也不能作决定。"))
    if application.state not in UNDECIDED_STATES:
        return refuse(_("这份申请现在是“%(state)s”，不能再作决定。") % {"state": application.get_state_display()})
    return ALLOWED


def may_choose(user: AnyUser, application: Application) -> Verdict:
    """As deciding, when nobody is chosen yet."""
    verdict = may_decide(user, application)
    if not verdict:
        return verdict
    winner = Application.objects.filter(scenario_id=application.scenario_id, state__in=WINNING_STATES).first()
    if winner is not None:
        return refuse(
            _("这条机会已选定“%(name)s”，不能再选。该单位未能签约时，候补会按名次递补。")
            % {"name": winner.organisation.name}
        )
    return ALLOWED


def may_object(user: AnyUser, application: Application) -> Verdict:
    """Anybody with an account and a real name, once, while the choice is on notice; not the department itself."""
    if not user.is_authenticated:
        return refuse(_("请先登录，再提出异议。异议须实名，匿名的不受理。"))
    if application.state != State.CHOSEN or application.notice_until is None:
        return refuse(_("不在公示期内，不能提出异议。"))
    if timezone.localdate() > application.notice_until:
        return refuse(_("公示期已满，不能再提出异议。"))
    if belongs_to(user, application.scenario.department_id):
        return refuse(_("发布单位的成员不能对本单位的决定提出异议，请按内部程序办理。"))
    if application.objections.filter(raised_by=user).exists():
        return refuse(_("您已经提出过异议，处理后会通知您。"))
    return ALLOWED


def may_answer_objection(user: AnyUser, application: Application, objection: Objection) -> Verdict:
    """The department's writers who are not of the applicant."""
    if is_applicant(user, application):
        return refuse(_("您是申请单位的成员，按回避规定不能处理异议。"))
    verdict = may_act_for(user, application.scenario.department)
    if not verdict:
        return verdict
    if objection.state != Objection.State.WAITING:
        return refuse(_("这条异议已经处理过了。"))
    return ALLOWED


def notice_url(application: Application) -> str:
    """The public page of a choice on notice."""
    return reverse("applications:notice", args=[application.pk])
