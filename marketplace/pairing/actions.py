"""Verbs of pairing: people's marks and invitations. They belong to the pair and survive every re-computation."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.actions import record
from marketplace.capabilities.models import Capability
from marketplace.notifications.actions import tell
from marketplace.organisations.models import Organisation
from marketplace.pairing import rules
from marketplace.pairing.models import Advice, Mark
from marketplace.scenarios.actions import mark_in_matching
from marketplace.scenarios.models import Scenario
from marketplace.web.hints import hint
from marketplace.web.verdicts import Refused, require

ANSWER = "marketplace.pairing.tasks.answer_advice"


@transaction.atomic
def mark_for_department(
    *, actor: User, scenario: Scenario, capability: Capability, kind: str, exclusion: str = "", reason: str = ""
) -> Mark:
    """Keep, note a contact, or exclude with a kind of reason, for the department that posted."""
    require(rules.may_mark_for_department(actor, scenario))
    return _mark(actor, scenario, capability, scenario.department, kind, exclusion, reason)


@transaction.atomic
def mark_for_supplier(
    *, actor: User, scenario: Scenario, capability: Capability, kind: str, exclusion: str = "", reason: str = ""
) -> Mark:
    """The same for the supplier's side."""
    require(rules.may_mark_for_supplier(actor, capability))
    return _mark(actor, scenario, capability, capability.organisation, kind, exclusion, reason)


@transaction.atomic
def unmark(*, actor: User, mark: Mark) -> None:
    """Take a mark back; an invitation that was sent stays sent."""
    if mark.organisation_id == mark.scenario.department_id:
        require(rules.may_mark_for_department(actor, mark.scenario))
    else:
        require(rules.may_mark_for_supplier(actor, mark.capability))
    if mark.kind == Mark.Kind.INVITED:
        raise Refused(_("邀请已经发出，不能取消；可以在站外说明情况。"))
    record(actor=actor, verb="pairing.unmark", target=mark.scenario, detail={"capability": mark.capability_id})
    mark.delete()


@transaction.atomic
def invite(*, actor: User, scenario: Scenario, capability: Capability, message: str = "") -> Mark:
    """Ask the supplier to come: its people are told once, and the opportunity is in match-making."""
    require(rules.may_invite(actor, scenario))
    if not Capability.objects.public().filter(pk=capability.pk).exists():
        raise Refused(_("这项能力已撤下，不能邀请。"))
    if Mark.objects.filter(
        scenario=scenario, capability__organisation_id=capability.organisation_id, kind=Mark.Kind.INVITED
    ).exists():
        raise Refused(_("已经邀请过该单位。"))
    mark = _mark(actor, scenario, capability, scenario.department, Mark.Kind.INVITED, "", message)
    mark_in_matching(actor=actor, scenario=scenario)
    tell(
        recipients=User.objects.filter(memberships__organisation_id=capability.organisation_id),
        kind="scenario_invitation",
        context={
            "department": scenario.department.name,
            "organisation": capability.organisation.name,
            "scenario": scenario.title,
            "message": message,
        },
        url=reverse("scenarios:detail", args=[scenario.pk]),
        dedupe_key=f"invitation:{scenario.pk}:{capability.organisation_id}",
    )
    return mark


@transaction.atomic
def ask_advice(*, actor: User, scenario: Scenario, capability: Capability) -> Advice:
    """Ask the worker what would raise this match. An answer that waits already is not asked twice."""
    require(rules.may_ask_advice(actor, scenario, capability))
    advice, is_new = Advice.objects.select_for_update().get_or_create(
        scenario=scenario, capability=capability, defaults={"asked_by": actor}
    )
    if not is_new and advice.state == Advice.State.WAITING:
        hint(ANSWER)
        return advice
    if not is_new:
        advice.state, advice.asked_by, advice.asked_at = Advice.State.WAITING, actor, timezone.now()
        advice.save(update_fields=["state", "asked_by", "asked_at"])
    record(actor=actor, verb="pairing.ask_advice", target=capability, detail={"scenario": scenario.pk})
    hint(ANSWER)
    return advice


def _mark(
    actor: User,
    scenario: Scenario,
    capability: Capability,
    side: Organisation,
    kind: str,
    exclusion: str,
    reason: str,
) -> Mark:
    reason = reason.strip()
    exclusion = exclusion if kind == Mark.Kind.EXCLUDED else ""
    if kind == Mark.Kind.EXCLUDED and exclusion not in Mark.Exclusion.values:
        raise Refused(_("请选择排除的原因，它会帮助改进以后的匹配。"))
    if exclusion == Mark.Exclusion.OTHER and not reason:
        raise Refused(_("选“其他”时请写明原因，它会帮助改进以后的匹配。"))
    earlier = Mark.objects.select_for_update().filter(scenario=scenario, capability=capability, organisation=side)
    if earlier.filter(kind=Mark.Kind.INVITED).exists() and kind != Mark.Kind.CONTACTED:
        raise Refused(_("已经邀请过该单位，不能改为其他标记。"))
    mark, is_new = Mark.objects.update_or_create(
        scenario=scenario,
        capability=capability,
        organisation=side,
        defaults={"kind": kind, "exclusion": exclusion, "reason": reason, "marked_by": actor},
    )
    record(
        actor=actor,
        verb=f"pairing.{kind}",
        target=scenario,
        detail={"capability": capability.pk, "exclusion": exclusion, "reason": reason, "new": is_new},
    )
    return mark
