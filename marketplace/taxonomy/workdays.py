"""工作日: terms are counted in days that offices work, by the State Council's yearly notices.

A year whose notice has not been entered counts Monday to Friday; `unknown_years` says so, for pages to show.
"""

from datetime import date, timedelta

from marketplace.taxonomy.models import CalendarDay

SATURDAY = 5


def add_workdays(start: date, n: int) -> date:
    """The n-th working day after `start`; the day itself does not count. For n = 0, `start`; n < 0 counts back."""
    if n == 0:
        return start
    forward = timedelta(days=1 if n > 0 else -1)
    reach = forward * (abs(n) * 2 + 40)  # no stretch of holidays is longer than the working days around it
    exceptions = _exceptions(min(start, start + reach), max(start, start + reach))
    day, left = start, abs(n)
    while left:
        day += forward
        left -= _works(day, exceptions)
    return day


def workdays_between(start: date, end: date) -> int:
    """Working days after `start`, up to and with `end`: what is left of a term. Negative when `end` lies before."""
    if end < start:
        return -workdays_between(end, start)
    exceptions = _exceptions(start, end)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(_works(day, exceptions) for day in days)


def is_workday(day: date) -> bool:
    """Whether offices work that day."""
    return _works(day, _exceptions(day, day))


def unknown_years(start: date, end: date) -> list[int]:
    """Years touched by the term for which no notice has been entered: there, only weekends were left out."""
    known = set(CalendarDay.objects.filter(day__year__range=(start.year, end.year)).values_list("day__year", flat=True))
    return [year for year in range(start.year, end.year + 1) if year not in known]


def _exceptions(first: date, last: date) -> dict[date, bool]:
    return dict(CalendarDay.objects.filter(day__range=(first, last)).values_list("day", "works"))


def _works(day: date, exceptions: dict[date, bool]) -> bool:
    return exceptions.get(day, day.weekday() < SATURDAY)
