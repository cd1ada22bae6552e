"""The demonstration world, built by the actions that people use, so that every rule holds in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.utils import timezone

from marketplace.accounts.actions import grant_office
from marketplace.accounts.models import Office, User
from marketplace.applications import actions as applications
from marketplace.capabilities import actions as capabilities
from marketplace.capabilities.models import Capability
from marketplace.cases import actions as cases
from marketplace.demo.accounts import CITY, PASSWORD, PROVINCE
from marketplace.demo.fixtures import Row, read
from marketplace.notifications.actions import mark_all_read
from marketplace.organisations import actions as organisations
from marketplace.organisations.models import Organisation
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.forms import end_of_day
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import (
    CooperationMode,
    Deployment,
    Kind,
    Maturity,
    Modality,
    PriorityArea,
    Region,
    Requirement,
    Sector,
)

STAGES = ("people", "posted", "applied", "cases")
# Whom the demonstration accounts of `demo.accounts` are.
DEMO_DEPARTMENT, DEMO_COMPANY, DEMO_JUDGE = "d-d01", "d-c01", "d-j01"

Progress = Callable[[str, int], None]


class Terms:
    """Reference data by key, read once."""

    def __init__(self) -> None:
        self._rows: dict[type[models.Model], dict[str, Any]] = {}

    def one(self, model: type[models.Model], key: str | None) -> Any:
        """The term of that key; None for no key. Raises KeyError for a key that is not in the seeds."""
        if key is None:
            return None
        if model not in self._rows:
            self._rows[model] = {row.key: row for row in model._default_manager.all()}  # type: ignore[attr-defined]
        return self._rows[model][str(key)]

    def many(self, model: type[models.Model], keys: list[str] | None) -> list[Any]:
        """The terms of those keys."""
        return [self.one(model, key) for key in keys or ()]


@dataclass(slots=True)
class World:
    """What has been made so far, by the keys of the fixtures."""

    terms: Terms = field(default_factory=Terms)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    owners: dict[str, User] = field(default_factory=dict)
    capabilities: dict[str, Capability] = field(default_factory=dict)
    scenarios: dict[str, Scenario] = field(default_factory=dict)


def build(stage: str, tell: Progress) -> World:
    """Build the world up to a stage (one of `STAGES`), in one transaction: a run cut short leaves nothing behind.

    `tell` hears the name of each part and how many records it has.
    """
    wanted = STAGES[: STAGES.index(stage) + 1]
    world = World()
    parts: dict[str, list[Callable[[World], int]]] = {
        "people": [_administrators, _departments, _companies, _judges],
        "posted": [_capabilities, _scenarios],
        "applied": [_applications],
        "cases": [_cases],
    }
    with transaction.atomic():
        for name in wanted:
            for part in parts[name]:
                tell(part.__name__.strip("_"), part(world))
        if "posted" in wanted:  # what called for the administrators has been done
            for administrator in User.objects.filter(email__in=(PROVINCE, CITY)):
                mark_all_read(actor=administrator)
    return world


def _person(email: str, name: str, phone: str = "") -> User:
    return User.objects.create(email=email.lower(), name=name, phone=phone, password=_HASH[0])


_HASH = [""]


def _administrators(world: World) -> int:
    _HASH[0] = make_password(PASSWORD)  # one hash for all: hashing is slow on purpose
    province = _person(PROVINCE, "方敬")
    grant_office(actor=None, user=province, role=Office.Role.ADMINISTRATOR)
    city = _person(CITY, "陶然")
    hefei = world.terms.one(Region, "340100")
    grant_office(actor=province, user=city, role=Office.Role.ADMINISTRATOR, region=hefei)
    world.owners["province"] = province
    return 2


def _departments(world: World) -> int:
    return sum(_organisation(world, row, Organisation.Kind.DEPARTMENT, {}) for row in read("departments"))


def _companies(world: World) -> int:
    return sum(_organisation(world, row, row["kind"], _company_profile(world, row)) for row in read("companies"))


def _company_profile(world: World, row: Row) -> dict[str, Any]:
    return {
        "short_name": row.get("short_name", ""),
        "credit_code": row["credit_code"],
        "home": row.get("home") or "",
        "size": row.get("size", ""),
        "founded": row.get("founded"),
        "qualifications": row.get("qualifications") or [],
        "wanted_sectors": world.terms.many(Sector, row.get("wanted_sectors")),
        "served_regions": world.terms.many(Region, row.get("served_regions")),
        "contract_min_wan": _money(row.get("contract_min_wan")),
        "contract_max_wan": _money(row.get("contract_max_wan")),
    }


def _organisation(world: World, row: Row, kind: str, profile: dict[str, Any]) -> int:
    contact = row["contact"]
    demo = {DEMO_DEPARTMENT: "department@demo.example", DEMO_COMPANY: "company@demo.example"}
    owner = _person(demo.get(row["key"], contact["email"]), contact["name"], contact["phone"])
    organisation = organisations.register(
        actor=owner,
        kind=kind,
        name=row["name"],
        region=world.terms.one(Region, row.get("region")),
        county=row.get("county") or "",
        introduction=row.get("introduction", ""),
        contact_name=contact["name"],
        contact_phone=contact["phone"],
        contact_email=contact["email"],
        **profile,
    )
    verified = organisations.verify(actor=world.owners["province"], organisation=organisation)
    world.organisations[row["key"]] = verified
    world.owners[row["key"]] = owner
    return 1


def _judges(world: World) -> int:
    count = 0
    for row in read("judges"):
        email = "judge@demo.example" if row["key"] == DEMO_JUDGE else row["email"]
        grant_office(actor=world.owners["province"], user=_person(email, row["name"]), role=Office.Role.JUDGE)
        count += 1
    return count


def _capabilities(world: World) -> int:
    now = timezone.now()
    for place, row in enumerate(read("capabilities")):
        owner = world.owners[row["company"]]
        capability = capabilities.draft(
            actor=owner, organisation=world.organisations[row["company"]], **_capability_content(world, row)
        )
        # Spread over the past year, so that lists and “newest” have something to order.
        at = now - timedelta(days=(place * 37) % 365, minutes=place)
        world.capabilities[row["key"]] = capabilities.publish(actor=owner, capability=capability, at=at)
    return len(world.capabilities)


def _capability_content(world: World, row: Row) -> dict[str, Any]:
    terms = world.terms
    texts = (
        "name",
        "summary",
        "technology",
        "highlights",
        "evidence",
        "scenes",
        "customers",
        "filing_number",
        "compute",
    )
    return {
        **{name: row.get(name) or "" for name in texts},
        "sectors": terms.many(Sector, row["sectors"]),
        "modalities": terms.many(Modality, row.get("modalities")),
        "deployments": terms.many(Deployment, row.get("deployments")),
        "maturity": terms.one(Maturity, row["maturity"]),
        "offered": terms.many(Requirement, row.get("requirements")),
        "lacking": terms.many(Requirement, row.get("lacking")),
        "modes": terms.many(CooperationMode, row.get("modes")),
        "price_min_wan": _money(row.get("price_min_wan")),
        "price_max_wan": _money(row.get("price_max_wan")),
    }


def _scenarios(world: World) -> int:
    now = timezone.now()
    decided = {row["scenario"] for row in read("cases")}
    for row in read("scenarios"):
        owner = world.owners[row["department"]]
        scenario = scenarios.draft(
            actor=owner, department=world.organisations[row["department"]], **_scenario_content(world, row)
        )
        if row["key"] in decided:  # decided in this world before its deadline: neither sealed nor on notice
            scenarios.set_terms(actor=owner, scenario=scenario, sealed=False, notice_days=0)
        posted = now - timedelta(days=int(row.get("posted_days_ago") or 0), hours=3)
        scenario = scenarios.submit(actor=owner, scenario=scenario, at=posted)
        reviewer = world.owners["province"]
        world.scenarios[row["key"]] = scenarios.publish(
            actor=reviewer, scenario=scenario, at=posted + timedelta(hours=2)
        )
    return len(world.scenarios)


def _scenario_content(world: World, row: Row) -> dict[str, Any]:
    terms = world.terms
    contact = world.organisations[row["department"]]
    texts = ("title", "subsector", "summary", "pain", "direction", "goals", "foundation", "investment")
    return {
        **{name: row.get(name) or "" for name in texts},
        "area": terms.one(PriorityArea, row["area"]),
        "sector": terms.one(Sector, row["sector"]),
        "kind": terms.one(Kind, row["kind"]),
        "region": terms.one(Region, row["region"]),
        "mode": terms.one(CooperationMode, row["mode"]),
        "modalities": terms.many(Modality, row.get("modalities")),
        "deployments": terms.many(Deployment, row.get("deployments")),
        "required": terms.many(Requirement, row.get("requirements")),
        "preferred": terms.many(Requirement, row.get("preferences")),
        "budget_wan": _money(row.get("budget_wan")),
        "period_months": row.get("period_months"),
        "closes_at": end_of_day(timezone.localdate() + timedelta(days=int(row["deadline_days"]))),
        "contact_name": contact.contact_name,
        "contact_phone": contact.contact_phone,
    }


def _applications(world: World) -> int:
    parts, count = list(read("parts")), 0
    for row in read("applications"):
        owner = world.owners[row["company"]]
        application = applications.draft(
            actor=owner,
            scenario=world.scenarios[row["scenario"]],
            organisation=world.organisations[row["company"]],
            capability=world.capabilities[row["capability"]],
            proposal=row["proposal"],
            promised=row.get("promised", ""),
            price_wan=_money(row.get("price_wan")),
            period_months=row.get("period_months"),
            contact_name=owner.name,
            contact_phone=owner.phone,
            **parts[count % len(parts)],
        )
        applications.submit(actor=owner, application=application)
        count += 1
    return count


def _cases(world: World) -> int:
    count = 0
    for row in read("cases"):
        scenario = world.scenarios[row["scenario"]]
        officer = world.owners[row["department"]]
        company = world.organisations[row["company"]]
        application = scenario.applications.get(organisation=company)
        case = cases.accept_application(actor=officer, application=application, reason=row["reason"])
        for step in row.get("steps", ()):
            case = cases.take_step(actor=officer, case=case, step=step["name"], reason=step.get("reason", ""))
        count += 1
    return count


def _money(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
