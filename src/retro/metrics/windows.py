"""Checks and local-day arithmetic that all metrics share."""

import datetime as dt
import math
from dataclasses import replace

import ibis

from retro.clocks import instant_of
from retro.errors import MetricError, MissingColumn, did_you_mean
from retro.periods import Window

DAY = dt.timedelta(days=1)
WEEK = dt.timedelta(weeks=1)

_EPOCH = dt.date(1970, 1, 1)
_SECONDS = 86_400


def check_at_least(name: str, value: int, least: int) -> None:
    """Refuse a count of days, weeks or months below what the metric can work with."""
    if value < least:
        raise MetricError(f"metrics: {name} must be at least {least}, got {value!r}.")


def require(table: ibis.Table, name: str, *columns: str) -> None:
    """Refuse a table that lacks a column, before an engine answers in its own words.

    Raises:
        MissingColumn: A column is missing; the message names the closest one.
    """
    for column in columns:
        if column not in table.columns:
            hint = did_you_mean(column, table.columns)
            raise MissingColumn(f"{name}: column {column!r} must be in the table. {hint}", name, column)


def day_number(moment: ibis.Value) -> ibis.Value:
    """The local calendar day of a naive local column, as days since 1970-01-01.

    An integer, because engines differ in how they subtract dates, and agree on integers.
    """
    return moment.epoch_seconds() // _SECONDS


def number_of(day: dt.date) -> int:
    """The number that `day_number` gives a day."""
    return (day - _EPOCH).days


def days_of(window: Window) -> range:
    """The numbers of the local days that a window touches."""
    return range(number_of(window.start.date()), number_of(window.last_day) + 1)


def day_of(number: int) -> dt.date:
    """The day behind a number of `day_number`."""
    return _EPOCH + dt.timedelta(days=int(number))


def month_number(moment: ibis.Value) -> ibis.Value:
    """The local calendar month of a naive local column, as months since year 0."""
    return moment.year() * 12 + moment.month() - 1


def number_of_month(day: dt.date) -> int:
    """The number of the month that a day lies in, as `month_number` counts."""
    return day.year * 12 + day.month - 1


def month_of(number: int) -> dt.date:
    """The first day of the month behind a number of `month_number`."""
    return dt.date(int(number) // 12, int(number) % 12 + 1, 1)


def whole_days_until(observed_until: dt.datetime) -> int:
    """The number of the first day that is not wholly observed."""
    return number_of(observed_until.date())


def on_instants(window: Window, zone: str) -> Window:
    """A window by a clock that never changes, as `retro.clocks.instant` gives the moments of a table of that zone."""
    until = window.observed_until
    return replace(
        window,
        start=instant_of(window.start, zone),
        end=instant_of(window.end, zone),
        observed_until=None if until is None else instant_of(until, zone),
    )


def midnight(number: int) -> dt.datetime:
    """The moment at which the day with this number begins."""
    return dt.datetime.combine(day_of(number), dt.time())


def weeks_to_clear(span: dt.timedelta) -> int:
    """How many whole weeks back a span must move so that it no longer touches itself.

    Examples:
        >>> weeks_to_clear(dt.timedelta(days=7)), weeks_to_clear(dt.timedelta(days=8))
        (1, 2)
    """
    return math.ceil(span / WEEK)


def earlier_windows(window: Window) -> list[Window]:
    """As many windows before a window as its baseline has weeks, each as long and at its weekday and hour.

    None touches another, so that they are independent.

    Examples:
        >>> fortnight = Window(dt.datetime(2025, 3, 1), dt.datetime(2025, 3, 15), baseline_weeks=2)
        >>> [one.start.date().isoformat() for one in earlier_windows(fortnight)]
        ['2025-02-15', '2025-02-01']
    """
    step = weeks_to_clear(window.length) * WEEK
    return [window.earlier(place * step) for place in range(1, window.baseline_weeks + 1)]
