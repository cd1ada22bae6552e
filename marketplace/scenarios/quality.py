"""What a text still lacks: some of it holds the review up, the rest would make matches better."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.scenarios.models import Scenario

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Gap:
    """A field that lacks something, and why that matters."""

    field: str
    message: Text
    needed: bool


def gaps(scenario: Scenario, *, at: datetime) -> list[Gap]:
    """All gaps of a text, those that hold the review up first."""
    return [*missing_for_review(scenario, at=at), *_wishes(scenario)]


def missing_for_review(scenario: Scenario, *, at: datetime) -> list[Gap]:
    """What must be there before an administrator looks at it."""
    needed: list[tuple[str, bool, Text]] = [
        ("title", not scenario.title.strip(), _("请填写机会名称")),
        ("area", scenario.area_id is None, _("请选择重点领域")),
        ("sector", scenario.sector_id is None, _("请选择所属行业")),
        ("kind", scenario.kind_id is None, _("请选择机会类别")),
        ("region", scenario.region_id is None, _("请选择所属区域")),
        ("mode", scenario.mode_id is None, _("请选择合作方式")),
        ("summary", not scenario.summary.strip(), _("请写一段场景概述")),
        ("pain", not scenario.pain.strip(), _("请写明拟解决的问题")),
        ("closes_at", scenario.closes_at is None, _("请填写截止日期")),
        (
            "closes_at",
            scenario.closes_at is not None and scenario.closes_at <= at,
            _("截止日期已过，请改为今天以后的日期"),
        ),
        ("contact_phone", not scenario.contact_phone.strip(), _("请填写联系电话（仅登录用户可见）")),
    ]
    return [Gap(field, message, True) for field, lacks, message in needed if lacks]


def _wishes(scenario: Scenario) -> list[Gap]:
    wished: list[tuple[str, bool, Text]] = [
        ("goals", not scenario.goals.strip(), _("写上希望达到的指标，企业才能判断做不做得到")),
        ("foundation", not scenario.foundation.strip(), _("写上现有的数据、平台和设施，匹配会更准")),
        ("direction", not scenario.direction.strip(), _("不确定技术路线可以不写；写了能缩小范围")),
        ("budget_wan", scenario.budget_wan is None, _("写上投资规模，报价不合适的企业会排到后面")),
        ("period_months", scenario.period_months is None, _("写上建设周期，便于企业安排人手")),
        ("pain", 0 < len(scenario.pain.strip()) < 40, _("问题再具体些：多少件、多久、错在哪里")),
    ]
    return [Gap(field, message, False) for field, lacks, message in wished if lacks]
