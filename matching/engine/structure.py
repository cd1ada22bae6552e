"""What is known beside the texts: requirements met, missed or unknown, and how the rest of the facets agree."""

from dataclasses import dataclass
from typing import Literal

from matching.engine.documents import Facets, Strength

Outcome = Literal["met", "missed", "unknown"]

SAME, NEAR, APART = 1.0, 0.5, -1.0
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
    """How the facets of a pair agree; None where one side says nothing.

    `sector`: 1 the same, 0.5 neighbours, -1 others. `wanted`, `contract`, `capacity`: what the company behind the
    supply wants, takes and has room for.
    """

    requirements: tuple[Asked, ...]
    sector: float | None
    place: bool | None
    money: bool | None
    modality: bool | None
    deployment: bool | None
    mode: bool | None
    maturity: str
    wanted: bool | None
    contract: bool | None
    capacity: bool | None

    def share(self, strength: Strength, outcome: Outcome) -> float:
        """Which part of the requirements of a strength has this outcome; 0 where there are none."""
        asked = [each.outcome for each in self.requirements if each.strength == strength]
        return asked.count(outcome) / len(asked) if asked else 0.0


def compare(demand: Facets, supply: Facets) -> Agreement:
    """Facet by facet; unknown stays unknown."""
    return Agreement(
        requirements=tuple(
            Asked(key, strength, _answer(key, supply)) for key, strength in sorted(demand.asked.items())
        ),
        sector=_sector(demand, supply.sectors),
        place=_meet(demand.places, supply.places),
        money=None if demand.money_high is None or supply.money_low is None else supply.money_low <= demand.money_high,
        modality=_meet(demand.modalities, supply.modalities),
        deployment=_meet(demand.deployments, supply.deployments),
        mode=_meet(demand.modes, supply.modes),
        maturity=supply.maturity,
        wanted=None if not supply.wanted_sectors else (_sector(demand, supply.wanted_sectors) or 0.0) > 0,
        contract=_takes(demand, supply),
        capacity=None if supply.capacity is None else supply.capacity > 0,
    )


def _answer(key: str, supply: Facets) -> Outcome:
    if key in supply.lacking:
        return "missed"
    if key in supply.offered:
        return "met"
    if key in DEPLOYED and supply.deployments:
        return "met" if DEPLOYED[key] in supply.deployments else "missed"
    return "unknown"


def _sector(demand: Facets, sectors: frozenset[str]) -> float | None:
    if not sectors or not (demand.sectors or demand.near_sectors):
        return None
    if demand.sectors & sectors:
        return SAME
    if demand.near_sectors & sectors:
        return NEAR
    return APART if demand.sectors else None


def _meet(one: frozenset[str], other: frozenset[str]) -> bool | None:
    return bool(one & other) if one and other else None


def _takes(demand: Facets, supply: Facets) -> bool | None:
    """Whether the budget lies within the contracts that the company takes."""
    if demand.money_high is None or (supply.contract_low is None and supply.contract_high is None):
        return None
    above = supply.contract_low is None or demand.money_high >= supply.contract_low
    below = supply.contract_high is None or demand.money_high <= supply.contract_high
    return above and below
