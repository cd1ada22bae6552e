"""Who may hand in: gates, each with its reason and what to do about it.

Shown while the form is filled in and asked again under lock when it is handed in. Apps above add their own in
`AppConfig.ready` with `add_gate`, so that this app need not know subsidies or cases.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.applications.models import LIVE_STATES, Application, Partner
from marketplace.organisations.models import Organisation
from marketplace.scenarios.models import OPEN_STATES, ApplicationTerms, Scenario

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody wants to apply: to which opportunity, as which organisations (the leader first), at what time.

    `application` is the id of the one at hand, None before there is one. `waiting` are the names of partners that
    have not confirmed yet.
    """

    scenario: Scenario
    terms: ApplicationTerms
    organisations: tuple[Organisation, ...]
    at: datetime
    application: int | None = None
    waiting: tuple[str, ...] = ()

    @property
    def names(self) -> str:
        """Who applies, for a sentence."""
        return "、".join(organisation.name for organisation in self.organisations)


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a gate is closed, and what the applicant can do."""

    reason: Text
    advice: Text = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition: its name for people, and the check, which answers None when the way is free."""

    key: str
    label: Text
    check: Callable[[Attempt], Stop | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gate said."""

    gate: Gate
    stop: Stop | None

    @property
    def open(self) -> bool:
        """Whether the way is free."""
        return self.stop is None


def _deadline(attempt: Attempt) -> Stop | None:
    scenario = attempt.scenario
    if scenario.state not in OPEN_STATES:
        return Stop(_("这条机会现在是“%(state)s”，不接受申请。") % {"state": scenario.get_state_display()})
    if not scenario.is_open(at=attempt.at):
        return Stop(_("已过截止时间，不再接受申请。"), _("可以关注发布单位的其他机会。"))
    return None


def _standing(attempt: Attempt) -> Stop | None:
    for organisation in attempt.organisations:
        if organisation.is_department:
            return Stop(_("政府部门不能申请场景机会。"))
        if organisation.state == Organisation.State.SUSPENDED:
            return Stop(
                _("“%(name)s”已被暂停办理：%(reason)s")
                % {"name": organisation.name, "reason": organisation.state_reason},
                _("请联系所在地区的管理员。"),
            )
        if organisation.state != Organisation.State.VERIFIED:
            return Stop(
                _("“%(name)s”还没有通过核验。") % {"name": organisation.name}, _("通过核验后即可提交；现在可以先填写。")
            )
    return None


def _region(attempt: Attempt) -> Stop | None:
    wanted = attempt.terms.region
    if wanted is None:
        return None
    places = [organisation.region for organisation in attempt.organisations if organisation.region]
    if any(place.pk == wanted.pk or place.parent_id == wanted.pk for place in places):
        return None
    return Stop(
        _("这条机会只接受%(place)s的单位。") % {"place": wanted.name},
        _("可以与当地单位组成联合体。") if attempt.terms.consortium else _("可以联系发布单位说明情况。"),
    )


def _qualification(attempt: Attempt) -> Stop | None:
    held = {name for organisation in attempt.organisations for name in organisation.qualifications}
    missing = [name for name in attempt.terms.qualifications if name not in held]
    if not missing:
        return None
    return Stop(
        _("单位资料里没有所要求的资质：%(names)s。") % {"names": "、".join(missing)},
        _("已经取得的，请先补到单位资料里；没有的，可以与有资质的单位组成联合体。"),
    )


def _one_each(attempt: Attempt) -> Stop | None:
    for organisation in attempt.organisations:
        others = taking_part(attempt.scenario, organisation).exclude(pk=attempt.application or 0)
        if others.exists():
            return Stop(
                _("“%(name)s”已经参加这条机会的另一份申请，每个单位只能参加一份，联合体也算。")
                % {"name": organisation.name},
                _("可以在“我的申请”里查看；要重新申请，请先撤回或退出那一份。"),
            )
    return None


def _consortium(attempt: Attempt) -> Stop | None:
    together = len(attempt.organisations) > 1 or attempt.waiting
    if together and not attempt.terms.consortium:
        return Stop(_("这条机会不接受联合申请。"), _("请移出合作单位，由一家单独申请。"))
    if attempt.waiting:
        return Stop(
            _("还没有确认：%(names)s。") % {"names": "、".join(attempt.waiting)},
            _("请对方在“我的工作”里确认，或者移出后再提交。"),
        )
    return None


def taking_part(scenario: Scenario, organisation: Organisation) -> "models.QuerySet[Application]":
    """Applications for the opportunity in which the organisation leads or has confirmed to join."""
    live = Application.objects.filter(scenario=scenario, state__in=LIVE_STATES)
    joined = Partner.objects.confirmed().filter(organisation=organisation).values("application")
    return live.filter(models.Q(organisation=organisation) | models.Q(pk__in=joined))


_GATES: dict[str, Gate] = {
    gate.key: gate
    for gate in (
        Gate("deadline", _("截止时间"), _deadline),
        Gate("standing", _("单位状态"), _standing),
        Gate("region", _("所在地区"), _region),
        Gate("qualification", _("资质"), _qualification),
        Gate("one-each", _("每个单位一份申请"), _one_each),
        Gate("consortium", _("联合体"), _consortium),
    )
}


def add_gate(gate: Gate) -> None:
    """Let an app above ask one more question. A key that exists already is an error: ValueError."""
    if _GATES.get(gate.key, gate) != gate:
        raise ValueError(gate.key)
    _GATES[gate.key] = gate


def answers(attempt: Attempt) -> list[Answer]:
    """What every gate says, in order."""
    return [Answer(gate, gate.check(attempt)) for gate in _GATES.values()]


def closed(attempt: Attempt) -> list[Answer]:
    """The gates that are in the way."""
    return [answer for answer in answers(attempt) if not answer.open]
