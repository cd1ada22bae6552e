"""Wishes that cannot be met, by name: which entries, which judges, which rule stands in the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from marketplace.competitions.assigning.wishes import NOBODY, Flags, Ints, Wishes
from marketplace.competitions.scoring.words import gettext_noop as _


@dataclass(frozen=True, slots=True)
class Obstacle:
    """`text` is a message id with places for `values`; `entries` and `judges` are whom it concerns."""

    code: str
    text: str
    values: dict[str, int]
    entries: tuple[int, ...]
    judges: tuple[int, ...] = ()


TEXTS = {
    "fixed_conflict": _("指定的评委与作品之间存在回避关系，不能指定。"),
    "fixed_judges": _("指定给该作品的评委有 %(fixed)d 位，超过每件 %(each)d 位。"),
    "fixed_load": _("指定给该评委的作品有 %(fixed)d 件，超过其上限 %(most)d 件。"),
    "few_judges": _("除去应回避的 %(conflicts)d 位，只剩 %(able)d 位评委能评这件作品，需要 %(each)d 位。"),
    "few_employers": _("能评这件作品的评委来自 %(groups)d 个单位，每单位限 %(same)d 位，凑不足 %(each)d 位。"),
    "few_cities": _("能评这件作品的评委来自 %(groups)d 个城市，每市限 %(same)d 位，凑不足 %(each)d 位。"),
    "crowd": _("这些作品共需 %(need)d 份评审，能评它们的评委合计最多只能再承担 %(room)d 份。请增加评委或提高上限。"),
    "not_connected": _("评委与作品分成 %(n)d 组，组间没有共同评委，评委宽严无法比较；请安排校准作品或增加评委。"),
}


def _obstacle(
    code: str,
    values: dict[str, int],
    entries: Iterable[int | np.integer[Any]],
    judges: Iterable[int | np.integer[Any]] = (),
) -> Obstacle:
    return Obstacle(code, TEXTS[code], values, tuple(map(int, entries)), tuple(map(int, judges)))


def of_fixed(wishes: Wishes) -> list[Obstacle]:
    """Fixed choices that contradict conflicts, numbers or loads; with any of these there is no plan at all."""
    found = [
        _obstacle("fixed_conflict", {}, [entry], [judge])
        for entry, judge in sorted(set(wishes.fixed))
        if wishes.conflict[entry, judge]
    ]
    n, m = wishes.worth.shape
    pairs = sorted(set(wishes.fixed))
    per_entry = np.bincount([entry for entry, _judge in pairs], minlength=n)
    per_judge = np.bincount([judge for _entry, judge in pairs], minlength=m)
    found += [
        _obstacle("fixed_judges", {"fixed": int(per_entry[entry]), "each": int(wishes.each[entry])}, [entry])
        for entry in np.flatnonzero(per_entry > wishes.each)
    ]
    found += [
        _obstacle("fixed_load", {"fixed": int(per_judge[judge]), "most": int(wishes.most[judge])}, [], [judge])
        for judge in np.flatnonzero(per_judge > wishes.most)
    ]
    return found


def of_shortage(wishes: Wishes, table: Flags, caps: Ints) -> list[Obstacle]:
    """Why entries have fewer judges than wanted: their own conflicts or groups, or a crowd before the same judges."""
    short = np.flatnonzero(table.sum(axis=1) < wishes.each)
    own = {entry: _of_entry(wishes, entry) for entry in short.tolist()}
    left = [entry for entry, obstacle in own.items() if obstacle is None]
    crowd = _crowd(wishes, table, caps, left) if left else []
    return [*(obstacle for obstacle in own.values() if obstacle), *crowd]


def _of_entry(wishes: Wishes, entry: int) -> Obstacle | None:
    each = int(wishes.each[entry])
    able = ~wishes.conflict[entry] & (wishes.most > 0)
    if able.sum() < each:
        values = {"conflicts": int(wishes.conflict[entry].sum()), "able": int(able.sum()), "each": each}
        return _obstacle("few_judges", values, [entry], np.flatnonzero(wishes.conflict[entry]))
    groups = (
        ("few_employers", wishes.employers, wishes.same_employer),
        ("few_cities", wishes.cities, wishes.same_city),
    )
    for code, group, same in groups:
        if same is None:
            continue
        labels, sizes = np.unique(group[able & (group != NOBODY)], return_counts=True)
        reach = int(np.minimum(sizes, same).sum() + (able & (group == NOBODY)).sum())
        if reach < each:
            return _obstacle(code, {"groups": len(labels), "same": same, "each": each}, [entry], np.flatnonzero(able))
    return None


def _crowd(wishes: Wishes, table: Flags, caps: Ints, short: list[int]) -> list[Obstacle]:
    """Hall's set: the entries that short ones could take judges from, and all judges these could have, all full."""
    entries, judges = set(short), set[int]()
    fresh = set(short)
    while fresh:
        able = ~wishes.conflict[sorted(fresh)] & (wishes.most > 0)
        new = set(np.flatnonzero(able.any(axis=0)).tolist()) - judges
        judges |= new
        fresh = set(np.flatnonzero(table[:, sorted(new)].any(axis=1)).tolist()) - entries if new else set()
        entries |= fresh
    need, room = int(wishes.each[sorted(entries)].sum()), int(caps[sorted(judges)].sum())
    return [_obstacle("crowd", {"need": need, "room": room}, sorted(entries), sorted(judges))]
