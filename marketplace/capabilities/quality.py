"""What a capability's text still lacks: some of it holds publishing up, the rest would make matches better."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.capabilities.models import Capability

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Gap:
    """A field that lacks something, and why that matters."""

    field: str
    message: Text
    needed: bool


def gaps(capability: Capability) -> list[Gap]:
    """All gaps, those that hold publishing up first."""
    return [*missing_for_publishing(capability), *_wishes(capability)]


def missing_for_publishing(capability: Capability) -> list[Gap]:
    """What must be there before it is shown."""
    needed: list[tuple[str, bool, Text]] = [
        ("name", not capability.name.strip(), _("请填写能力名称")),
        ("sectors", not capability.sectors.exists(), _("请至少选择一个面向的行业")),
        ("summary", not capability.summary.strip(), _("请写一段能力概述")),
        ("scenes", not capability.scenes.strip(), _("请写明可应用的场景")),
        ("maturity", capability.maturity_id is None, _("请选择成熟度")),
    ]
    return [Gap(field, message, True) for field, lacks, message in needed if lacks]


def _wishes(capability: Capability) -> list[Gap]:
    wished: list[tuple[str, bool, Text]] = [
        ("evidence", not capability.evidence.strip(), _("写上用在哪里、效果多少，部门最看重这一项")),
        ("technology", not capability.technology.strip(), _("写上核心技术，评审和匹配都会用到")),
        ("offered", not capability.offered.exists(), _("勾选能满足的要求；没有写明的会显示为“未知”")),
        ("deployments", not capability.deployments.exists(), _("写上部署方式，很多部门只接受本地化部署")),
        ("price_max_wan", capability.price_max_wan is None, _("写上大致报价，便于部门比对预算")),
    ]
    return [Gap(field, message, False) for field, lacks, message in wished if lacks]
