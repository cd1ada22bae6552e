"""Every strategy agrees to the digit with a table worked out by hand; the working stands beside it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from marketplace.competitions.scoring.ranking import Result, rank
from marketplace.competitions.scoring.strategies import STRATEGIES
from marketplace.competitions.scoring.table import Criterion, Round, Rules, ScoringError, Sheet, total
from tests.competitions.scoring.rounds import POINTS, round_of, sheets_of

FIVE = {
    "A": {"1": 60, "2": 70, "3": 80, "4": 90, "5": 100},
    "B": {"1": 50, "2": 81, "3": 82, "4": 84, "5": 100},
}
RING = {"A": {"1": 80, "3": 90}, "B": {"1": 70, "2": 80}, "C": {"2": 70, "3": 60}}
SQUARE = {"A": {"1": 80, "2": 82, "3": 84}, "B": {"1": 70, "2": 74, "3": 72}, "C": {"1": 60, "2": 60, "3": 66}}


def _lines(result: Result) -> list[tuple[str, int | None, str | None]]:
    return [(line.entry, line.rank, None if line.score is None else str(line.score)) for line in result.standings]


def test_mean() -> None:
    # 400/5 and 397/5
    assert _lines(rank(round_of(FIVE, strategy="mean"))) == [("A", 1, "80.00"), ("B", 2, "79.40")]


def test_trimmed() -> None:
    # A: (70+80+90)/3 = 80; B: (81+82+84)/3 = 82.333…
    assert _lines(rank(round_of(FIVE, strategy="trimmed"))) == [("B", 1, "82.33"), ("A", 2, "80.00")]


def test_trimmed_is_the_mean_below_five_judges_and_says_so() -> None:
    found = rank(round_of(RING, strategy="trimmed"))
    assert _lines(found) == [("A", 1, "85.00"), ("B", 2, "75.00"), ("C", 3, "65.00")]
    assert [obstacle.code for obstacle in found.obstacles] == ["fewer_than_five"]


def test_median() -> None:
    even = FIVE | {"C": {"1": 70, "2": 81, "3": 82, "4": 99}}
    # the third of five; the middle two of four: (81+82)/2 = 81.5
    assert _lines(rank(round_of(even, strategy="median"))) == [("B", 1, "82.00"), ("C", 2, "81.50"), ("A", 3, "80.00")]


def test_severity() -> None:
    # Means 85, 75, 65. Deviations by judge: −10, 10, 0. The reduced system is 1.5·b − 0.5·Σb, so b = −20/3, 20/3, 0.
    # A: (80+20/3+90)/2 = 88.333…; B: (70+20/3+80−20/3)/2 = 75; C: (70−20/3+60)/2 = 61.666…
    found = rank(round_of(RING, strategy="severity"))
    assert _lines(found) == [("A", 1, "88.33"), ("B", 2, "75.00"), ("C", 3, "61.67")]
    assert [str(line.raw) for line in found.standings] == ["85.00", "75.00", "65.00"]


def test_shrunken() -> None:
    # Row means 82, 72, 62; residual squares 16 over 4 degrees: noise 4. Between rows 600/2 = 300: (300−4)/3 = 98.667.
    # Shrinkage 98.667/(98.667+4/3) = 0.986667; A: 72+9.86667
    found = rank(round_of(SQUARE, strategy="shrunken", assignment="random"))
    assert _lines(found) == [("A", 1, "81.87"), ("B", 2, "72.00"), ("C", 3, "62.13")]
    assert found.obstacles == ()


def test_shrunken_is_only_for_random_assignment() -> None:
    found = rank(round_of(SQUARE, strategy="shrunken", assignment="chosen"))
    assert [obstacle.code for obstacle in found.obstacles] == ["not_random"]


def test_z_score() -> None:
    table = {"A": {"1": 60, "2": 80}, "B": {"1": 70, "2": 90}, "C": {"1": 80, "2": 100}}
    # Both judges: −√1.5, 0, √1.5. All sheets: mean 80, deviation √(1000/6) = 12.90994; 12.90994·1.2247449 = 15.81139
    assert _lines(rank(round_of(table, strategy="z_score"))) == [
        ("C", 1, "95.81"),
        ("B", 2, "80.00"),
        ("A", 3, "64.19"),
    ]


def test_bradley_terry() -> None:
    table = {"A": {"1": 99, "2": 81}, "B": {"1": 60, "2": 70}, "C": {"1": 50, "2": 40}}
    # Both judges say A, B, C: strengths L, 0, −L. Means 90, 65, 45: middle 66.667, deviation 18.40894;
    # 18.40894·√1.5 = 22.54625
    assert _lines(rank(round_of(table, strategy="bradley_terry"))) == [
        ("A", 1, "89.21"),
        ("B", 2, "66.67"),
        ("C", 3, "44.12"),
    ]


@pytest.mark.parametrize("name", STRATEGIES)
def test_missing_comes_last_and_never_as_zero(name: str) -> None:
    contest = round_of(SQUARE | {"Z": {}}, strategy=name)
    low = replace(
        contest, sheets=[*contest.sheets, *sheets_of({"0": {"1": 0, "2": 0, "3": 0}})], entries=["0", *SQUARE, "Z"]
    )
    last = rank(low).standings[-1]
    assert (last.entry, last.status, last.rank, last.score, last.raw) == ("Z", "missing", None, None, None)
    assert rank(low).standings[-2].entry == "0"


@pytest.mark.parametrize("name", STRATEGIES)
def test_without_any_sheet_nobody_has_a_place(name: str) -> None:
    found = rank(round_of({"A": {}, "B": {}}, strategy=name))
    assert _lines(found) == [("A", None, None), ("B", None, None)]


def test_total_is_weighted_and_rounded_half_up() -> None:
    criteria = [
        Criterion("a", Decimal(60), Decimal(10)),
        Criterion("b", Decimal(40), Decimal(3)),
        Criterion("g", Decimal(0), Decimal(1), True),
    ]
    sheet = Sheet("1", "A", {"a": Decimal("7.5"), "b": Decimal(2), "g": Decimal(1)})
    # 60·7.5/10 = 45; 40·2/3 = 26.66666…
    assert total(sheet, criteria) == Decimal("71.6667")


def test_half_points_go_up() -> None:
    # (80.01 + 80.02)/2 = 80.015, which binary arithmetic holds as 80.01499…
    assert _lines(rank(round_of({"A": {"1": "80.01", "2": "80.02"}}, strategy="mean"))) == [("A", 1, "80.02")]


def test_ties_follow_the_written_order() -> None:
    criteria = [Criterion("effect", Decimal(50), Decimal(100)), Criterion("novelty", Decimal(50), Decimal(100))]

    def sheet(entry: str, effect: int, novelty: int) -> Sheet:
        return Sheet("1", entry, {"effect": Decimal(effect), "novelty": Decimal(novelty)})

    sheets = [sheet("A", 70, 90), sheet("B", 90, 70), sheet("C", 80, 80), sheet("D", 80, 80), sheet("E", 60, 60)]
    rules = Rules(strategy="mean", ties=("mean", "criterion:effect", "chair"), resamples=5)
    found = rank(Round(criteria, list("ABCDE"), sheets, rules, chair=("D", "C")))
    assert [(line.entry, line.rank, line.tie) for line in found.standings] == [
        ("B", 1, "criterion:effect"),
        ("D", 2, "criterion:effect"),
        ("C", 3, "chair"),
        ("A", 4, "criterion:effect"),
        ("E", 5, ""),
    ]


def test_what_nothing_tells_apart_shares_a_place_and_the_next_is_skipped() -> None:
    found = rank(round_of({"A": {"1": 80}, "B": {"1": 80}, "C": {"1": 70}}, strategy="mean"))
    assert [(line.entry, line.rank, line.tie) for line in found.standings] == [
        ("A", 1, "equal"),
        ("B", 1, "equal"),
        ("C", 3, ""),
    ]


def test_untrimmed_mean_breaks_a_tie_of_trimmed_scores() -> None:
    table = {"A": {"1": 60, "2": 80, "3": 80, "4": 80, "5": 90}, "B": {"1": 70, "2": 80, "3": 80, "4": 80, "5": 90}}
    found = rank(round_of(table, strategy="trimmed"))
    assert [(line.entry, line.rank, line.tie) for line in found.standings] == [("B", 1, "mean"), ("A", 2, "mean")]


@pytest.mark.parametrize(("rule", "status"), [("any", "gate"), ("majority", "ranked")])
def test_gates_come_before_criteria(rule: str, status: str) -> None:
    criteria = [POINTS, Criterion("lawful", Decimal(0), Decimal(1), True)]

    def sheet(judge: str, entry: str, points: int, lawful: int) -> Sheet:
        return Sheet(judge, entry, {"points": Decimal(points), "lawful": Decimal(lawful)})

    sheets = [sheet("1", "A", 95, 0), sheet("2", "A", 95, 1), sheet("1", "B", 60, 1), sheet("2", "B", 60, 1)]
    found = rank(Round(criteria, ["A", "B"], sheets, Rules(strategy="mean", gates=rule, resamples=5)))
    of_a = next(line for line in found.standings if line.entry == "A")
    assert of_a.status == status
    assert of_a.gates == (("lawful",) if status == "gate" else ())
    assert found.standings[0].entry == ("B" if status == "gate" else "A")


def test_says_whether_the_adjustment_changes_a_winner() -> None:
    table = {
        "A": {"strict": 70, "1": 80},
        "B": {"mild": 82, "2": 78},
        "C": {"strict": 50, "mild": 72},
        "D": {"1": 60, "2": 60},
    }
    found = rank(round_of(table, strategy="severity", places_won=1))
    assert (found.raw_winners, found.winners, found.winner_changes) == (("B",), ("A",), True)
    same = rank(round_of(SQUARE, strategy="severity", places_won=1))
    assert (same.raw_winners, same.winners, same.winner_changes) == (("A",), ("A",), False)


def test_an_unconnected_graph_is_named() -> None:
    found = rank(round_of({"A": {"1": 80}, "B": {"2": 90}}, strategy="severity"))
    assert [(obstacle.code, obstacle.values["n"]) for obstacle in found.obstacles] == [("not_connected", 2)]


@pytest.mark.parametrize(
    "contest",
    [
        Round([Criterion("a", Decimal(90), Decimal(10))], ["A"], []),
        Round([POINTS], ["A", "A"], []),
        Round([POINTS], ["A"], sheets_of({"A": {"1": 101}})),
        Round([POINTS], ["A"], [Sheet("1", "A", {})]),
        Round([POINTS], ["A"], sheets_of({"A": {"1": 50}}) * 2),
        Round([POINTS], ["A"], [], Rules(strategy="dice")),
        Round([POINTS], ["A"], [], Rules(ties=("coin",))),
    ],
)
def test_what_does_not_fit_together_is_refused(contest: Round) -> None:
    with pytest.raises(ScoringError):
        rank(contest)
