"""Standings: scores rounded as stated, ranked, ties broken in the written order, raw and adjusted side by side."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from marketplace.competitions.scoring.intervals import Spread, spread
from marketplace.competitions.scoring.rounding import TOTAL_PLACES, rounded, rounded_all
from marketplace.competitions.scoring.strategies import STRATEGIES, Obstacle
from marketplace.competitions.scoring.table import (
    CHAIR_TIE,
    CRITERION_TIE,
    MEAN_TIE,
    Marks,
    Round,
    ScoringError,
    gate_failures,
    marks_of,
)

RANKED, GATE, MISSING = "ranked", "gate", "missing"
Key = Callable[[str], Decimal]


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the result. `rank` 1 is the best; None where the entry failed a gate or has no sheet that counts.

    `raw`: plain mean, `score`: by the strategy; `low`, `high` bound the score, `rank_low`, `rank_high` the rank;
    `tie`: the rule that set it apart from its equals, "equal" where nothing did; `gates` it fails.
    """

    entry: str
    status: str
    rank: int | None
    score: Decimal | None
    raw: Decimal | None
    raw_rank: int | None
    sheets: int
    low: Decimal | None = None
    high: Decimal | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    tie: str = ""
    gates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """All standings, the best first, what is missing last; and how it would be without the adjustment.

    `winners`, `raw_winners`: entries within the first `rules.places_won` places. `obstacles`: why the strategy should
    not be used here; the standings are given all the same.
    """

    standings: tuple[Standing, ...]
    obstacles: tuple[Obstacle, ...]
    winners: tuple[str, ...]
    raw_winners: tuple[str, ...]

    @property
    def winner_changes(self) -> bool:
        """Whether the adjustment moves anybody into or out of the winning places."""
        return set(self.winners) != set(self.raw_winners)


def rank(contest: Round) -> Result:
    """The result of a round. Raises ScoringError where sheets or rules do not fit together."""
    contest.check()
    rules, marks = contest.rules, marks_of(contest)
    if rules.strategy not in STRATEGIES:
        raise ScoringError(f"there is no strategy {rules.strategy}")
    strategy = STRATEGIES[rules.strategy]
    failed = gate_failures(contest.counted(), contest.criteria, rules.gates)
    scores = strategy.score(marks)
    shown = dict(zip(marks.entries, rounded_all(scores, rules.places), strict=True))
    raw = dict(zip(marks.entries, rounded_all(STRATEGIES["mean"].score(marks), rules.places), strict=True))
    inside = [entry for entry in marks.entries if shown[entry] is not None and entry not in failed]
    stands = np.isin(marks.entries, inside)
    bounds = spread(strategy, marks, rules, scores, stands)
    ranks, ties = _places(inside, shown, _tie_keys(contest))
    raw_ranks, _ties = _places(inside, raw, _tie_keys(contest))
    lines = _lines(marks, shown, raw, bounds, rules.places)
    standings = [
        Standing(
            **lines[entry],
            status=_status(entry, failed, shown),
            rank=ranks.get(entry),
            raw_rank=raw_ranks.get(entry),
            tie=ties.get(entry, ""),
            gates=tuple(failed.get(entry, ())),
        )
        for entry in marks.entries
    ]
    return Result(
        standings=tuple(sorted(standings, key=_order)),
        obstacles=tuple(strategy.obstacles(marks, rules)),
        winners=_winners(ranks, rules.places_won),
        raw_winners=_winners(raw_ranks, rules.places_won),
    )


def _lines(
    marks: Marks, shown: dict[str, Decimal | None], raw: dict[str, Decimal | None], bounds: Spread, places: int
) -> dict[str, dict[str, Any]]:
    return {
        entry: {
            "entry": entry,
            "score": shown[entry],
            "raw": raw[entry],
            "sheets": int(marks.counts[place]),
            "low": rounded(bounds.low[place], places),
            "high": rounded(bounds.high[place], places),
            "rank_low": int(bounds.rank_low[place]) or None,
            "rank_high": int(bounds.rank_high[place]) or None,
        }
        for place, entry in enumerate(marks.entries)
    }


def _status(entry: str, failed: dict[str, list[str]], shown: dict[str, Decimal | None]) -> str:
    if shown[entry] is None:
        return MISSING
    return GATE if entry in failed else RANKED


def _order(standing: Standing) -> tuple[int, int, str]:
    return [RANKED, GATE, MISSING].index(standing.status), standing.rank or 0, standing.entry


def _winners(ranks: dict[str, int], places: int) -> tuple[str, ...]:
    return tuple(sorted(entry for entry, place in ranks.items() if place <= places))


def _tie_keys(contest: Round) -> list[tuple[str, Key]]:
    """The written order as functions from an entry to a figure, the higher the better."""
    by_entry = defaultdict(list)
    for sheet in contest.counted():
        by_entry[sheet.entry].append(sheet)
    marks = marks_of(contest)
    means = dict(zip(marks.entries, rounded_all(STRATEGIES["mean"].score(marks), TOTAL_PLACES), strict=True))
    places = {entry: Decimal(-place) for place, entry in enumerate(contest.chair)}
    codes = {criterion.code for criterion in contest.criteria}

    def criterion_mean(code: str) -> Key:
        def key(entry: str) -> Decimal:
            given = [Fraction(sheet.marks[code]) for sheet in by_entry[entry]]
            return Decimal(str(rounded(float(sum(given, Fraction(0)) / len(given)), TOTAL_PLACES)))

        return key

    keys: list[tuple[str, Key]] = []
    for rule in contest.rules.ties:
        if rule == MEAN_TIE:
            keys.append((rule, lambda entry: means[entry] or Decimal(0)))
        elif rule == CHAIR_TIE:
            keys.append((rule, lambda entry: places.get(entry, Decimal(-len(places)))))
        elif rule.startswith(CRITERION_TIE) and rule.removeprefix(CRITERION_TIE) in codes:
            keys.append((rule, criterion_mean(rule.removeprefix(CRITERION_TIE))))
        else:
            raise ScoringError(f"there is no tie rule {rule}")
    return keys


def _places(
    entries: Iterable[str], scores: dict[str, Decimal | None], keys: list[tuple[str, Key]]
) -> tuple[dict[str, int], dict[str, str]]:
    """Ranks from 1, equals sharing one; and by which rule entries with equal scores were told apart."""
    figures = {entry: (scores[entry], *(key(entry) for _name, key in keys)) for entry in entries}
    ordered = sorted(figures, key=lambda entry: (*(-(figure or Decimal(0)) for figure in figures[entry]), entry))
    ranks: dict[str, int] = {}
    ties: dict[str, str] = {}
    for place, entry in enumerate(ordered, start=1):
        before = ordered[place - 2] if place > 1 else None
        ranks[entry] = ranks[before] if before and figures[before] == figures[entry] else place
        if before and figures[before][0] == figures[entry][0]:
            at = next(
                (n for n, pair in enumerate(zip(figures[before], figures[entry], strict=True)) if len(set(pair)) > 1), 0
            )
            ties[entry] = keys[at - 1][0] if at else "equal"
            ties.setdefault(before, ties[entry])
    return ranks, ties
