"""A version of the ranker as the page shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.models import RankerVersion
from matching.ranker import usable

Text = str | Promise
Outcome = RankerVersion.Outcome

OUTCOMES: dict[str, tuple[Text, Text]] = {
    Outcome.INSTALLED: (_("已启用过"), _("在未参与训练的需求上确实更好，在较晚的需求上没有变差。")),
    Outcome.NOT_BETTER: (_("未启用"), _("在未参与训练的需求上，差值的下限没有超过要求，不能证明更好。")),
    Outcome.WORSE_LATER: (_("未启用"), _("在较晚的需求上可能变差，超过允许的幅度。")),
    Outcome.TOO_LITTLE: (_("未启用"), _("有判断的需求太少，得不出结论。")),
}
SPLITS: tuple[tuple[str, Text], ...] = (
    ("by_demand", _("未参与训练的需求")),
    ("by_supply", _("未参与训练的文本对，从能力看")),
    ("later", _("较晚的需求")),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of the comparison; `measured` is None where there was too little."""

    label: Text
    measured: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version with what is said of it."""

    version: RankerVersion
    usable: bool
    outcome: Text
    why: Text
    figures: list[Figures]
    pairs: int
    coefficients: list[tuple[str, float, float]]  # name, in the demand's view, in the supply's


def rows_of(versions: Iterable[RankerVersion]) -> list[VersionRow]:
    """In the order given."""
    return [_row(version) for version in versions]


def _row(version: RankerVersion) -> VersionRow:
    label, why = OUTCOMES[version.outcome]
    counts: dict[str, Any] = version.counts
    return VersionRow(
        version=version,
        usable=usable(version),
        outcome=label,
        why=why,
        figures=[Figures(name, version.figures.get(key)) for key, name in SPLITS],
        pairs=sum(counts.get("market", {}).values()) + sum(counts.get("collections", {}).values()),
        coefficients=_coefficients(version.weights),
    )


def _coefficients(weights: dict[str, Any]) -> list[tuple[str, float, float]]:
    demand, supply = (weights.get(side, {}).get("coefficients", {}) for side in ("demand", "supply"))
    return [(name, demand[name], supply.get(name, 0.0)) for name in sorted(demand)]
