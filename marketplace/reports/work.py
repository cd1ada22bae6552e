"""“My work”: what waits for a person, by when, and where to do it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.accounts.rules import is_administrator, is_judge, is_province_administrator
from marketplace.applications.models import Application, Partner
from marketplace.applications.models import State as ApplicationState
from marketplace.capabilities.models import Capability
from marketplace.capabilities.models import State as CapabilityState
from marketplace.cases.models import RUNNING_STATES, Case
from marketplace.events.models import Event
from marketplace.events.models import State as EventState
from marketplace.labelling.models import Campaign, Pair
from marketplace.labelling.models import State as CampaignState
from marketplace.labelling.standing import own_progress
from marketplace.organisations.models import Organisation
from marketplace.organisations.rules import memberships_of
from marketplace.pairing.models import Mark
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.models import State as ScenarioState

AT_MOST = 20  # of each kind; the lists have the rest
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what, about what, since when or until when, and the page where it is done."""

    label: str | Promise
    subject: str
    url: str
    action: str | Promise
    due: datetime | None = None
    since: datetime | None = None

    @property
    def urgent(self) -> bool:
        """Due within a week."""
        return self.due is not None and self.due - timezone.now() < SOON


def tasks_of(user: User) -> list[Task]:
    """Everything that waits for the person, the nearest deadline first, then the longest waiting."""
    organisations = [membership.organisation for membership in memberships_of(user)]
    departments = [organisation.pk for organisation in organisations if organisation.is_department]
    suppliers = [organisation.pk for organisation in organisations if not organisation.is_department]
    tasks = [*_of_organisations(organisations), *_of_participants([*departments, *suppliers])]
    if departments:
        tasks += _of_departments(departments)
    if suppliers:
        tasks += _of_suppliers(suppliers)
    if is_administrator(user):
        tasks += _of_administrators(user)
    if is_administrator(user) or is_judge(user):
        tasks += _of_labellers(user)
    if is_province_administrator(user):
        tasks += _disagreements(user)
    far = timezone.now() + timedelta(days=36500)
    return sorted(tasks, key=lambda task: (task.due or far, task.since or far, task.url))


def _of_organisations(organisations: list[Organisation]) -> Iterator[Task]:
    for organisation in organisations:
        if organisation.state == Organisation.State.REJECTED:
            yield Task(_("核验未通过，请修改"), organisation.name, organisation.get_absolute_url(), _("去修改"))


def _of_participants(ids: list[int]) -> Iterator[Task]:
    coming = Event.objects.filter(held_on__gte=timezone.localdate()).exclude(state=EventState.CANCELLED)
    for event in coming.filter(participants__organisation_id__in=ids).distinct()[:AT_MOST] if ids else ():
        told = event.state == EventState.PUBLISHED
        yield Task(
            _("参加对接会") if told else _("对接会待填可参会时间"),
            event.title,
            event.get_absolute_url(),
            _("查看时间") if told else _("去填写"),
            due=event.begins_at,
        )


def _of_departments(ids: list[int]) -> Iterator[Task]:
    own = Scenario.objects.of_organisations(ids)
    for scenario in own.filter(state=ScenarioState.RETURNED)[:AT_MOST]:
        yield Task(
            _("被退回，请修改"),
            scenario.title,
            reverse("scenarios:edit", args=[scenario.pk]),
            _("去修改"),
            since=scenario.updated_at,
        )
    for scenario in own.filter(state=ScenarioState.DRAFT).order_by("-updated_at")[:AT_MOST]:
        yield Task(
            _("草稿未提交"),
            scenario.title,
            reverse("scenarios:edit", args=[scenario.pk]),
            _("继续填写"),
            since=scenario.updated_at,
        )
    waiting = Application.objects.submitted().opened().filter(scenario__department_id__in=ids).with_parties()
    for application in waiting.order_by("submitted_at")[:AT_MOST]:
        yield Task(
            _("申请待答复"),
            f"{application.organisation.name} · {application.scenario.title}",
            application.get_absolute_url(),
            _("查看申请"),
            since=application.submitted_at,
        )
    for case in Case.objects.filter(department_id__in=ids, state__in=RUNNING_STATES)[:AT_MOST]:
        yield Task(_("案例进行中"), case.title, case.get_absolute_url(), _("更新进展"), since=case.updated_at)


