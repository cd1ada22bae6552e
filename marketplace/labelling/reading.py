"""A kept text as a person reads it: sections and facts. Nothing here knows a score, a rank or anybody's grade."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.capabilities.models import Capability
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
from marketplace.web.templatetags.marketplace import listed, money_range, money_wan
from matching.engine.documents import Facets
from matching.models import KeptText

Text = str | Promise
Names = Mapping[type[models.Model], Mapping[str, str]]
TERMS: tuple[type[Any], ...] = (
    Sector, PriorityArea, Kind, Region, Modality, Deployment, Maturity, CooperationMode, Requirement,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Requirements:
    """A row of chips: its label, the names, and the tone of `components/chips.html`."""

    label: Text
    terms: list[dict[str, str]]
    tone: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One text: title, sections and facts as pairs of label and text, and its requirements."""

    title: str
    sections: list[tuple[Text, str]]
    facts: list[tuple[Text, str]]
    requirements: list[Requirements]


def read_pair(demand: KeptText, supply: KeptText) -> tuple[Reading, Reading]:
    """Both texts. Nine statements for the names of terms."""
    names: Names = {model: {row.key: row.name for row in model.objects.all()} for model in TERMS}
    return _demand(demand, names), _supply(supply, names)


def _demand(text: KeptText, names: Names) -> Reading:
    facets = Facets.from_json(text.facets)
    facts = [
        (_("重点领域"), _one(names[PriorityArea], facets.area)),
        (_("所属行业"), _many(names[Sector], facets.sectors)),
        (_("机会类别"), _one(names[Kind], facets.kind)),
        (_("所属区域"), _many(names[Region], facets.places)),
        (_("投资规模"), money_wan(facets.money_high)),
        (_("合作方式"), _many(names[CooperationMode], facets.modes)),
        *_shared(facets, names),
    ]
    asked = facets.asked
    chips = [
        Requirements(
            _("硬性要求"), _chips(names, (key for key, how in asked.items() if how == "required")), "required"
        ),
        Requirements(_("优先考虑"), _chips(names, (key for key, how in asked.items() if how != "required")), ""),
    ]
    return _reading(text, Scenario, "title", facts, chips)


def _supply(text: KeptText, names: Names) -> Reading:
    facets = Facets.from_json(text.facets)
    low, high = facets.money_low, facets.money_high
    price = money_range(low, high) if low is not None and high is not None else money_wan(low if high is None else high)  # type: ignore[arg-type]  # it reads any number
    facts = [
        (_("面向行业"), _many(names[Sector], facets.sectors)),
        (_("成熟度"), _one(names[Maturity], facets.maturity)),
        (_("服务地区"), _many(names[Region], facets.places)),
        (_("报价"), price),
        (_("合作方式"), _many(names[CooperationMode], facets.modes)),
        *_shared(facets, names),
    ]
    chips = [
        Requirements(_("可满足的要求"), _chips(names, facets.offered), "met"),
        Requirements(_("明确不支持的要求"), _chips(names, facets.lacking), "missed"),
    ]
    return _reading(text, Capability, "name", facts, chips)


def _shared(facets: Facets, names: Names) -> list[tuple[Text, str]]:
    return [
        (_("涉及模态"), _many(names[Modality], facets.modalities)),
        (_("部署方式"), _many(names[Deployment], facets.deployments)),
    ]


def _reading(
    text: KeptText, model: type[models.Model], title: str, facts: list[tuple[Text, str]], chips: list[Requirements]
) -> Reading:
    fields = text.texts
    sections: list[tuple[Text, str]] = [
        (str(model._meta.get_field(name).verbose_name), value)  # type: ignore[union-attr]  # plain fields only
        for name, value in fields.items()
        if name != title and value
    ]
    return Reading(
        fields[title], sections, [(label, value) for label, value in facts if value], [c for c in chips if c.terms]
    )


def _one(names: Mapping[str, str], key: str) -> str:
    return names.get(key, key)


def _many(names: Mapping[str, str], keys: Iterable[str]) -> str:
    return listed([names.get(key, key) for key in sorted(keys)])


def _chips(names: Names, keys: Iterable[str]) -> list[dict[str, str]]:
    return [{"name": names[Requirement].get(key, key)} for key in sorted(keys)]
