"""What is known beside the texts: requirements met, missed or unknown, and how the rest of the facets agree."""

from dataclasses import dataclass
from typing import Literal

from matching.engine.documents import Facets, Strength

Outcome = Literal["met", "missed", "unknown"]

# A requirement on where the system runs is answered by the deployments a supply names.
DEPLOYED = {"on-premises": "on-premises", "edge-inference": "edge"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One requirement of a demand and what the supply says to it."""

    key: str
    strength: Strength
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the facets of a pair agree; None where one side says nothing."""

    requirements: tuple[Asked, ...]
    sector: bool | None
    place: bool | None
    money: bool | None
    modality: bool | None
    mode: bool | None
    wanted: bool | None


def compare(demand: Facets, supply: Facets) -> Agreement:
    """Facet by facet; unknown stays unknown."""
    return Agreement(
        requirements=tuple(
            Asked(key, strength, _answer(key, supply)) for key, strength in sorted(demand.asked.items())
        ),
        sector=_meet(demand.sectors, supply.sectors),
        place=_meet(demand.places, supply.places),
        money=_afford(demand, supply),
        modality=_meet(demand.modalities, supply.modalities),
        mode=_meet(demand.modes, supply.modes),
        wanted=_meet(demand.sectors, supply.wanted_sectors),
    )


def _answer(key: str, supply: Facets) -> Outcome:
    if key in supply.lacking:
        return "missed"
    if key in supply.offered:
        return "met"
    if key in DEPLOYED and supply.deployments:
        return "met" if DEPLOYED[key] in supply.deployments else "missed"
    return "unknown"


def _meet(one: frozenset[str], other: frozenset[str]) -> bool | None:
    return bool(one & other) if one and other else None


def _afford(demand: Facets, supply: Facets) -> bool | None:
    if demand.money_high is None or supply.money_low is None:
        return None
    return supply.money_low <= demand.money_high
