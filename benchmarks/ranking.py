"""Ranking 2,000 entries by 500 judges, with intervals of scores and ranks by bootstrap, frozen and checked."""

import time
from decimal import Decimal

import numpy as np

from benchmarks.report import Figure, show
from marketplace.competitions.scoring.ranking import rank
from marketplace.competitions.scoring.snapshot import body_of, problems, sealed
from marketplace.competitions.scoring.table import Criterion, Round, Rules, Sheet

ENTRIES, JUDGES, EACH = 2_000, 500, 5
CODES = ("novelty", "effect", "reach", "safety", "value")
WEIGHTS = (20, 30, 20, 15, 15)
PEER = "pretalx: no intervals; 16 s for its page of 81 reviews"


def run() -> int:
    """One contest, drawn anew from a fixed seed."""
    contest = _contest()
    began = time.perf_counter()
    found = rank(contest)
    seconds = time.perf_counter() - began
    known = sum(line.rank_low is not None and line.low is not None for line in found.standings)
    began = time.perf_counter()
    wrong = problems(sealed(body_of(contest), bytes(32)))
    frozen = time.perf_counter() - began
    return show(
        [
            Figure(f"{ENTRIES} entries × {EACH} sheets, with intervals", seconds, 5.0, "s", PEER),
            Figure("entries with intervals of score and rank", known, ENTRIES, "", least=True),
            Figure("frozen, signed and computed again", frozen, 15.0, "s"),
            Figure("problems found in the frozen result", len(wrong), 0, ""),
        ]
    )


def _contest() -> Round:
    draw = np.random.default_rng(7)
    quality, leniency = draw.normal(7, 1, ENTRIES), draw.normal(0, 0.7, JUDGES)
    deck = np.concatenate([draw.permutation(JUDGES) for _turn in range(ENTRIES * EACH // JUDGES)]).reshape(-1, EACH)
    criteria = [Criterion(code, Decimal(weight), Decimal(10)) for code, weight in zip(CODES, WEIGHTS, strict=True)]
    sheets = []
    for entry in range(ENTRIES):
        for judge in deck[entry]:
            given = np.clip(quality[entry] + leniency[judge] + draw.normal(0, 1, len(CODES)), 0, 10)
            marks = {code: Decimal(round(2 * mark)) / 2 for code, mark in zip(CODES, given, strict=True)}
            sheets.append(Sheet(f"{judge:03}", f"{entry:04}", marks))
    return Round(criteria, [f"{entry:04}" for entry in range(ENTRIES)], sheets, Rules(places_won=20))
