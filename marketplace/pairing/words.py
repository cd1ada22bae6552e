"""A match's reasons in words: what added to the score and what took from it, what agrees, what is not stated."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.capabilities.models import Capability
from marketplace.scenarios.models import Scenario
from marketplace.web.templatetags.marketplace import money_wan
from marketplace.web.verdicts import Text
from matching.models import Match

# Which part of the reasons each feature of the ranker belongs to.
PARTS = {
    "meaning": ("cosine", "meaning", "meaning_own", "meaning_other"),
    "evidence": ("phrases_own", "phrases_other"),
    "words": ("words_own", "words_other", "words_own_rich", "words_other_rich"),
    "sector": ("sector",),
    "modality": ("modality",),
    "met": ("met",),
    "missed": ("missed",),
    "wished": ("wished",),
    "place": ("place",),
    "money": ("money",),
    "maturity": ("maturity",),
}
SMALLEST = 0.05  # additions to the log-odds that round to nothing are not told
FIELDS = {"demand": Scenario, "supply": Capability}
NAMES: Mapping[str, Text] = {
    "meaning": gettext_lazy("语义相近"),
    "evidence": gettext_lazy("句子对应"),
    "words": gettext_lazy("用词相同"),
    "sector": gettext_lazy("行业"),
    "modality": gettext_lazy("模态"),
    "met": gettext_lazy("满足的要求"),
    "missed": gettext_lazy("缺少的要求"),
    "wished": gettext_lazy("满足的优先项"),
    "place": gettext_lazy("服务地区"),
    "money": gettext_lazy("报价与预算"),
    "maturity": gettext_lazy("成熟度"),
    "wishes": gettext_lazy("提供单位的意向"),
}
AGAINST: Mapping[str, Text] = {
    "meaning": gettext_lazy("语义不够相近"),
    "evidence": gettext_lazy("句子少有对应"),
    "words": gettext_lazy("用词不同"),
    "modality": gettext_lazy("模态不符"),
    "place": gettext_lazy("不在服务地区"),
    "money": gettext_lazy("报价高于预算"),
    "wishes": gettext_lazy("不合提供单位的意向"),
}
# Of each facet its name, and how it reads when it agrees and when it does not.
FACETS: Mapping[str, tuple[Text, Text, Text]] = {
    "place": (gettext_lazy("地区"), gettext_lazy("在服务地区内"), gettext_lazy("不在服务地区")),
    "money": (gettext_lazy("报价"), gettext_lazy("报价在预算之内"), gettext_lazy("报价高于预算")),
    "modality": (gettext_lazy("模态"), gettext_lazy("模态相符"), gettext_lazy("模态不符")),
    "deployment": (gettext_lazy("部署方式"), gettext_lazy("部署方式相符"), gettext_lazy("部署方式不符")),
    "mode": (gettext_lazy("合作方式"), gettext_lazy("合作方式相符"), gettext_lazy("合作方式不符")),
    "wanted": (gettext_lazy("关注行业"), gettext_lazy("在关注的行业内"), gettext_lazy("不在关注的行业内")),
    "contract": (gettext_lazy("承接金额"), gettext_lazy("金额在承接范围内"), gettext_lazy("金额不在承接范围内")),
    "capacity": (gettext_lazy("人手"), gettext_lazy("有人手承接"), gettext_lazy("目前没有人手")),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A requirement and what the other side says to it."""

    key: str
    name: str
    strength: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one part adds to the log-odds of the score; below zero it speaks against the pair."""

    label: str
    amount: float


@dataclass(frozen=True, slots=True)
class Fact:
    """How one facet agrees: met, missed or unknown."""

    name: str
    outcome: str
    text: str


def field_name(side: str, name: str) -> str:
    """How people know a field of a document."""
    field: Any = FIELDS[side]._meta.get_field(name)
    return str(field.verbose_name)


def parts_of(result: Mapping[str, Any]) -> dict[str, float]:
    """What each part adds to the log-odds of the combined score, the mean of both views.

    `result` is `Match.reasons` or `Match.previous`.
    """
    views = [result[name] for name in ("shares", "shares_supply") if result.get(name)]
    parts = {
        part: sum(float(view.get(name, 0)) for view in views for name in names) / max(1, len(views))
        for part, names in PARTS.items()
    }
    return {**parts, "wishes": float(result.get("wishes") or 0) / max(1, len(views))}


def log_odds(score: float) -> float:
    """ln(p / (1 − p)), for a probability that is never quite 0 or 1."""
    held = min(max(score, 1e-6), 1 - 1e-6)
    return math.log(held / (1 - held))


def part_name(part: str) -> str:
    """A part as the page names it."""
    return str(NAMES[part])


def shares_of(match: Match, answers: Iterable[Answer]) -> list[Share]:
    """The parts of the score, those that speak for the pair first; requirements one by one."""
    parts, told = parts_of(match.reasons), list(answers)
    whole = [part for part in parts if part not in ("met", "missed", "wished")]
    found = [
        *_of_answers(parts["met"], told, "required", "met", _("满足：%s")),
        *_of_answers(parts["wished"], told, "preferred", "met", _("满足优先项：%s")),
        *_of_answers(parts["missed"], told, "required", "missed", _("缺少：%s")),
        *(Share(_label(part, parts[part], match), parts[part]) for part in whole),
    ]
    return sorted((share for share in found if abs(share.amount) >= SMALLEST), key=lambda share: -share.amount)


def _of_answers(total: float, answers: list[Answer], strength: str, outcome: str, text: str) -> Iterator[Share]:
    """A part over several requirements, divided evenly: the ranker weighs the share of them."""
    names = [answer.name for answer in answers if (answer.strength, answer.outcome) == (strength, outcome)]
    return (Share(text % name, total / len(names)) for name in names)


def _label(part: str, value: float, match: Match) -> str:
    if part == "sector":
        return _sector(match.reasons.get("facets", {}).get("sector"))[1]
    if part == "modality" and value > 0:
        return str(FACETS[part][1])
    return str(AGAINST[part]) if value < 0 and part in AGAINST else part_name(part)


def _sector(value: float | None) -> tuple[str, str]:
    if value is None:
        return "unknown", _("未说明")
    if value == 1:
        return "met", _("行业一致")
    return ("met", _("行业相邻")) if value > 0 else ("missed", _("行业不同"))


def facts_of(match: Match) -> list[Fact]:
    """How each facet agrees of which both sides say something."""
    facets: dict[str, Any] = match.reasons.get("facets", {})
    found = []
    if facets.get("sector") is not None:
        found.append(Fact(_("行业"), *_sector(facets["sector"])))
    for key, (name, met, missed) in FACETS.items():
        value = facets.get(key)
        if value is not None:
            found.append(Fact(str(name), "met" if value else "missed", str(met if value else missed)))
    return found


def unknown_of(match: Match) -> list[str]:
    """The facets of which one side says nothing: neither met nor missed."""
    facets: dict[str, Any] = match.reasons.get("facets", {})
    sector = [_("行业")] if facets.get("sector") is None else []
    return sector + [str(name) for key, (name, _met, _missed) in FACETS.items() if facets.get(key) is None]


def unmet_wishes(match: Match, scenario: Scenario, capability: Capability, *, ours: bool) -> list[str]:
    """What the company behind the capability does not want of this opportunity; `ours`: told to that company."""
    facets: dict[str, Any] = match.reasons.get("facets", {})
    who = {"who": _("贵单位") if ours else _("该单位")}
    found: list[str] = []
    if facets.get("wanted") is False:
        sector = scenario.sector.name if scenario.sector else _("这个行业")
        found.append(_("%(who)s关注的行业不含“%(sector)s”。") % {**who, "sector": sector})
    if facets.get("contract") is False:
        found.append(_contract(scenario, capability, who))
    if facets.get("place") is False:
        region = scenario.region.name if scenario.region else _("这个地区")
        found.append(_("%(who)s的服务地区不含%(region)s。") % {**who, "region": region})
    if facets.get("capacity") is False:
        found.append(_("%(who)s目前没有人手承接新项目。") % who)
    return found


def _contract(scenario: Scenario, capability: Capability, who: dict[str, str]) -> str:
    budget, organisation = scenario.budget_wan, capability.organisation
    low, high = organisation.contract_min_wan, organisation.contract_max_wan
    if budget is not None and low is not None and budget < low:
        return _("金额低于%(who)s的承接下限 %(money)s。") % {**who, "money": money_wan(low)}
    if budget is not None and high is not None and budget > high:
        return _("金额高于%(who)s的承接上限 %(money)s。") % {**who, "money": money_wan(high)}
    return _("金额不在%(who)s的承接范围内。") % who
