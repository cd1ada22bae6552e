"""联合体: the leader asks, each partner answers for itself."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.applications import rules
from marketplace.applications.actions.locking import lock, tell_people
from marketplace.applications.gates import taking_part
from marketplace.applications.models import Application, Partner, State
from marketplace.audit.actions import record
from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.terms import terms_of
from marketplace.web.verdicts import Refused, require


@transaction.atomic
def invite_partner(*, actor: User, application: Application, organisation: Organisation, share: str) -> Partner:
    """Ask an organisation to join, and say what its share of the work is; its people are told."""
    locked = lock(application)
    require(rules.may_edit(actor, locked))
    if not terms_of(locked.scenario).consortium:
        raise Refused(_("这条机会不接受联合申请。"))
    if organisation.is_department or organisation.state != Organisation.State.VERIFIED:
        raise Refused(_("只能邀请已核验的企业、高校或院所。"))
    if organisation.pk == locked.organisation_id:
        raise Refused(_("本单位已是牵头单位，不必邀请。"))
    if locked.partners.active().filter(organisation=organisation).exists():
        raise Refused(_("“%(name)s”已在联合体里。") % {"name": organisation.name})
    partner = Partner(application=locked, organisation=organisation, share=share, invited_by=actor)
    partner.full_clean()
    partner.save()
    _changed(locked)
    record(actor=actor, verb="applications.invite_partner", target=locked, detail={"organisation": organisation.name})
    tell_people(locked, [organisation], "consortium_invited", share)
    return partner


@transaction.atomic
def confirm_partnership(*, actor: User, partner: Partner) -> Partner:
    """Join. One organisation takes part in one application: asked under the lock of the opportunity."""
    Scenario.objects.select_for_update(of=("self",)).get(pk=partner.application.scenario_id)
    locked = _lock_partner(partner)
    require(rules.may_answer_partnership(actor, locked))
    if locked.state == Partner.State.CONFIRMED:
        raise Refused(_("贵单位已经确认过了。"))
    if taking_part(locked.application.scenario, locked.organisation).exists():
        raise Refused(_("贵单位已经参加这条机会的另一份申请；每个单位只能参加一份，请先撤回或退出那一份。"))
    locked.confirm(by=actor, at=timezone.now())
    locked.save()
    record(actor=actor, verb="applications.confirm_partnership", target=locked.application, detail=_who(locked))
    tell_people(locked.application, [locked.application.organisation], "consortium_confirmed", locked.organisation.name)
    return locked


@transaction.atomic
def refuse_partnership(*, actor: User, partner: Partner, reason: str) -> Partner:
    """Do not join, or leave before the deadline; the leader is told why."""
    locked = _lock_partner(partner)
    require(rules.may_answer_partnership(actor, locked))
    if not reason.strip():
        raise Refused(_("请写明原因，牵头单位需要知道。"))
    locked.refuse(by=actor, at=timezone.now(), reason=reason.strip())
    locked.save()
    _changed(lock(locked.application))
    record(
        actor=actor,
        verb="applications.refuse_partnership",
        target=locked.application,
        detail={**_who(locked), "reason": locked.reason},
    )
    said = f"{locked.organisation.name}：{locked.reason}"
    tell_people(locked.application, [locked.application.organisation], "consortium_refused", said)
    return locked


@transaction.atomic
def remove_partner(*, actor: User, partner: Partner) -> Partner:
    """Go on without it; the row and its history stay."""
    application = lock(partner.application)
    require(rules.may_edit(actor, application))
    locked = _lock_partner(partner)
    if locked.state not in {Partner.State.INVITED, Partner.State.CONFIRMED}:
        raise Refused(_("该单位已不在联合体里。"))
    locked.remove()
    locked.save()
    _changed(application)
    record(actor=actor, verb="applications.remove_partner", target=application, detail=_who(locked))
    tell_people(application, [locked.organisation], "consortium_removed", "")
    return locked


def _changed(application: Application) -> None:
    """What was received already stands, and counts as changed until it is handed in again."""
    if application.state == State.SUBMITTED and application.revision_draft is None:
        application.revision_draft = {}
        application.save(update_fields=["revision_draft", "updated_at"])


def _lock_partner(partner: Partner) -> Partner:
    return (
        Partner.objects.select_for_update(of=("self",))
        .select_related("organisation", "application__scenario__department", "application__organisation")
        .get(pk=partner.pk)
    )


def _who(partner: Partner) -> dict[str, str]:
    return {"organisation": partner.organisation.name}
