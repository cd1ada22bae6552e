"""Which strategy finds the true order: every one in several settings, and whether the intervals cover what they say."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

from benchmarks.report import Figure, show
from marketplace.competitions.scoring.intervals import spread
from marketplace.competitions.scoring.strategies import DEFAULT, STRATEGIES
from marketplace.competitions.scoring.table import Marks, Rules

REPETITIONS, LEVEL = 40, 0.90
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Setting:
    """A jury, in points: `severity` between judges, `noise` of a sheet, `quality` between entries.

    `scale`: how unlike the judges' use of the scale is; `wild`: share of sheets that are far off; `panels`: fixed
    panels of entries of unlike quality, joined by a few exchanged judges, as in a contest with parallel rooms.
    """

    name: str
    entries: int = 120
    judges: int = 15
    each: int = 3
    severity: float = 6.0
    noise: float = 6.0
    quality: float = 8.0
    scale: float = 0.0
    wild: float = 0.0
    panels: bool = False


SETTINGS = (
    Setting("random, 3 each"),
    Setting("random, 5 each", each=5),
    Setting("no severity", severity=0.0),
    Setting("strong severity", severity=12.0),
    Setting("unlike scales", each=5, scale=0.3),
    Setting("wild sheets", each=5, wild=0.05),
    Setting("panels of unlike quality", panels=True),
    Setting("one panel of 5, 12 entries", entries=12, judges=5, each=5),
)


def run() -> int:
    """Kendall's tau of each strategy, then what is held to a goal."""
    print(f"{'Kendall tau with the true order':<28}" + "".join(f"{name:>14}" for name in STRATEGIES))
    figures = []
    for setting in SETTINGS:
        taus, covered, ranks = _measure(setting)
        print(f"{setting.name:<28}" + "".join(f"{tau:>14.3f}" for tau in taus.values()))
        best = max(taus, key=lambda name: taus[name])
        behind, off = taus[best] - taus[DEFAULT], abs(covered - LEVEL)
        peers = f"{best} {taus[best]:.3f}, z-scores {taus['z_score']:.3f}, mean {taus['mean']:.3f}"
        figures += [
            Figure(f"{setting.name}: severity behind the best", behind, 0.025, "tau", peers),
            Figure(f"{setting.name}: coverage off 0.90", off, 0.03, "", f"{covered:.3f} covered, ranks {ranks:.3f}"),
        ]
    return show(figures)


def _measure(setting: Setting) -> tuple[dict[str, float], float, float]:
    """Mean tau of each strategy; share of entries whose interval of the score, and of the rank, holds the truth."""
    taus: dict[str, list[float]] = {name: [] for name in STRATEGIES}
    covered, ranks = [], []
    for truth, marks in _drawn(setting):
        for name, strategy in STRATEGIES.items():
            taus[name].append(float(kendalltau(strategy.score(marks), truth).statistic))
        scores = STRATEGIES[DEFAULT].score(marks)
        stands = np.ones(marks.n, dtype=bool)
        found = spread(STRATEGIES[DEFAULT], marks, Rules(resamples=200, level=LEVEL), scores, stands)
        place = np.argsort(np.argsort(-truth)) + 1
        covered.append(float(((found.low <= truth) & (truth <= found.high)).mean()))
        ranks.append(float(((found.rank_low <= place) & (place <= found.rank_high)).mean()))
    return {name: float(np.mean(each)) for name, each in taus.items()}, float(np.mean(covered)), float(np.mean(ranks))


def _drawn(setting: Setting) -> Iterator[tuple[Floats, Marks]]:
    """Juries of a setting: what the whole jury would say of each entry on average (n,), and its sheets."""
    draw = np.random.default_rng(5)
    for _repetition in range(REPETITIONS):
        quality = draw.normal(0, setting.quality, setting.entries)
        leniency = draw.normal(0, setting.severity, setting.judges)
        leniency -= leniency.mean()  # the truth is what all judges together would say
        scale = np.exp(draw.normal(0, setting.scale, setting.judges)) if setting.scale else np.ones(setting.judges)
        scale /= scale.mean()
        pairs = _panels(setting, quality, draw) if setting.panels else _random(setting, draw)
        rows = []
        for entry, judge in pairs:
            noise = draw.normal(0, setting.noise) + (draw.random() < setting.wild) * draw.normal(0, 25)
            rows.append((f"{entry:04}", f"{judge:03}", 70 + quality[entry] * scale[judge] + leniency[judge] + noise))
        yield 70 + quality, Marks.of(rows)


def _random(setting: Setting, draw: np.random.Generator) -> list[tuple[int, int]]:
    """Every entry gets judges at random, the load kept even."""
    load = np.zeros(setting.judges)
    pairs = []
    for entry in range(setting.entries):
        chosen = np.argsort(load + draw.random(setting.judges) * 0.9)[: setting.each]
        load[chosen] += 1
        pairs += [(entry, int(judge)) for judge in chosen]
    return pairs


def _panels(setting: Setting, quality: Floats, draw: np.random.Generator) -> list[tuple[int, int]]:
    """Rooms by quality; in each, six entries lend one judge's place to the next room's."""
    rooms = np.array_split(np.arange(setting.judges), setting.judges // setting.each)
    order = np.argsort(quality + draw.normal(0, setting.quality * 0.3, setting.entries))
    pairs = []
    for room, entries in enumerate(np.array_split(order, len(rooms))):
        guests = rooms[(room + 1) % len(rooms)]
        lent = draw.permutation(len(entries))[:6]
        for place, entry in enumerate(entries):
            judges = rooms[room].copy()
            if place in lent:
                judges[place % len(judges)] = guests[place % len(guests)]
            pairs += [(int(entry), int(judge)) for judge in judges]
    return pairs
