"""Who may move a case, and where to."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.rules import AnyUser, administers
from marketplace.cases.models import DELIVERED_STATES, Case
from marketplace.organisations.rules import belongs_to, may_act_for
from marketplace.web.verdicts import ALLOWED, Verdict, refuse


@dataclass(frozen=True, slots=True)
class Step:
    """A way out of a state: its name in URLs, its button, who may take it."""

    name: str
    label: str | Promise
    move: Callable[[Case], object]
    by_supplier: bool
    needs_reason: bool = False


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step("contract", _("记录已签合同"), Case.contract, by_supplier=True),
        Step("build", _("开始建设"), Case.build, by_supplier=True),
        Step("try-out", _("进入试运行"), Case.try_out, by_supplier=True),
        Step("accept", _("确认验收"), Case.accept_delivery, by_supplier=False),
        Step("operate", _("转入运行"), Case.operate, by_supplier=False),
        Step("hold", _("搁置"), Case.hold, by_supplier=False, needs_reason=True),
        Step("resume", _("恢复"), Case.resume, by_supplier=False),
        Step("end", _("终止"), Case.end, by_supplier=False, needs_reason=True),
    )
}


def may_view(user: AnyUser, case: Case) -> Verdict:
    """The same answer as `visible_to`, for one row at hand."""
    if (
        case.state in DELIVERED_STATES
        or belongs_to(user, case.department_id)
        or belongs_to(user, case.supplier_id)
        or administers(user, case.scenario.region)
    ):
        return ALLOWED
    return refuse(_("案例在验收之后公开。"))


def may_take(user: AnyUser, case: Case, step: Step) -> Verdict:
    """The department takes every step, the supplier those of building."""
    name = str(step.label)
    if step not in open_steps(case):
        return refuse(_("案例现在是“%(state)s”，不能“%(step)s”。") % {"state": case.get_state_display(), "step": name})
    department = may_act_for(user, case.department)
    if department or not step.by_supplier:
        return department
    return may_act_for(user, case.supplier)


def open_steps(case: Case) -> list[Step]:
    """Steps that lead out of the present state, by the model's transitions."""
    names = {transition.name for transition in case.get_available_state_transitions()}  # type: ignore[attr-defined]  # made by FSMField
    return [step for step in STEPS.values() if step.move.__name__ in names]


def steps_for(user: AnyUser, case: Case) -> list[Step]:
    """The steps that this person may take now."""
    return [step for step in open_steps(case) if may_take(user, case, step)]
