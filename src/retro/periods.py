"""Periods: what a result is set against, and how the days of two periods are laid over each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Basis = Literal["target", "previous", "year_ago", "lunar_year_ago", "edition", "dates"]

Window = tuple[dt.datetime, dt.datetime]

_FIRST_YEAR = 1990
_NEW_YEARS = """
    1-27 2-15 2-4 1-23 2-10 1-31 2-19 2-7 1-28 2-16
    2-5 1-24 2-12 2-1 1-22 2-9 1-29 2-18 2-7 1-26
    2-14 2-3 1-23 2-10 1-31 2-19 2-8 1-28 2-16 2-5
    1-25 2-12 2-1 1-22 2-10 1-29 2-17 2-6 1-26 2-13
    2-3 1-23 2-11 1-31 2-19 2-8 1-28 2-15 2-4 1-24
    2-12 2-1 1-22 2-10 1-30 2-17 2-6 1-26 2-14 2-2
    1-23 2-11
"""  # month and day, year by year
LUNAR_NEW_YEARS = tuple(
    dt.date(_FIRST_YEAR + number, *map(int, day.split("-"))) for number, day in enumerate(_NEW_YEARS.split())
)
"""First days of the lunar years 1990 to 2051, as the Hong Kong Observatory publishes them.

A test holds them against the moon and the leap months. A package that converts calendars would bring a hundred times
the code for these 62 dates."""

_WEEK = dt.timedelta(weeks=1)
_YEAR = dt.timedelta(weeks=52)
_HALF_LUNAR_YEAR = dt.timedelta(days=192)
"""Half of the longest one: no day lies farther from the nearest new year."""
_MONTHS = (1, 3, 12)
"""Lengths of calendar periods: month, quarter, year."""


@dataclass(frozen=True)
class Period:
    """Something that a result is compared with.

    Attributes:
        basis: What kind of base it is.
        start: Its begin, local; of a target, that of the period whose structure the target is given.
        end: Its end, local, exclusive.
        title: What it is called, in both languages; None where its basis and dates say it.
        offer: What was offered in it, in both languages; None where nobody wrote it down.
        amount: GMV that was aimed at; None for anything but a target.
    """

    basis: Basis
    start: dt.datetime
    end: dt.datetime
    title: Mapping[str, str] | None = None
    offer: Mapping[str, str] | None = None
    amount: Decimal | None = None


def previous_window(start: dt.datetime, end: dt.datetime) -> Window:
    """The period before: the calendar month, quarter or year before one, else so many whole weeks earlier.

    Examples:
        >>> before = previous_window(dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1))
        >>> [moment.isoformat() for moment in before]
        ['2025-02-01T00:00:00', '2025-03-01T00:00:00']
    """
    months = _calendar_months(start, end)
    if months is not None:
        return _months_back(start, months), start
    shift = -(-(end - start) // _WEEK) * _WEEK
    return start - shift, end - shift


def year_ago_window(start: dt.datetime, end: dt.datetime) -> Window:
    """The same calendar months a year before; anything else 52 weeks earlier, so that weekdays agree."""
    if _calendar_months(start, end) is not None:
        return _months_back(start, 12), _months_back(end, 12)
    return start - _YEAR, end - _YEAR


def lunar_year_ago_window(start: dt.datetime, end: dt.datetime) -> Window | None:
    """The days that lay as far from the lunar new year a year before; None outside 1991 to 2050.

    Examples:
        >>> found = lunar_year_ago_window(dt.datetime(2025, 1, 29), dt.datetime(2025, 2, 5))
        >>> found[0].isoformat(), found[1].isoformat()
        ('2024-02-10T00:00:00', '2024-02-17T00:00:00')
    """
    place = min(range(len(LUNAR_NEW_YEARS)), key=lambda number: abs(LUNAR_NEW_YEARS[number] - start.date()))
    if not place or abs(LUNAR_NEW_YEARS[place] - start.date()) > _HALF_LUNAR_YEAR:
        return None
    shift = LUNAR_NEW_YEARS[place] - LUNAR_NEW_YEARS[place - 1]
    return start - shift, end - shift


def _calendar_months(start: dt.datetime, end: dt.datetime) -> int | None:
    """How many calendar months a window is, if it is a whole month, quarter or year."""
    if start.day != 1 or start.time() != dt.time() or end.time() != dt.time():
        return None
    if end.day != 1:
        return None
    return next((months for months in _MONTHS if _months_back(end, months) == start), None)


def _months_back(moment: dt.datetime, months: int) -> dt.datetime:
    """The first of a month so many months before another."""
    number = moment.year * 12 + moment.month - 1 - months
    return moment.replace(year=number // 12, month=number % 12 + 1)
