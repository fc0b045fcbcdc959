"""Cohorts: the campaign's and the baseline's new users, and how far a cell is observed."""

import datetime as dt

import ibis

from retro.metrics.history import history
from retro.metrics.windows import DAY
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


def state_of(eligible: int, members: int) -> str:
    """How much of a cell is known: `observed` for all members, `partial` for some, `unobserved` for none.

    A cohort without members is `empty`: there is nobody to wait for.

    Examples:
        >>> state_of(5, 5), state_of(2, 5), state_of(0, 5), state_of(0, 0)
        ('observed', 'partial', 'unobserved', 'empty')
    """
    if members == 0:
        return "empty"
    if eligible == 0:
        return "unobserved"
    return "observed" if eligible == members else "partial"
