"""A small market for tests, made by the application's own actions, so that every rule holds in it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from stdnum.cn import uscc

from marketplace.accounts.actions import grant_office
from marketplace.accounts.models import Office, User
from marketplace.applications import actions as applications
from marketplace.applications.models import Application
from marketplace.capabilities import actions as capabilities
from marketplace.capabilities.models import Capability
from marketplace.organisations import actions as organisations
from marketplace.organisations.models import Organisation
from marketplace.scenarios import actions as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.taxonomy.models import (
    CooperationMode,
    Kind,
    Maturity,
    PriorityArea,
    Region,
    Requirement,
    Sector,
)
from marketplace.taxonomy.seeding import load_seeds

PASSWORD = "Test-password-2026"


@dataclass(slots=True)
class World:
    """Alice posts for one department, Bob for another; Carol's and Dave's companies answer; two administrators."""

    province: User
    hefei_admin: User
    alice: User
    bob: User
    carol: User
    dave: User
    judge: User
    department: Organisation
    other_department: Organisation
    company: Organisation
    other_company: Organisation


def person(name: str) -> User:
    """Somebody with an account."""
    return User.objects.create_user(f"{name}@test.example", PASSWORD, name=name)


def credit_code(n: int) -> str:
    """A valid, fictitious 统一社会信用代码."""
    base = f"91340100MATEST{n:03d}"[:17].replace("S", "5")
    return base + uscc.calc_check_digit(base)


def make_world() -> World:
    """Reference data, people and organisations."""
    list(load_seeds())
    hefei, wuhu = Region.objects.get(key="340100"), Region.objects.get(key="340200")
    province, hefei_admin, judge = person("province"), person("hefei"), person("judge")
    grant_office(actor=None, user=province, role=Office.Role.ADMINISTRATOR)
    grant_office(actor=province, user=hefei_admin, role=Office.Role.ADMINISTRATOR, region=hefei)
    grant_office(actor=province, user=judge, role=Office.Role.JUDGE)
    alice, bob, carol, dave = person("alice"), person("bob"), person("carol"), person("dave")

    def organisation(owner: User, name: str, kind: str, region: Region, **more: Any) -> Organisation:
        made = organisations.register(actor=owner, kind=kind, name=name, region=region, **more)
        return organisations.verify(actor=province, organisation=made)

    return World(
        province=province,
        hefei_admin=hefei_admin,
        alice=alice,
        bob=bob,
        carol=carol,
        dave=dave,
        judge=judge,
        department=organisation(alice, "合肥病案质控专班", "department", hefei),
        other_department=organisation(bob, "芜湖港口数字化专班", "department", wuhu),
        company=organisation(
            carol, "合肥试验智能科技有限公司", "company", hefei, credit_code=credit_code(1), size="small"
        ),
        other_company=organisation(dave, "芜湖旁观信息有限公司", "company", wuhu, credit_code=credit_code(2)),
    )


def scenario_content(**changes: Any) -> dict[str, Any]:
    """What a complete opportunity says."""
    return {
        "title": "县医院病案首页自动质控",
        "area": PriorityArea.objects.get(key="smart-healthcare"),
        "sector": Sector.objects.get(key="health"),
        "kind": Kind.objects.get(key="livelihood"),
        "region": Region.objects.get(key="340100"),
        "mode": CooperationMode.objects.get(key="procurement"),
        "summary": "全县三家医院年出院六万人次，病案科五个人。",
        "pain": "每天约九百份病历靠人工逐份抽查，只能查百分之五，漏项要到医保退单才发现。",
        "goals": "质控覆盖全部出院病历，单份十秒内出结果。",
        "budget_wan": Decimal("80"),
        "period_months": 6,
        "closes_at": timezone.now() + timedelta(days=30),
        "contact_name": "周敏",
        "contact_phone": "0551-55501234",
        "required": [Requirement.objects.get(key="on-premises"), Requirement.objects.get(key="data-stays-in-domain")],
        **changes,
    }


def draft_scenario(world: World, **changes: Any) -> Scenario:
    """Alice's draft."""
    return scenarios.draft(actor=world.alice, department=world.department, **scenario_content(**changes))


def published_scenario(world: World, **changes: Any) -> Scenario:
    """Alice's opportunity, published by the administrator of the province."""
    draft = draft_scenario(world, **changes)
    submitted = scenarios.submit(actor=world.alice, scenario=draft)
    return scenarios.publish(actor=world.province, scenario=submitted)


def draft_capability(world: World, **changes: Any) -> Capability:
    """Carol's draft."""
    content = {
        "name": "病案首页质控引擎",
        "sectors": [Sector.objects.get(key="health")],
        "summary": "读取电子病历全文，逐条指出首页漏填、诊断与手术不符，并给出原文依据。",
        "scenes": "县级医院病案科的出院病历质控。",
        "technology": "医疗命名实体识别与规则推理，支持 OCR。",
        "evidence": "在两家县医院运行十四个月，主要漏项检出率百分之九十三。",
        "maturity": Maturity.objects.get(key="pilot"),
        "offered": [Requirement.objects.get(key="on-premises"), Requirement.objects.get(key="data-stays-in-domain")],
        **changes,
    }
    return capabilities.draft(actor=world.carol, organisation=world.company, **content)


def published_capability(world: World, **changes: Any) -> Capability:
    """Carol's capability, published."""
    return capabilities.publish(actor=world.carol, capability=draft_capability(world, **changes))


def application_content(**changes: Any) -> dict[str, Any]:
    """What a complete application says, whatever the opportunity asks for."""
    return {
        "proposal": "先试跑一个月，再推广到各科室。",
        "promised": "漏项检出率不低于九成。",
        "price_wan": Decimal("60"),
        "period_months": 6,
        "schedule": "第一个月接入，第二个月试跑，之后推广。",
        "data_needed": "五百份脱敏病历。",
        "compute_needed": "两张推理卡",
        "team": "项目经理一名，算法两名，实施两名。",
        "track_record": "在两家县医院运行十四个月。",
        "contact_phone": "0551-55505678",
        **changes,
    }


def submitted_application(world: World, scenario: Scenario, by: str = "carol") -> Application:
    """An application of Carol's company, or of Dave's."""
    actor, organisation = (world.carol, world.company) if by == "carol" else (world.dave, world.other_company)
    draft = applications.draft(
        actor=actor,
        scenario=scenario,
        organisation=organisation,
        **application_content(),
    )
    return applications.submit(actor=actor, application=draft)
