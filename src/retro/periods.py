"""Windows, and the periods that they are compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from retro.errors import MetricError

Basis = Literal["target", "previous", "year_ago", "lunar_year_ago", "edition", "dates"]

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

FESTIVALS = frozenset({
    (1, 1), (2, 14), (3, 8), (5, 1), (5, 20), (6, 1), (6, 18), (8, 8), (8, 18), (9, 9), (10, 1), (10, 10), (11, 11),
    (12, 12), (12, 24), (12, 25), (12, 31),
})  # fmt: skip
"""Month and day of the dates that draw sales each year, whatever the weekday: 三八, 五二〇, 六一八, 双十一, ..."""

_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
_YEAR = dt.timedelta(weeks=52)
_HALF_LUNAR_YEAR = dt.timedelta(days=192)
"""Half of the longest one: no day lies farther from the nearest new year."""
_YEAR_MONTHS = 12


@dataclass(frozen=True)
class Window:
    """A half-open span of local time, until when it was observed, and its baseline weeks.

    Attributes:
        start: Its begin, local.
        end: Its end, local, exclusive.
        observed_until: Until when the data was observed, local, exclusive; it may lie within the window.
        baseline_weeks: How many weeks before `start` make the baseline.

    Raises:
        MetricError: A time has a zone or a part of a second, `end` is not after `start`, or there are no
            `baseline_weeks`.

    Examples:
        >>> night = Window(dt.datetime(2025, 2, 28, 20), dt.datetime(2025, 3, 1, 8))
        >>> night.days, night.holds(dt.datetime(2025, 3, 1, 8)), night.baseline_start.isoformat()
        (0.5, False, '2025-01-03T20:00:00')
    """

    start: dt.datetime
    end: dt.datetime
    observed_until: dt.datetime | None = None
    baseline_weeks: int = 8

    def __post_init__(self) -> None:
        for name in ("start", "end", "observed_until"):
            _check_local(name, getattr(self, name))
        if self.end <= self.start:
            raise MetricError(
                f"metrics: end must be after start ({self.start.isoformat()}), got {self.end.isoformat()!r}."
            )
        if self.baseline_weeks < 1:
            raise MetricError(f"metrics: baseline_weeks must be at least 1, got {self.baseline_weeks!r}.")

    @property
    def observed(self) -> dt.datetime:
        """`observed_until`, where it is required.

        Raises:
            MetricError: It is not known.
        """
        if self.observed_until is None:
            raise MetricError("metrics: window must say until when it was observed, got none. Give it observed_until.")
        return self.observed_until

    @property
    def observed_end(self) -> dt.datetime:
        """The first moment after the part that was observed."""
        return min(self.end, self.observed)

    @property
    def length(self) -> dt.timedelta:
        """How long it is."""
        return self.end - self.start

    @property
    def days(self) -> float:
        """How long it is, in days."""
        return self.length / _DAY

    @property
    def baseline_start(self) -> dt.datetime:
        """Begin of the weeks that make the baseline; they end at `start`."""
        return self.start - self.baseline_weeks * _WEEK

    @property
    def baseline(self) -> Window:
        """The weeks that make the baseline."""
        return self.before(self.baseline_weeks * _WEEK)

    @property
    def last_day(self) -> dt.date:
        """The last local day that it touches."""
        return (self.end - dt.timedelta(seconds=1)).date()

    def before(self, span: dt.timedelta) -> Window:
        """The stretch of this length that ends where the window begins."""
        return replace(self, start=self.start - span, end=self.start)

    def earlier(self, shift: dt.timedelta) -> Window:
        """The window moved back by so much."""
        return replace(self, start=self.start - shift, end=self.end - shift)

    def holds(self, moment: Any) -> Any:  # noqa: ANN401 - a moment, or a column of moments of any engine
        """Whether a moment lies in it."""
        return (moment >= self.start) & (moment < self.end)

    def touches(self, start: Any, end: Any) -> Any:  # noqa: ANN401 - as `holds`
        """Whether something that went on from `start` to `end` touches it."""
        return (start < self.end) & (end > self.start)


def _check_local(name: str, moment: dt.datetime | None) -> None:
    if moment is not None and moment.tzinfo is not None:
        raise MetricError(
            f"metrics: {name} must be a local time without a zone, got {moment.isoformat()!r}. "
            "Convert it to the source's time zone first."
        )
    if moment is not None and moment.microsecond:
        raise MetricError(
            f"metrics: {name} must be a whole second, got {moment.isoformat()!r}. "
            "Windows are half open: a day ends at the next 00:00:00."
        )


@dataclass(frozen=True)
class Period:
    """A base of comparison.

    Attributes:
        basis: Its kind.
        start: Its begin, local; of a target, that of the period whose structure the target is given.
        end: Its end, local, exclusive.
        title: What it is called, in both languages; None where its basis and dates say it.
        offer: The offer of the time, in both languages; None where not recorded.
        amount: GMV that was aimed at; None for anything but a target.
    """

    basis: Basis
    start: dt.datetime
    end: dt.datetime
    title: Mapping[str, str] | None = None
    offer: Mapping[str, str] | None = None
    amount: Decimal | None = None

    @property
    def window(self) -> Window:
        """Its days."""
        return Window(self.start, self.end)


def previous_window(window: Window) -> Window:
    """The period before: as many calendar months before whole ones, else earlier by whole weeks.

    Examples:
        >>> before = previous_window(Window(dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1)))
        >>> before.start.isoformat(), before.end.isoformat()
        ('2025-02-01T00:00:00', '2025-03-01T00:00:00')
    """
    months = _calendar_months(window.start, window.end)
    if months is not None:
        return replace(window, start=months_later(window.start, -months), end=window.start)
    return window.earlier(-(-window.length // _WEEK) * _WEEK)


def year_ago_window(window: Window) -> Window:
    """The same days a year before, as what the window is for lies: by months, by the date, or by the weekday.

    Calendar months are moved by the calendar, and so is a window that holds a date on which shops sell every year
    (`FESTIVALS`): 11 November is set against 11 November. Anything else lies 52 weeks earlier, so that weekdays agree.

    Examples:
        >>> found = year_ago_window(Window(dt.datetime(2025, 11, 11), dt.datetime(2025, 11, 12)))
        >>> found.start.isoformat(), found.end.isoformat()
        ('2024-11-11T00:00:00', '2024-11-12T00:00:00')
    """
    if _calendar_months(window.start, window.end) is not None:
        return replace(
            window, start=months_later(window.start, -_YEAR_MONTHS), end=months_later(window.end, -_YEAR_MONTHS)
        )
    if window.length <= _WEEK and _festival(window):
        return replace(window, start=_year_back(window.start), end=_year_back(window.start) + window.length)
    return window.earlier(_YEAR)


def year_later(window: Window) -> dt.datetime:
    """When a campaign begins again: by its date where it holds one of `FESTIVALS`, else on its weekday 52 weeks later.

    Examples:
        >>> year_later(Window(dt.datetime(2025, 10, 31), dt.datetime(2025, 11, 12))).isoformat()
        '2026-10-31T00:00:00'
        >>> year_later(Window(dt.datetime(2025, 3, 26), dt.datetime(2025, 3, 27))).isoformat()
        '2026-03-25T00:00:00'
    """
    days = ((window.start + number * _DAY).date() for number in range((window.last_day - window.start.date()).days + 1))
    if any((day.month, day.day) in FESTIVALS for day in days):
        return months_later(window.start, _YEAR_MONTHS)
    return window.start + _YEAR


def _festival(window: Window) -> bool:
    days = ((window.start + number * _DAY).date() for number in range(8))
    return any((day.month, day.day) in FESTIVALS for day in days if day <= window.last_day)


def _year_back(moment: dt.datetime) -> dt.datetime:
    """The same date a year before; 28 February for the 29th."""
    return moment.replace(year=moment.year - 1, day=28 if (moment.month, moment.day) == (2, 29) else moment.day)


def lunar_year_ago_window(window: Window) -> Window | None:
    """The days that lay as far from the lunar new year a year before; None outside 1991 to 2050.

    Examples:
        >>> found = lunar_year_ago_window(Window(dt.datetime(2025, 1, 29), dt.datetime(2025, 2, 5)))
        >>> found.start.isoformat(), found.end.isoformat()
        ('2024-02-10T00:00:00', '2024-02-17T00:00:00')
    """
    start = window.start.date()
    place = min(range(len(LUNAR_NEW_YEARS)), key=lambda number: abs(LUNAR_NEW_YEARS[number] - start))
    if not place or abs(LUNAR_NEW_YEARS[place] - start) > _HALF_LUNAR_YEAR:
        return None
    return window.earlier(LUNAR_NEW_YEARS[place] - LUNAR_NEW_YEARS[place - 1])


def _calendar_months(start: dt.datetime, end: dt.datetime) -> int | None:
    """How many calendar months a window is, if it is whole ones, up to a year."""
    if any(moment.day != 1 or moment.time() != dt.time() for moment in (start, end)):
        return None
    months = (end.year - start.year) * _YEAR_MONTHS + end.month - start.month
    return months if 1 <= months <= _YEAR_MONTHS else None


def months_later(moment: dt.datetime, months: int) -> dt.datetime:
    """The same moment of a month so many months later, for one on the first of its month.

    Examples:
        >>> months_later(dt.datetime(2025, 11, 1), 3)
        datetime.datetime(2026, 2, 1, 0, 0)
    """
    number = moment.year * _YEAR_MONTHS + moment.month - 1 + months
    return moment.replace(year=number // _YEAR_MONTHS, month=number % _YEAR_MONTHS + 1)
