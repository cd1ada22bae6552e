"""Shares pairs out among labellers: two of each, evenly, none to whom it would be a conflict. Arithmetic only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Turn:
    """One labeller's turn at one pair: place of the pair, key of the person, slot 1 or 2, place in his own order."""

    pair: int
    labeller: int
    slot: int
    position: int


def share_out(sides: Sequence[tuple[int, int]], belong: Mapping[int, set[int]], *, seed: int) -> list[Turn]:
    """Two labellers for each pair where two may judge it, otherwise as many as there are.

    `sides`: the two organisations of each pair; `belong`: each labeller's own organisations. Loads differ as little as
    conflicts allow. Everybody sees the pairs in an order of his own, so that what stands early is not judged by all
    with fresh eyes and what stands late by all when tired.
    """
    chance = np.random.default_rng(seed)
    load = dict.fromkeys(sorted(belong), 0)
    given: dict[int, list[tuple[int, int]]] = {person: [] for person in load}
    for pair in chance.permutation(len(sides)).tolist():
        free = [person for person in load if not belong[person] & set(sides[pair])]
        ties = chance.random(len(free))
        least = sorted(range(len(free)), key=lambda n: (load[free[n]], ties[n]))[:2]
        for slot, n in enumerate(chance.permutation(least).tolist(), 1):
            load[free[n]] += 1
            given[free[n]].append((pair, slot))
    turns = []
    for person, mine in given.items():
        for position, n in enumerate(chance.permutation(len(mine)).tolist(), 1):
            turns.append(Turn(mine[n][0], person, mine[n][1], position))
    return turns
