"""The graph of judges and entries: only what is connected can be compared across judges."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from marketplace.competitions.scoring.rounding import Ints
from marketplace.competitions.scoring.table import Marks


def components(marks: Marks) -> tuple[int, Ints]:
    """How many parts the sheets fall into, and the part of each sheet (e,). 0 parts where there is no sheet."""
    if not len(marks.entry):
        return 0, np.empty(0, dtype=np.int64)
    size = marks.n + marks.m
    links = csr_array((np.ones(len(marks.entry)), (marks.entry, marks.n + marks.judge)), shape=(size, size))
    _count, labels = connected_components(links, directed=False)
    _unique, parts = np.unique(labels[marks.entry], return_inverse=True)
    return int(parts.max()) + 1, parts.astype(np.int64)


def groups(marks: Marks) -> list[tuple[list[str], list[str]]]:
    """The parts by name: entries and judges of each, the largest first."""
    count, parts = components(marks)
    found = []
    for part in range(count):
        inside = parts == part
        found.append(
            (
                [marks.entries[place] for place in np.unique(marks.entry[inside])],
                [marks.judges[place] for place in np.unique(marks.judge[inside])],
            )
        )
    return sorted(found, key=lambda group: (-len(group[0]), group[0]))
