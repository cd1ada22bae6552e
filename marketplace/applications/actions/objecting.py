"""Objections to a choice on public notice."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.applications import rules
from marketplace.applications.actions.deciding import _fall
from marketplace.applications.actions.locking import hold, lock, tell_department, tell_people
from marketplace.applications.models import Application, Objection
from marketplace.audit.actions import record
from marketplace.notifications.actions import tell
from marketplace.web.verdicts import Refused, require


@transaction.atomic
def object_to(*, actor: User, application: Application, name: str, phone: str, text: str) -> Objection:
    """Raise an objection with one's real name; the choice does not become final before it is answered."""
    hold(application)
    locked = lock(application)
    require(rules.may_object(actor, locked))
    objection = Objection(application=locked, raised_by=actor, name=name, phone=phone, text=text)
    objection.full_clean()
    objection.save()
    record(actor=actor, verb="applications.object", target=locked, detail={"objection": objection.pk})
    tell_department(locked, "objection_raised")
    return objection


@transaction.atomic
def answer_objection(*, actor: User, objection: Objection, holds: bool, answer: str) -> Objection:
    """Say whether it holds, with the reason; if it does, the choice falls and the second place moves up."""
    scenario = hold(objection.application)
    application = lock(objection.application)
    locked = Objection.objects.select_for_update(of=("self",)).select_related("raised_by").get(pk=objection.pk)
    require(rules.may_answer_objection(actor, application, locked))
    if not answer.strip():
        raise Refused(_("请写明处理意见，提出人会看到。"))
    move = locked.uphold if holds else locked.dismiss
    move(answer=answer.strip())
    locked.answered_by, locked.answered_at = actor, timezone.now()
    locked.save()
    verb = "applications.uphold_objection" if holds else "applications.dismiss_objection"
    record(actor=actor, verb=verb, target=application, detail={"objection": locked.pk, "reason": locked.answer})
    context = {
        "scenario": application.scenario.title,
        "result": str(locked.get_state_display()),
        "reason": locked.answer,
    }
    tell(recipients=[locked.raised_by], kind="objection_answered", context=context, url=rules.notice_url(application))
    if holds:
        tell_people(application, [application.organisation], "objection_upheld", locked.answer)
        _fall(actor, application, scenario, _("公示期内异议成立：%(answer)s") % {"answer": locked.answer})
    return locked
