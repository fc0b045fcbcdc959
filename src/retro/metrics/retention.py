"""Retention: how many new users are still there days later, beside those who came in ordinary weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.cohorts import CAMPAIGN, USUAL, state_of
from retro.metrics.intervals import add_rate
from retro.metrics.windows import (
    WEEK,
    check_at_least,
    check_window,
    day_number,
    midnight,
    number_of,
    require,
    whole_days_until,
)

ARRIVAL = "register"
"""The event that makes a user; it is no sign of having come back."""


def retention(
    users: ibis.Table,
    events: ibis.Table,
    *,
    start: dt.datetime,
    end: dt.datetime,
    days: Sequence[int] = (1, 3, 7, 14, 30),
    observed_until: dt.datetime,
    baseline_weeks: int = 8,
) -> pd.DataFrame:
    """Share of new users who are active on the N-th local calendar day after the day they registered.

    Active means any event but `register` on that day. The campaign's cohort registered in `[start, end)`, the usual
    one in the `baseline_weeks` weeks before. A user counts on day N once that whole day has been observed; a cohort's
    cells are therefore of equal maturity, and a cell that nobody can answer yet is missing, not zero.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        start: Begin of the window, local.
        end: End of the window, local, exclusive.
        days: Which days after registration, each 1 or more.
        observed_until: Until when both tables were observed, local, exclusive.
        baseline_weeks: How many weeks before `start` make the usual cohort.

    Returns:
        One row per cohort and day, the campaign first.

        - `cohort` (str): `campaign` or `usual`.
        - `day` (int): Days after registration.
        - `eligible` (int): Users of the cohort whose day N was wholly observed.
        - `retained` (Int64): Of these, users active on day N. Missing where `eligible` is 0.
        - `rate`, `low`, `high` (float): `retained` over `eligible`, and its 95 % Wilson interval. NaN as `retained`.
        - `state` (str): `observed` where all users of the cohort are eligible, `partial` where some are,
          `unobserved` where none is.

    Raises:
        MetricError: The window is empty or has a zone, a column is missing, or a day or `baseline_weeks` is below 1.
    """
    check_window(start, end, observed_until)
    check_at_least("baseline_weeks", baseline_weeks, 1)
    wanted = _check_days(days)
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    since = start - baseline_weeks * WEEK
    moment = users.registered_at
    members = users.filter((moment >= since) & (moment < min(end, observed_until)), users.user_id.notnull()).select(
        "user_id", cohort=ibis.ifelse(moment >= start, CAMPAIGN, USUAL), arrived=day_number(moment)
    )
    whole = whole_days_until(observed_until)
    activity = events.filter(
        events.event != ARRIVAL,
        events.occurred_at >= midnight(number_of(since.date())),
        events.occurred_at < midnight(whole),
    ).select("user_id", active=day_number(events.occurred_at))
    return _cells(_arrivals(members), _retained(members, activity, wanted), wanted, whole)


def _check_days(days: Sequence[int]) -> list[int]:
    if not days:
        raise MetricError("metrics: days must name at least one day, got none.")
    for day in days:
        check_at_least("days", day, 1)
    return sorted(set(days))


def _arrivals(members: ibis.Table) -> pd.DataFrame:
    """Users by cohort and the number of the day they registered."""
    frame: pd.DataFrame = members.group_by("cohort", "arrived").aggregate(users=lambda row: row.count()).execute()
    return frame


def _retained(members: ibis.Table, activity: ibis.Table, days: Sequence[int]) -> Mapping[tuple[str, int], int]:
    """Users by cohort and days since registration, each once."""
    joined = members.join(activity, "user_id")
    seen = joined.select("cohort", "user_id", day=joined.active - joined.arrived).distinct()
    counts = seen.filter(seen.day.isin(days)).group_by("cohort", "day").aggregate(users=lambda row: row.count())
    return {(row.cohort, int(row.day)): int(row.users) for row in counts.execute().itertuples()}


def _cells(
    arrivals: pd.DataFrame, retained: Mapping[tuple[str, int], int], days: Sequence[int], whole: int
) -> pd.DataFrame:
    """Every cell that was asked for, also those in which nothing happened or nothing can be known."""
    rows = []
    for cohort in (CAMPAIGN, USUAL):
        own = arrivals[arrivals["cohort"] == cohort]
        for day in days:
            eligible = int(own.loc[own["arrived"] + day < whole, "users"].sum())
            count = retained.get((cohort, day), 0) if eligible else None
            rows.append((cohort, day, eligible, count, state_of(eligible, int(own["users"].sum()))))
    frame = pd.DataFrame(rows, columns=["cohort", "day", "eligible", "retained", "state"])
    rated = add_rate(frame.astype({"retained": "Int64"}), "retained", "eligible")
    return rated[["cohort", "day", "eligible", "retained", "rate", "low", "high", "state"]]