def _of_suppliers(ids: list[int]) -> Iterator[Task]:
    invitations = (
        Mark.objects.filter(
            kind=Mark.Kind.INVITED, capability__organisation_id__in=ids, scenario__in=Scenario.objects.open()
        )
        .exclude(scenario__applications__organisation_id__in=ids)
        .select_related("scenario__department")
    )
    for mark in invitations[:AT_MOST]:
        yield Task(
            _("收到邀请，待申请"),
            f"{mark.scenario.department.name} · {mark.scenario.title}",
            mark.scenario.get_absolute_url(),
            _("查看机会"),
            due=mark.scenario.closes_at,
            since=mark.marked_at,
        )
    asked = Partner.objects.filter(organisation_id__in=ids, state=Partner.State.INVITED)
    for partner in asked.select_related("application__scenario", "application__organisation")[:AT_MOST]:
        application = partner.application
        yield Task(
            _("联合体待确认"),
            f"{application.organisation.name} · {application.scenario.title}",
            application.get_absolute_url(),
            _("去确认"),
            due=application.scenario.closes_at,
            since=partner.invited_at,
        )
    drafts = Application.objects.filter(organisation_id__in=ids, state=ApplicationState.DRAFT).with_parties()
    for application in drafts[:AT_MOST]:
        yield Task(
            _("申请未提交"),
            application.scenario.title,
            reverse("applications:edit", args=[application.pk]),
            _("继续填写"),
            due=application.scenario.closes_at,
            since=application.updated_at,
        )
    for capability in Capability.objects.of_organisations(ids).filter(state=CapabilityState.DRAFT)[:AT_MOST]:
        yield Task(
            _("能力未发布"),
            capability.name,
            reverse("capabilities:edit", args=[capability.pk]),
            _("继续填写"),
            since=capability.updated_at,
        )
    for case in Case.objects.filter(supplier_id__in=ids, state__in=RUNNING_STATES)[:AT_MOST]:
        yield Task(_("案例进行中"), case.title, case.get_absolute_url(), _("更新进展"), since=case.updated_at)


def _of_administrators(user: User) -> Iterator[Task]:
    for scenario in Scenario.objects.visible_to(user).in_review().select_related("department")[:AT_MOST]:
        yield Task(
            _("机会待审核"),
            f"{scenario.department.name} · {scenario.title}",
            scenario.get_absolute_url(),
            _("去审核"),
            since=scenario.submitted_at,
        )
    unsettled = Event.objects.filter(state__in=[EventState.DRAFT, EventState.PLANNED]).visible_to(user)
    for event in unsettled.filter(held_on__gte=timezone.localdate())[:AT_MOST]:
        yield Task(
            _("对接会待排位") if event.state == EventState.DRAFT else _("对接会待发布"),
            event.title,
            event.get_absolute_url(),
            _("去办理"),
            due=event.begins_at,
        )
    for organisation in Organisation.objects.visible_to(user).waiting().order_by("created_at")[:AT_MOST]:
        yield Task(
            _("单位待核验"),
            organisation.name,
            organisation.get_absolute_url(),
            _("去核验"),
            since=organisation.created_at,
        )


def _of_labellers(user: User) -> Iterator[Task]:
    progress = {key: own for key, own in own_progress(user, only_open=True).items() if not own.done}
    for campaign in Campaign.objects.filter(pk__in=progress)[:AT_MOST]:
        own = progress[campaign.pk]
        yield Task(
            _("文本待标注"),
            f"{campaign.name} · {own.graded} / {own.total}",
            reverse("labelling:next", args=[campaign.pk]),
            _("继续标注") if own.graded else _("开始标注"),
            since=campaign.opened_at,
        )


def _disagreements(user: User) -> Iterator[Task]:
    waiting = Pair.objects.disputed().decidable_by(user).filter(campaign__state=CampaignState.OPEN)
    disputed = dict(waiting.order_by().values_list("campaign").annotate(n=models.Count("pk")))
    for campaign in Campaign.objects.filter(pk__in=disputed)[:AT_MOST]:
        yield Task(
            _("标注分歧待裁定"),
            f"{campaign.name} · {disputed[campaign.pk]}",
            campaign.get_absolute_url(),
            _("去裁定"),
            since=campaign.opened_at,
        )
