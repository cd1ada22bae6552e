"""Sectors, areas and places as reference data names them, whatever words a collection uses for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from matching.engine.terms import Lexicon, normalise

ALIKE = 0.5  # the share of its characters that a strange label must have in common with a known name
_EMPTY_WORDS = frozenset("与和及的、智慧智能行业产业领域")


@dataclass(frozen=True, slots=True)
class Group:
    """One entry: its names and synonyms, and the keys that border on it."""

    words: tuple[str, ...]
    near: frozenset[str] = frozenset()


@dataclass
class Taxonomy:
    """Groups by key. `areas` border on sectors; `places` have names only."""

    sectors: Mapping[str, Group] = field(default_factory=dict)
    areas: Mapping[str, Group] = field(default_factory=dict)
    places: Mapping[str, Group] = field(default_factory=dict)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the sectors, for texts."""
        return Lexicon({key: group.words for key, group in self.sectors.items()})

    def sectors_of(self, labels: Iterable[str]) -> frozenset[str]:
        """Keys of the sectors that labels name; a label that names none stays as it is."""
        return frozenset(key for label in labels for key in _resolve(label, self.sectors))

    def places_of(self, labels: Iterable[str]) -> frozenset[str]:
        """The same for places."""
        return frozenset(key for label in labels for key in _resolve(label, self.places))

    def near(self, sectors: Iterable[str], area: str) -> frozenset[str]:
        """Sectors that border on these, or belong to an area, named in any way."""
        own = frozenset(sectors)
        found = {key for sector in own if sector in self.sectors for key in self.sectors[sector].near}
        for key in _resolve(area, self.areas) if area else ():
            found |= self.areas[key].near if key in self.areas else frozenset()
        return frozenset(found - own)


def _resolve(label: str, groups: Mapping[str, Group]) -> frozenset[str]:
    """The best fitting keys: by key or word, by a word inside the label, else by characters in common."""
    if label in groups:
        return frozenset([label])
    plain = normalise(label)
    exact = frozenset(key for key, group in groups.items() if plain in map(normalise, group.words))
    if exact:
        return exact
    likeness = {key: max((_alike(plain, normalise(word)) for word in group.words), default=0.0)
                for key, group in groups.items()}  # fmt: skip
    best = max(likeness.values(), default=0.0)
    return frozenset(key for key, value in likeness.items() if value == best) if best >= ALIKE else frozenset([label])


def _alike(one: str, other: str) -> float:
    """Share of the characters of the shorter that both have; Latin words only count whole."""
    if one.isascii() or other.isascii():
        return 1.0 if one == other else 0.0
    first, second = set(one) - _EMPTY_WORDS, set(other) - _EMPTY_WORDS
    return len(first & second) / min(len(first), len(second)) if len(first & second) > 1 else 0.0
