"""Terms in working days, by the notices of the State Council."""

from datetime import date

import pytest

from marketplace.taxonomy.models import CalendarDay
from marketplace.taxonomy.seeding import load_seeds
from marketplace.taxonomy.workdays import add_workdays, is_workday, unknown_years, workdays_between

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 11, 25), 5, date(2026, 12, 2)),  # over a weekend
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day
        (date(2026, 10, 8), 2, date(2026, 10, 10)),  # a Saturday that is worked
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # a worked Saturday, then the Spring Festival
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
        (date(2026, 10, 8), -1, date(2026, 9, 30)),
        (date(2025, 12, 31), 5, date(2026, 1, 8)),  # over the turn of the year, with a worked Sunday
    ],
)
def test_adding(start: date, n: int, end: date) -> None:
    list(load_seeds())
    assert add_workdays(start, n) == end
    assert workdays_between(start, end) == n


def test_a_year_without_its_notice_counts_the_week_and_says_so() -> None:
    list(load_seeds())
    assert add_workdays(date(2031, 9, 30), 1) == date(2031, 10, 1)
    assert unknown_years(date(2026, 12, 31), date(2028, 1, 5)) == [2027, 2028]
    assert unknown_years(date(2024, 1, 1), date(2026, 12, 31)) == []


def test_a_day_that_the_administrator_enters_counts_and_survives_loading() -> None:
    list(load_seeds())
    CalendarDay.objects.create(day=date(2027, 10, 1), name_zh="国庆节", name_en="National Day", source="放假通知")
    changed = CalendarDay.objects.get(day=date(2026, 10, 10))
    changed.works = False
    changed.save()
    list(load_seeds())
    assert add_workdays(date(2027, 9, 30), 1) == date(2027, 10, 4)
    assert not is_workday(date(2026, 10, 10))
    assert is_workday(date(2026, 9, 20))
    assert CalendarDay.objects.filter(day__year=2026).count() == 39
