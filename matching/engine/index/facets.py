"""Which rows state which facet value: a compressed bitmap per value, so that a filter costs microseconds."""

from collections import defaultdict
from collections.abc import Sequence

from pyroaring import BitMap

from matching.engine.documents import Facets
from matching.engine.index.protocol import Allowed, Clause, Facts

SETS = ("sectors", "places", "modalities", "deployments", "modes", "offered", "lacking", "wanted_sectors")
SINGLE = ("area", "kind", "maturity")  # facets of which a document states one value


def facts_of(facets: Facets) -> dict[str, list[str]]:
    """A document's facets as an index filters by them; what is unknown is left out."""
    several = {name: sorted(getattr(facets, name)) for name in SETS if getattr(facets, name)}
    return {**several, **{name: [getattr(facets, name)] for name in SINGLE if getattr(facets, name)}}


class FacetRows:
    """Rows by facet value: two bytes per row that states it where that is rare, one bit per row where it is not."""

    def __init__(self) -> None:
        self._stated: dict[str, dict[str, BitMap]] = defaultdict(dict)
        self._said: dict[str, BitMap] = {}  # rows that state any value of the facet

    def put(self, places: Sequence[int], facets: Sequence[Facts]) -> None:
        """Note the facets of rows that have none noted."""
        by_value: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, facts in zip(places, facets, strict=True):
            for facet, values in facts.items():
                for value in values:
                    by_value[facet, value].append(place)
        for (facet, value), rows in by_value.items():
            self._stated[facet].setdefault(value, BitMap()).update(rows)
            self._said.setdefault(facet, BitMap()).update(rows)

    def drop(self, places: BitMap) -> None:
        """Forget the facets of rows."""
        for said in self._said.values():
            said.difference_update(places)
        for stated in self._stated.values():
            for value in list(stated):
                stated[value].difference_update(places)
                if not stated[value]:
                    del stated[value]  # values come and go; what nobody states takes no room

    def passing(self, allowed: Allowed, alive: BitMap) -> BitMap:
        """The rows that pass a filter, of those alive. Not to be changed: it may be the index's own."""
        rows = alive
        for clause in allowed:
            passing = self._of(clause, alive)
            rows = passing if rows is alive else rows & passing
        return rows

    def _of(self, clause: Clause, alive: BitMap) -> BitMap:
        stated = self._stated.get(clause.facet, {})
        found = [stated[value] for value in clause.values if value in stated]
        if clause.or_silent:
            found.append(alive - self._said.get(clause.facet, BitMap()))
        if len(found) == 1:
            return found[0]
        return BitMap.union(*found) if found else BitMap()

    @property
    def size(self) -> int:
        """Bytes that the bitmaps take."""
        stated = [bitmap for values in self._stated.values() for bitmap in values.values()]
        return sum(len(bitmap.serialize()) for bitmap in (*stated, *self._said.values()))
