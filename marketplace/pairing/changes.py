"""Why a match changed: the present result beside the last one that differed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from marketplace.pairing.words import part_name, parts_of
from marketplace.web.templatetags.marketplace import listed, percent, signed
from matching.models import Match

SMALLEST = 0.05
SAME_SCORE = 0.005


@dataclass(frozen=True, slots=True)
class Moved:
    """A part of the score, then and now, as additions to the log-odds."""

    name: str
    then: float
    now: float

    @property
    def by(self) -> float:
        """How far it moved."""
        return self.now - self.then


@dataclass(frozen=True, slots=True)
class Turned:
    """A requirement whose outcome changed; empty where it was not asked."""

    name: str
    then: str
    now: str

    @property
    def sentence(self) -> str:
        """The requirement and its two outcomes in words."""
        words = {"met": _("满足"), "missed": _("不满足"), "unknown": _("未说明"), "": _("没有这项要求")}
        return _("%(name)s：从“%(then)s”变为“%(now)s”") % {
            "name": self.name, "then": words[self.then], "now": words[self.now],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two results of one pair."""

    then: float
    now: float
    demand: tuple[float, float]
    supply: tuple[float, float]
    computed_at: datetime | None
    causes: Sequence[str]
    moved: Sequence[Moved]
    requirements: Sequence[Turned]

    @property
    def by(self) -> float:
        """How far the score moved."""
        return self.now - self.then

    @property
    def sentence(self) -> str:
        """What happened and why, in one sentence."""
        values = {"then": percent(self.then), "now": percent(self.now)}
        if abs(self.now - self.then) < SAME_SCORE:
            told = _("得分几乎没有变，仍是 %(now)s。") % values
        elif self.now > self.then:
            told = _("得分从 %(then)s 升到 %(now)s。") % values
        else:
            told = _("得分从 %(then)s 降到 %(now)s。") % values
        told += _("原因：%(causes)s。") % {"causes": listed(list(self.causes))}
        if self.moved:
            most = self.moved[0]
            told += _("变化最大的是“%(part)s”（%(by)s）。") % {"part": most.name, "by": signed(most.by)}
        return told


def compare_with_previous(match: Match, names: Mapping[str, str]) -> Comparison | None:
    """None where nothing came before; `names`: requirements by key, those of the previous result included."""
    before: dict[str, Any] | None = match.previous
    if not before:
        return None
    return Comparison(
        then=float(before["score"]),
        now=match.score,
        demand=(float(before["for_demand"]), match.for_demand),
        supply=(float(before["for_supply"]), match.for_supply),
        computed_at=parse_datetime(before["computed_at"]),
        causes=_causes(before, match),
        moved=_moved(before, match),
        requirements=_turned(before, match, names),
    )


def keys_before(match: Match) -> set[str]:
    """The requirements that the previous result speaks of."""
    return {asked["key"] for asked in (match.previous or {}).get("requirements", ())}


def _causes(before: Mapping[str, Any], match: Match) -> list[str]:
    model, _colon, weights = before["made_by"].partition(":")
    now_model, _colon, now_weights = match.made_by.partition(":")
    differs = {
        _("需求的内容改了"): before["demand_fingerprint"] != match.demand_fingerprint,
        _("能力的内容或单位资料改了"): before["supply_fingerprint"] != match.supply_fingerprint,
        _("换了向量模型"): model != now_model,
        _("换了排序权重"): weights != now_weights,
    }
    found = [text for text, changed in differs.items() if changed]
    return found or [_("双方和模型都没有变，是市场上其他需求和能力变了，同样的内容因此更常见或更少见")]


def _moved(before: Mapping[str, Any], match: Match) -> list[Moved]:
    """The part that moved most first."""
    now = match.reasons
    if not before.get("shares_supply"):  # a result that kept one view only is compared by that view
        now = {"shares": now.get("shares", {})}
    then, present = parts_of(before), parts_of(now)
    found = [Moved(part_name(part), then[part], present[part]) for part in present]
    return sorted((each for each in found if abs(each.by) >= SMALLEST), key=lambda each: (-abs(each.by), each.name))


def _turned(before: Mapping[str, Any], match: Match, names: Mapping[str, str]) -> list[Turned]:
    then = {asked["key"]: asked["outcome"] for asked in before.get("requirements", ())}
    now = {asked["key"]: asked["outcome"] for asked in match.reasons.get("requirements", ())}
    return [
        Turned(names.get(key, key), then.get(key, ""), now.get(key, ""))
        for key in sorted({*then, *now})
        if then.get(key) != now.get(key)
    ]
