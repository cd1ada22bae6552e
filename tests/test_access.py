"""Every address as every role, from one table. An address that is missing here fails the test."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from marketplace.applications import actions as applications
from marketplace.capabilities.models import Capability
from marketplace.cases import actions as cases
from marketplace.events import actions as events
from marketplace.exposure import actions as exposure
from marketplace.gaps.models import Gap
from marketplace.labelling.models import Pair
from marketplace.notifications.models import Notification
from marketplace.organisations import actions as organisations
from marketplace.pairing import actions as pairing
from marketplace.scenarios.models import Scenario
from tests.labelling.campaigns import grade_pair, open_campaign, turns_of
from tests.world import (
    World,
    draft_capability,
    draft_scenario,
    make_world,
    person,
    published_capability,
    published_scenario,
    submitted_application,
)

pytestmark = pytest.mark.django_db
ROLES = ("anonymous", "province", "hefei_admin", "alice", "bob", "carol", "dave", "judge")
FOREIGN = (
    "admin:",
    "account_",
    "mfa_",
    "socialaccount",
    "openid",
    "prometheus",
    "scenario-",
    "capability-",
    "gap-",
    "match-",
    "event-",
    "labelling-turn-",
    "api-root",
)

# For each GET address: the arguments it is asked with, and what each role is answered:
# o = 200, l = sent to sign in, f = 403, n = 404 (does not exist for this person).
#                                               anon prov hefe alic bob  caro dave judg
TABLE = {
    "reports:home": ((), "o    o    o    o    o    o    o    o"),
    "reports:work": ((), "l    o    o    o    o    o    o    o"),
    "reports:definitions": ((), "o    o    o    o    o    o    o    o"),
    "reports:exposure": ((), "l    o    o    f    f    f    f    f"),
    "reports:exposure-suppliers": ((), "l    o    o    f    f    f    f    f"),
    "exposure:try": ((), "l    o    f    f    f    f    f    f"),
    "reports:cities": ((), "o    o    o    o    o    o    o    o"),
    "accounts:profile": ((), "l    o    o    o    o    o    o    o"),
    "notifications:inbox": ((), "l    o    o    o    o    o    o    o"),
    "organisations:choose": ((), "l    o    o    o    o    o    o    o"),
    "organisations:register-department": ((), "l    o    o    o    o    o    o    o"),
    "organisations:register-supplier": ((), "l    o    o    o    o    o    o    o"),
    "organisations:queue": ((), "l    o    o    f    f    f    f    f"),
    "organisations:detail": (("waiting",), "n    o    n    n    n    n    n    n"),
    "organisations:edit": (("department",), "l    f    f    o    f    f    f    f"),
    "scenarios:list": ((), "o    o    o    o    o    o    o    o"),
    "scenarios:mine": ((), "l    o    o    o    o    o    o    o"),
    "scenarios:create": ((), "l    f    f    o    o    f    f    f"),
    "scenarios:queue": ((), "l    o    o    f    f    f    f    f"),
    "scenarios:detail": (("draft",), "n    n    n    o    n    n    n    n"),
    "scenarios:edit": (("draft",), "l    n    n    o    n    n    n    n"),
    "scenarios:terms": (("draft",), "l    n    n    o    n    n    n    n"),
    "capabilities:list": ((), "o    o    o    o    o    o    o    o"),
    "capabilities:mine": ((), "l    o    o    o    o    o    o    o"),
    "capabilities:create": ((), "l    f    f    f    f    o    o    f"),
    "capabilities:detail": (("capability_draft",), "n    n    n    n    n    o    n    n"),
    "capabilities:edit": (("capability_draft",), "l    n    n    n    n    o    n    n"),
    "pairing:similar-to-scenario": (("scenario",), "l    o    o    o    f    f    f    f"),
    "pairing:similar-to-capability": (("capability",), "l    o    o    f    f    o    f    f"),
    "pairing:similar-by-meaning": (("token",), "l    n    n    n    n    n    n    n"),
    "gaps:list": ((), "o    o    o    o    o    o    o    o"),
    "gaps:atom": ((), "o    o    o    o    o    o    o    o"),
    "gaps:detail": (("gap",), "o    o    o    o    o    o    o    o"),
    "pairing:recommended": ((), "l    o    o    o    o    o    o    o"),
    "pairing:of-scenario": (("scenario",), "l    o    o    o    f    f    f    f"),
    "pairing:bundles": (("scenario",), "l    o    o    o    f    f    f    f"),
    "pairing:of-capability": (("capability",), "l    o    o    f    f    o    f    f"),
    "pairing:pair": (("scenario", "capability"), "l    o    o    o    f    o    f    f"),
    "pairing:advice": (("scenario", "nothing"), "l    n    n    n    n    n    n    n"),
    "events:list": ((), "o    o    o    o    o    o    o    o"),
    "events:create": ((), "l    o    o    f    f    f    f    f"),
    "events:detail": (("event",), "n    o    n    o    n    o    n    n"),
    "events:edit": (("event",), "l    o    n    f    n    f    n    n"),
    "events:enrol": (("event",), "l    o    n    f    n    f    n    n"),
    "events:progress": (("owed_event",), "l    o    n    n    f    n    f    n"),
    "events:terms": (("participant",), "l    o    n    f    n    o    n    n"),
    "events:meeting": (("meeting",), "l    o    n    n    n    n    n    n"),
    "labelling:list": ((), "l    o    o    f    f    f    f    o"),
    "labelling:create": ((), "l    o    f    f    f    f    f    f"),
    "labelling:campaign": (("campaign",), "l    o    f    f    f    f    f    f"),
    # Leads on: to the next pair, or back to the list.
    "labelling:next": (("campaign",), "l    l    n    n    n    n    n    l"),
    "labelling:export": (("campaign",), "l    o    f    f    f    f    f    f"),
    "labelling:turn": (("turn",), "l    n    n    n    n    n    n    o"),
    "labelling:pair": (("disputed",), "l    o    f    f    f    f    f    f"),
    "learning:versions": ((), "l    o    f    f    f    f    f    f"),
    "learning:run": ((), "l    o    f    f    f    f    f    f"),
    "learning:pairs": ((), "l    o    f    f    f    f    f    f"),
    "applications:list": ((), "l    o    o    o    o    o    o    o"),
    "applications:apply": (("open_scenario",), "l    f    f    f    f    o    o    f"),
    "applications:applicants": (("scenario",), "l    f    f    o    f    f    f    f"),
    "applications:detail": (("application",), "l    o    o    o    n    o    n    n"),
    "applications:edit": (("application_draft",), "l    n    n    n    n    n    o    n"),
    "applications:choose": (("scenario",), "l    f    f    f    f    f    f    f"),
    "applications:notices": ((), "o    o    o    o    o    o    o    o"),
    "applications:notice": (("application",), "n    n    n    n    n    n    n    n"),
    "applications:receipt": (("application", "one"), "l    o    o    o    n    o    n    n"),
    "applications:receipt-content": (("application", "one"), "l    o    o    o    n    o    n    n"),
    "cases:list": ((), "o    o    o    o    o    o    o    o"),
    "cases:detail": (("case",), "n    o    o    o    n    o    n    n"),
    "scenarios:attachment": (("draft", "nothing"), "n    n    n    n    n    n    n    n"),
    "applications:attachment": (("application", "nothing"), "l    n    n    n    n    n    n    n"),
    "schema": ((), "o    o    o    o    o    o    o    o"),
}
# Addresses that only take POST answer every GET with 405 or ask for signing in first: GET never writes.
POSTS = {
    "organisations:verify": ("waiting",),
    "organisations:reject": ("waiting",),
    "organisations:add-member": ("department",),
    "organisations:remove-member": ("department", "nothing"),
    "scenarios:read": (),
    "scenarios:submit": ("draft",),
    "scenarios:publish": ("draft",),
    "scenarios:return": ("draft",),
    "scenarios:withdraw": ("draft",),
    "scenarios:hold": ("scenario",),
    "scenarios:resume": ("scenario",),
    "scenarios:remove-attachment": ("draft", "nothing"),
    "capabilities:read": (),
    "capabilities:publish": ("capability",),
    "capabilities:withdraw": ("capability",),
    "pairing:similar-scenarios": (),
    "pairing:similar-capabilities": (),
    "gaps:follow": ("gap",),
    "gaps:unfollow": ("gap",),
    "pairing:mark": ("scenario", "capability"),
    "pairing:invite": ("scenario", "capability"),
    "pairing:unmark": ("mark",),
    "pairing:ask-advice": ("scenario", "capability"),
    "exposure:seen": (),
    "exposure:adopt": ("policy",),
    "exposure:end": ("policy",),
    "events:plan": ("event",),
    "events:publish": ("event",),
    "events:cancel": ("event",),
    "events:arrange": ("event",),
    "events:leave-out": ("participant",),
    "events:fix": ("meeting",),
    "events:forbid": ("meeting",),
    "events:allow": ("exclusion",),
    "labelling:close": ("campaign",),
    "labelling:reopen": ("campaign",),
    "labelling:hand-over": ("campaign",),
    "labelling:grade": ("turn",),
    "labelling:skip": ("turn",),
    "labelling:note": ("turn",),
    "labelling:decide": ("disputed",),
    "learning:train": (),
    "learning:install": ("nothing",),
    "learning:install-file": (),
    "applications:submit": ("application",),
    "applications:withdraw": ("application",),
    "applications:autosave": ("application",),
    "applications:give-up": ("application",),
    "applications:answer-objection": ("nothing",),
    "applications:invite-partner": ("application",),
    "applications:answer-partner": ("application", "nothing"),
    "applications:remove-partner": ("application", "nothing"),
    "applications:add-coauthor": ("application",),
    "applications:remove-coauthor": ("application", "nothing"),
    "applications:drop-attachment": ("application", "nothing"),
    "applications:decline": ("application",),
    "cases:accept": ("application",),
    "cases:step": ("case", "hold"),
    "notifications:open": ("notification",),
    "notifications:read-all": (),
}
# The answer of the first depends on the worker; the second sends every GET back without a change.
OTHER = {"healthz", "set_language"}
ANSWERS = {"o": 200, "l": 302, "f": 403, "n": 404}


def _names(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _names(pattern.url_patterns, inner)
        elif pattern.name:
            yield space + pattern.name


def test_every_address_is_in_the_table() -> None:
    named = {name for name in _names(get_resolver().url_patterns) if not name.startswith(FOREIGN)}
    assert named == set(TABLE) | set(POSTS) | OTHER


def _things(world: World) -> dict[str, object]:
    scenario = published_scenario(world)
    capability = published_capability(world)
    mark = pairing.mark_for_department(actor=world.alice, scenario=scenario, capability=capability, kind="interested")
    application = submitted_application(world, scenario)
    case = cases.accept_application(actor=world.alice, application=application, reason="好")
    eve = person("eve")
    campaign = open_campaign(world)
    disputed = grade_pair(Pair.objects.filter(campaign=campaign)[0], 0, 3)
    open_scenario = published_scenario(world, title="出院随访外呼")
    applied = published_scenario(world, title="病案编码辅助")
    return {
        "scenario": Scenario.objects.get(pk=scenario.pk).pk,
        "open_scenario": open_scenario.pk,
        "draft": draft_scenario(world).pk,
        "capability": capability.pk,
        "capability_draft": draft_capability(world).pk,
        "application": application.pk,
        "application_draft": applications.draft(
            actor=world.dave, scenario=applied, organisation=world.other_company, proposal="想法"
        ).pk,
        "case": case.pk,
        "mark": mark.pk,
        "campaign": campaign.pk,
        "turn": turns_of(world.judge)[0].pk,
        "disputed": disputed.pk,
        "notification": Notification.objects.filter(recipient=world.alice).values_list("pk", flat=True)[0],
        "department": world.department.pk,
        "waiting": organisations.register(actor=eve, kind="department", name="待核验的部门", region=None).pk,
        "gap": Gap.objects.create(
            dimension="sector", sector=scenario.sector, opened_at=timezone.now(), closed_at=timezone.now()
        ).pk,
        "token": "0" * 32,
        **_event_things(world, scenario, capability),
        "nothing": 987654321,
        "one": 1,
        "hold": "hold",
    }


def _event_things(world: World, scenario: Scenario, capability: Capability) -> dict[str, object]:
    content = {"place": "合肥", "held_on": timezone.localdate(), "slot_starts": ["09:00"], "tables": 2}
    event = events.create(actor=world.province, title="对接会", **content)
    events.enrol(actor=world.province, event=event, organisations=[world.department, world.company])
    owed = events.create(actor=world.province, title="待排位", **content)
    events.enrol(actor=world.province, event=owed, organisations=[world.other_department, world.other_company])
    exclusion = events.forbid(
        actor=world.province, event=event, department=world.other_department, supplier=world.company, reason="不合适"
    )
    meeting = events.arrange(actor=world.province, event=event, scenario=scenario, capability=capability, slot=0)
    return {
        "policy": exposure.try_policy(actor=world.province, gini_target=0.3, small_share=None).pk,
        "event": event.pk,
        "owed_event": events.ask_for_plan(actor=world.province, event=owed).pk,
        "participant": event.participants.get(organisation=world.company).pk,
        "meeting": meeting.pk,
        "exclusion": exclusion.pk,
    }


def _client(world: World, role: str) -> Client:
    client = Client()
    if role != "anonymous":
        client.force_login(getattr(world, role), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_every_address_as_every_role() -> None:
    world = make_world()
    things = _things(world)
    wrong = []
    for number, role in enumerate(ROLES):
        client = _client(world, role)
        for name, (arguments, answers) in TABLE.items():
            address = reverse(name, args=[things[argument] for argument in arguments])
            status = client.get(address).status_code
            expected = ANSWERS[answers.split()[number]]
            if status != expected:
                wrong.append(f"{role} {name}: {status}, not {expected}")
    assert wrong == []


def test_addresses_that_write_do_nothing_on_get() -> None:
    world = make_world()
    things = _things(world)
    for role in ("anonymous", "alice", "province"):
        client = _client(world, role)
        for name, arguments in POSTS.items():
            address = reverse(name, args=[things[argument] for argument in arguments])
            assert client.get(address).status_code == 405, (role, name)


def test_nobody_changes_what_belongs_to_others() -> None:
    world = make_world()
    things = _things(world)
    for role in ("bob", "dave", "judge"):
        client = _client(world, role)
        for name in (
            "scenarios:submit",
            "scenarios:withdraw",
            "capabilities:withdraw",
            "applications:withdraw",
            "cases:accept",
            "labelling:close",
            "labelling:hand-over",
            "labelling:decide",
            "learning:train",
            "learning:install-file",
        ):
            arguments = POSTS[name]
            address = reverse(name, args=[things[argument] for argument in arguments])
            assert client.post(address, {"reason": "随便"}).status_code in (403, 404), (role, name)
