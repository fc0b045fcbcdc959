"""Cohorts: the campaign's and the baseline's new users, and how far a cell is observed."""

import datetime as dt
from collections.abc import Collection

import ibis

from retro.metrics.history import history
from retro.metrics.windows import DAY, number_of
from retro.periods import Window

CAMPAIGN = "campaign"
"""The cohort that came in the campaign's window."""

BASELINE = "baseline"
"""The cohort that came in the weeks before it."""

UNKNOWN_DAYS = 28
"""So many days into a table of orders, a regular customer's next order still looks like a first one."""


def new_since(orders: ibis.Table, window: Window) -> dt.datetime:
    """From when a buyer's first order in a table is a first order: after its first days, when all buyers look new."""
    first = history(orders, "ordered_at", until=window.end).since
    return window.baseline_start if first is None else first + UNKNOWN_DAYS * DAY


def baseline_since(window: Window, known: dt.datetime) -> dt.datetime:
    """The start of the baseline for first orders that are `known` since a moment, at the latest the campaign's."""
    return min(window.start, max(window.baseline_start, known))


def lost_since(orders: ibis.Table, since: dt.datetime, until: dt.datetime | None) -> tuple[int, ...]:
    """The numbers of the days from a moment until another whose orders are lost, in order; orders of these days only.

    Nobody knows who bought on them, so that they are no days without a purchase.
    """
    lost = map(number_of, history(orders, "ordered_at", until=until).lost)
    return tuple(sorted(day for day in lost if day >= number_of(since.date())))


def holds_lost(day: ibis.Value, lost: Collection[int], after: range) -> ibis.Value:
    """Whether one of the days so many `after` a numbered day is lost."""
    return day.isin(sorted({one - number for one in lost for number in after}))


def lost_of(lost: Collection[int], window: Window, cohort: str, days: int) -> int:
    """How many lost days lie from a cohort's first day until so many days after its last."""
    start = number_of(window.start.date())
    first, last = (start, number_of(window.last_day)) if cohort == CAMPAIGN else (0, start - 1)
    return len([day for day in lost if first <= day <= last + days])


def state_of(eligible: int, members: int, over: int = 0) -> str:
    """How much of a cell is known: `observed` for all members, `partial` for some, `unobserved` for none.

    A cohort without members is `empty`: there is nobody to wait for. One that nobody counts for, although the days of
    some are `over`, is `lost`, as these are.

    Examples:
        >>> state_of(5, 5), state_of(2, 5), state_of(0, 5), state_of(0, 0), state_of(0, 5, 5)
        ('observed', 'partial', 'unobserved', 'empty', 'lost')
    """
    if members == 0:
        return "empty"
    if eligible == 0:
        return "lost" if over else "unobserved"
    return "observed" if eligible == members else "partial"
