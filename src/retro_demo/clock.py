"""The shop's clock: whole local days and seconds counted from the first day of the demo, 2024-01-01."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

from retro_demo.chance import Floats, Ints

FIRST_DAY = dt.date(2024, 1, 1)
EVENTS_FROM = dt.date(2024, 10, 3)
"""Events and page views are kept for the quarter and the 90 days before it."""

OBSERVED_UNTIL = dt.datetime(2025, 4, 1)  # noqa: DTZ001 - the shop's local clock, naive everywhere in the tables

DAY = 86_400
"""Seconds of a day; Shanghai has no summer time, so every day has them all."""

DAYS = (OBSERVED_UNTIL.date() - FIRST_DAY).days
EVENT_DAY = (EVENTS_FROM - FIRST_DAY).days

LATER_QUARTERS = {
    "2025Q2": (dt.date(2025, 4, 1), dt.date(2025, 7, 1)),
    "2025Q3": (dt.date(2025, 7, 1), dt.date(2025, 10, 1)),
    "2025Q4": (dt.date(2025, 10, 1), dt.date(2026, 1, 1)),
}
"""The quarters that make the year whole, from and until; what they bring changes no row of the days before them."""

YEAR_END = (dt.date(2026, 1, 1) - FIRST_DAY).days
"""The day after the last of the whole year."""


def day_of(date: dt.date) -> int:
    """A date as a day of the shop's clock.

    Examples:
        >>> day_of(dt.date(2024, 1, 1)), day_of(dt.date(2025, 1, 10))
        (0, 375)
    """
    return (date - FIRST_DAY).days


def second_of(moment: dt.datetime) -> int:
    """A local moment as a second of the shop's clock."""
    return day_of(moment.date()) * DAY + moment.hour * 3600 + moment.minute * 60 + moment.second


def date_of(day: int) -> dt.date:
    """A day of the shop's clock as a date."""
    return FIRST_DAY + dt.timedelta(days=day)


def weekdays(days: Ints) -> Ints:
    """The weekday of each day, 0 for Monday; 2024-01-01 was one."""
    return np.asarray(days % 7, dtype=np.int64)


def timestamps(seconds: Ints | Floats) -> npt.NDArray[np.datetime64]:
    """Seconds of the shop's clock as local timestamps."""
    return np.datetime64(FIRST_DAY, "us") + (np.asarray(seconds, dtype=np.int64) * 1_000_000).astype("timedelta64[us]")


def dates(days: Ints) -> npt.NDArray[np.datetime64]:
    """Days of the shop's clock as dates."""
    return np.datetime64(FIRST_DAY, "D") + np.asarray(days, dtype=np.int64).astype("timedelta64[D]")
