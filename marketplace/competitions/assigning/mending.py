"""Small exchanges after the flow: for the worst-served entries, and until the graph is one piece."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from marketplace.competitions.assigning.wishes import Chosen, Flags, Ints

CLOSE = 1e-9
TRIES, JOINS = 2_000, 200
Option = tuple[float, int, int, int, int | None]  # loss, entry, its judge out and in, and who gets the first


def raise_worst(chosen: Chosen, target: float) -> None:
    """Exchange judges until every entry is served at least at `target`, or no exchange helps any more."""
    stuck: set[int] = set()
    for _try in range(TRIES):
        service = chosen.service
        needy = [entry for entry in np.argsort(service) if service[entry] < target - CLOSE and entry not in stuck]
        if not needy:
            return
        entry = int(needy[0])
        if not _improve(chosen, entry, target):
            stuck.add(entry)


def _improve(chosen: Chosen, entry: int, target: float) -> bool:
    """The exchange for one entry that gains it most at the least loss to others."""
    wishes, best = chosen.wishes, 0.0
    done: tuple[int, int, int | None] | None = None
    service, loads = chosen.service, chosen.loads
    for out in np.flatnonzero(chosen.table[entry] & ~chosen.held[entry]).tolist():
        gains = wishes.worth[entry] - wishes.worth[entry, out]
        for new in np.argsort(-gains, kind="stable").tolist():
            if float(gains[new]) <= best + CLOSE:
                break
            if not chosen.fits(entry, out, new):
                continue
            free = bool(loads[new] < chosen.caps[new])
            other = None if free else _giver(chosen, min(target, service[entry] + CLOSE), entry, out, new)
            if free or other is not None:
                best, done = float(gains[new]), (out, new, other)
    if done is None:
        return False
    _exchange(chosen, entry, *done)
    return True


def _giver(chosen: Chosen, floor: float, entry: int, out: int, new: int) -> int | None:
    """The entry that loses least by taking `out` in the place of `new`, of those that stay above the floor."""
    worth, each = chosen.wishes.worth, np.maximum(chosen.wishes.each, 1)
    having = np.flatnonzero(chosen.table[:, new] & ~chosen.held[:, new])
    loss = worth[having, new] - worth[having, out]
    left = chosen.service[having] - loss / each[having]
    for place in np.argsort(loss, kind="stable").tolist():
        other = int(having[place])
        stays = left[place] > floor or loss[place] <= 0
        if other != entry and stays and chosen.fits(other, new, out):
            return other
    return None


def _exchange(chosen: Chosen, entry: int, out: int, new: int, other: int | None) -> None:
    chosen.table[entry, out], chosen.table[entry, new] = False, True
    if other is not None:
        chosen.table[other, new], chosen.table[other, out] = False, True


def parts_of(table: Flags) -> tuple[int, Ints, Ints]:
    """Connected parts of those that have a pair: how many, and the part of each entry (n,) and judge (m,); −1 alone."""
    n, m = table.shape
    entries, judges = np.nonzero(table)
    links = coo_array((np.ones(len(entries)), (entries, n + judges)), shape=(n + m, n + m))
    _count, labels = connected_components(links, directed=False)
    used = np.concatenate([table.any(axis=1), table.any(axis=0)])
    numbers, dense = np.unique(labels[used], return_inverse=True)
    result = np.full(n + m, -1, dtype=np.int64)
    result[used] = dense
    return len(numbers), result[:n], result[n:]


def connect(chosen: Chosen) -> None:
    """Exchange judges between parts, at the least loss, until all is one piece or no exchange joins anything."""
    count, of_entry, of_judge = parts_of(chosen.table)
    while count > 1:
        small = int(np.argmin(np.bincount(of_entry[of_entry >= 0], minlength=count)))
        options = _exchanges(chosen, of_entry, small) + _moves(chosen, of_entry, of_judge, small)
        if not any(_joins(chosen, option, count) for option in sorted(options, key=_loss)[:JOINS]):
            return
        count, of_entry, of_judge = parts_of(chosen.table)


def _loss(option: Option) -> tuple[float, int, int, int]:
    return option[:4]


def _exchanges(chosen: Chosen, of_entry: Ints, small: int) -> list[Option]:
    """An entry of the small part and one of another change judges."""
    worth, table = chosen.wishes.worth, chosen.table
    inside, outside = np.flatnonzero(of_entry == small), np.flatnonzero((of_entry >= 0) & (of_entry != small))
    rows, news = np.nonzero(table[outside] & ~chosen.held[outside])
    others = outside[rows]
    options: list[Option] = []
    for entry in inside.tolist():
        for out in np.flatnonzero(table[entry] & ~chosen.held[entry]).tolist():
            losses = worth[entry, out] + worth[others, news] - worth[entry, news] - worth[others, out]
            options += [
                (float(losses[place]), entry, out, int(news[place]), int(others[place]))
                for place in np.argsort(losses, kind="stable")[:40]
            ]
    return options


def _moves(chosen: Chosen, of_entry: Ints, of_judge: Ints, small: int) -> list[Option]:
    """An entry takes a judge with room from the other side of the small part's border, none given in return."""
    worth = chosen.wishes.worth
    free = np.flatnonzero((chosen.loads < chosen.caps) & (of_judge >= 0)).tolist()
    options: list[Option] = []
    for entry, out in np.argwhere(chosen.table & ~chosen.held).tolist():
        options += [
            (float(worth[entry, out] - worth[entry, new]), entry, out, new, None)
            for new in free
            if (of_entry[entry] == small) != (of_judge[new] == small)
        ]
    return options


def _joins(chosen: Chosen, option: Option, count: int) -> bool:
    """Try it; it stays only where it leaves fewer parts than there were."""
    _loss_of_it, entry, out, new, other = option
    if not chosen.fits(entry, out, new) or (other is not None and not chosen.fits(other, new, out)):
        return False
    _exchange(chosen, entry, out, new, other)
    if parts_of(chosen.table)[0] < count:
        return True
    _exchange(chosen, entry, new, out, None)
    if other is not None:
        _exchange(chosen, other, out, new, None)
    return False
