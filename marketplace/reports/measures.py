"""The registry of measures: what each figure means, and the rows behind it.

Home page, dashboards, exports and API all ask here, so that they cannot disagree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.applications.models import Application
from marketplace.capabilities.models import Capability
from marketplace.cases.models import Case
from marketplace.gaps.models import Waiting
from marketplace.scenarios.models import Scenario

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its definition. `rows` is the query that is counted; `rows_url` shows the same rows."""

    key: str
    label: Text
    unit: Text
    definition: Text
    rows: Callable[[], models.QuerySet[Any]]
    rows_url: Callable[[], str]
    count_of: str = "pk"

    def value(self) -> int:
        """How many there are now."""
        total: int = self.rows().aggregate(total=models.Count(self.count_of, distinct=True))["total"]
        return total


def _listing(name: str, **query: str) -> Callable[[], str]:
    def url() -> str:
        return f"{reverse(name)}?{urlencode(query)}" if query else reverse(name)

    return url


MEASURES: dict[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure(
            "published-opportunities",
            _("已发布场景机会"),
            _("个"),
            _("审核通过并公开过的场景机会，包括对接中、已截止、已签约和已到期的。"),
            Scenario.objects.public,
            _listing("scenarios:list", status="all"),
        ),
        Measure(
            "open-opportunities",
            _("开放中的场景机会"),
            _("个"),
            _("已发布且未过截止时间、企业现在可以申请的场景机会。"),
            Scenario.objects.open,
            _listing("scenarios:list", status="open"),
        ),
        Measure(
            "vertical-opportunities",
            _("垂直应用场景机会"),
            _("个"),
            _("归入某一重点行业的已发布场景机会。"),
            lambda: Scenario.objects.public().filter(sector__isnull=False),
            _listing("scenarios:list", status="all"),
        ),
        Measure(
            "sectors-shown",
            _("已有应用的重点行业"),
            _("个"),
            _("至少有一个已签约场景机会的重点行业。"),
            lambda: Scenario.objects.filter(state="awarded", sector__isnull=False),
            _listing("scenarios:list", status="awarded"),
            "sector",
        ),
        Measure(
            "published-capabilities",
            _("场景能力"),
            _("项"),
            _("已核验单位公开发布的场景能力。"),
            Capability.objects.public,
            _listing("capabilities:list"),
        ),
        Measure(
            "unanswered-opportunities",
            _("尚无合适能力的机会"),
            _("个"),
            _("开放中、匹配已算完，而没有一项场景能力达到“合适”的场景机会。"),
            Waiting.objects.shown,
            _listing("gaps:list"),
        ),
        Measure(
            "received-applications",
            _("收到的申请"),
            _("份"),
            _("企业提交且没有撤回的申请。"),
            Application.objects.received,
            _listing("applications:list"),
        ),
        Measure(
            "opened-cases",
            _("已建立案例"),
            _("个"),
            _("部门接受申请后建立的案例，包括还在建设的。"),
            Case.objects.all,
            _listing("cases:list"),
        ),
        Measure(
            "landed-cases",
            _("落地应用"),
            _("个"),
            _("已验收或运行中的案例。"),
            Case.objects.delivered,
            _listing("cases:list", status="delivered"),
        ),
        Measure(
            "benchmark-scenarios",
            _("标杆示范场景"),
            _("个"),
            _("经评比和公示、认定为标杆示范的案例。"),
            Case.objects.benchmarks,
            _listing("cases:list", status="benchmark"),
        ),
    )
}
