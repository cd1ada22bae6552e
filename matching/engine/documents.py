"""What the engine ranks: texts in named fields, and what is known beside them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Side = Literal["demand", "supply"]
Strength = Literal["required", "preferred"]


@dataclass(frozen=True, slots=True)
class Facets:
    """What is known of a document besides its text. Empty means unknown, and unknown never passes for a match.

    `asked` (demands): requirement key to “required” or “preferred”. `offered`, `lacking` (supplies): keys stated to
    be met, or not to be met. Money in 万元. `places` of a supply: regions served; empty means everywhere.
    `maturity` of a demand is the least that it accepts. Of the company behind a supply: the contracts it takes,
    from `contract_low` to `contract_high` 万元, and `capacity`, how many more projects it can take now. `cards`:
    computing cards, those that a demand has or that a supply needs; 0 means that an ordinary processor does.
    `near_sectors` of a demand: sectors that border on its own, or belong to its area.
    """

    sectors: frozenset[str] = frozenset()
    area: str = ""
    kind: str = ""
    places: frozenset[str] = frozenset()
    money_low: float | None = None
    money_high: float | None = None
    modalities: frozenset[str] = frozenset()
    deployments: frozenset[str] = frozenset()
    maturity: str = ""
    modes: frozenset[str] = frozenset()
    asked: Mapping[str, Strength] = field(default_factory=dict)
    offered: frozenset[str] = frozenset()
    lacking: frozenset[str] = frozenset()
    wanted_sectors: frozenset[str] = frozenset()
    contract_low: float | None = None
    contract_high: float | None = None
    capacity: int | None = None
    cards: float | None = None
    near_sectors: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """A stable form: sets sorted."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {
            name: sorted(value)
            if isinstance(value, frozenset)
            else dict(sorted(value.items()))
            if isinstance(value, Mapping)
            else value
            for name, value in values.items()
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Facets":
        """The reverse; unknown names are ignored, so that older rows stay readable."""
        known: dict[str, Any] = {
            name: content[name] for name in cls.__dataclass_fields__ if content.get(name) is not None
        }
        values: dict[str, Any] = {name: frozenset(v) if isinstance(v, list) else v for name, v in known.items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class MatchDocument:
    """One text of one side. `ref` is the market's name for it and breaks ties."""

    ref: str
    side: Side
    fields: Mapping[str, str]
    facets: Facets = Facets()

    @property
    def text(self) -> str:
        """All fields, the most telling first, as the market ordered them."""
        return "\n".join(text for text in self.fields.values() if text)

    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that change with any field, their order, or any facet."""
        content = json.dumps(
            [self.side, list(self.fields.items()), self.facets.as_json()], ensure_ascii=False, sort_keys=True
        )
        return hashlib.sha256(content.encode()).hexdigest()[:16]
