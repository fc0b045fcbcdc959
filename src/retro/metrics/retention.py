"""Retention: how many come back, beside those who came in ordinary weeks, and by the period in which they came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.cohorts import CAMPAIGN, USUAL, state_of
from retro.metrics.intervals import add_rate
from retro.metrics.returning import Clock, Every, Periods, Span, returned
from retro.metrics.windows import WEEK, check_at_least, check_window, midnight, next_period, number_of, require

ARRIVAL = "register"
"""The event that makes a user; it is no sign of having come back."""

_FAR = 1_000_000
"""More periods than anybody is observed for."""

_MEASURES = ["eligible", "retained", "rate", "low", "high", "state"]


def retention(
    users: ibis.Table,
    events: ibis.Table,
    *,
    start: dt.datetime,
    end: dt.datetime,
    days: Sequence[int] = (1, 3, 7, 14, 30),
    observed_until: dt.datetime,
    baseline_weeks: int = 8,
    clock: Clock = "calendar",
    horizon: int | None = None,
) -> pd.DataFrame:
    """Share of new users who are active on the N-th day after they registered.

    Active means any event but `register`. The campaign's cohort registered in `[start, end)`, the usual one in the
    `baseline_weeks` weeks before. A user counts on day N once that whole day has been observed, and only if it does not
    lie before the day of the first event; both cohorts' cells are therefore of equal maturity, and a cell that nobody
    can answer is missing, not zero.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        start: Begin of the window, local.
        end: End of the window, local, exclusive.
        days: Which days after registration, each 1 or more.
        observed_until: Until when both tables were observed, local, exclusive.
        baseline_weeks: How many weeks before `start` make the usual cohort.
        clock: `calendar`: local calendar days after the day of registration. `rolling`: 24-hour days from the second of
            registration, day 1 being hours 24 to 48.
        horizon: If given, active on day N or any later one up to this day, the same for everybody (unbounded
            retention); a user then counts once the horizon has been observed.

    Returns:
        One row per cohort and day, the campaign first.

        - `cohort` (str): `campaign` or `usual`.
        - `day` (int): Days after registration.
        - `eligible` (int): Users of the cohort whose day N (up to the horizon) was wholly observed.
        - `retained` (Int64): Of these, users active on day N. Missing where `eligible` is 0.
        - `rate`, `low`, `high` (float): `retained` over `eligible`, and its 95 % Wilson interval. NaN as `retained`.
        - `state` (str): `observed` where all users of the cohort are eligible, `partial` where some are,
          `unobserved` where none is, `empty` where the cohort has no users.

    Raises:
        MetricError: The window is empty or has a zone, a column is missing, a day or `baseline_weeks` is below 1, or
            `horizon` is below a day.
    """
    check_window(start, end, observed_until)
    check_at_least("baseline_weeks", baseline_weeks, 1)
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    periods = Periods("day", clock)
    wanted = _check_days(days, horizon)
    since = start - baseline_weeks * WEEK
    moment = users.registered_at
    members = users.filter(moment >= since, moment < min(end, observed_until), users.user_id.notnull()).select(
        "user_id", cohort=ibis.ifelse(moment >= start, CAMPAIGN, USUAL), arrived=periods.position(moment)
    )
    first = events.occurred_at.min().execute()
    observed_from = observed_until if pd.isna(first) else midnight(number_of(first.date()))
    activity = events.filter(
        events.event != ARRIVAL,
        events.occurred_at >= midnight(number_of(since.date())),
        events.occurred_at < observed_until,
    ).select("user_id", active=periods.position(events.occurred_at))
    spans = [Span(day, horizon or day, horizon or day) for day in wanted]
    counts = returned(members, activity, spans, periods, observed_until, observed_from)
    counts = counts.reindex([CAMPAIGN, USUAL], fill_value=0)
    rows = []
    for cohort in (CAMPAIGN, USUAL):
        own = counts.loc[cohort].to_dict()
        for number, day in enumerate(wanted):
            eligible = own[f"eligible_{number}"]
            retained = own[f"retained_{number}"] if eligible else None
            rows.append((cohort, day, eligible, retained, state_of(eligible, own["members"])))
    frame = pd.DataFrame(rows, columns=["cohort", "day", "eligible", "retained", "state"])
    return _rated(frame, ["cohort", "day"])


def cohort_retention(
    events: ibis.Table,
    *,
    start: dt.datetime,
    end: dt.datetime,
    observed_until: dt.datetime,
    every: Every = "day",
    periods: int = 12,
    horizon: int | Literal["observed"] | None = None,
    brackets: Sequence[tuple[int, int]] | None = None,
    clock: Clock = "calendar",
    cohorts: Literal["first", "every"] = "first",
    target: str | None = None,
    returning: str | None = None,
) -> pd.DataFrame:
    """The retention triangle: who came in which period, and how many of them were active so many periods later.

    Args:
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        start: Begin of the first cohort's period, local.
        end: End of the last cohort's period, local, exclusive.
        observed_until: Until when events were observed, local, exclusive.
        every: Length of a period; weeks begin on Monday.
        periods: How many periods each cohort is followed, its own included.
        horizon: If given, active in period N or any later one up to this one, the same for all cohorts. `observed`
            looks as far as each cohort was observed, as other tools do; then later cohorts look worse than they are.
        brackets: If given, active in any period from the first to the last of each bracket, instead of one by one.
        clock: `calendar`, or `rolling`: from the second of a user's first target event; a month is then 30 days.
        cohorts: `first`: a user belongs to the period of their first target event. `every`: to each with one.
        target: The event that puts a user into a cohort; any where left out.
        returning: The event that counts as coming back; any where left out.

    Returns:
        One row per cohort and span of periods, in order.

        - `cohort_on` (date): First day of the cohort's period.
        - `from_period`, `until_period` (int): The span, both ends inclusive; 0 is the cohort's own period.
        - `members` (int): Users of the cohort.
        - `eligible` (int): Of these, users whose whole span was observed.
        - `retained` (Int64): Of these, users active in the span. Missing where it is unobserved.
        - `rate`, `low`, `high` (float): `retained` over `eligible`, and its 95 % Wilson interval. NaN likewise, and for
          cohorts without members.
        - `state` (str): `observed` for all members, `partial` for some, `unobserved` for none.

    Raises:
        MetricError: The window is empty or has a zone, a column is missing, or the arguments do not fit each other.
    """
    check_window(start, end, observed_until)
    require(events, "events", "user_id", "event", "occurred_at")
    counted = Periods(every, clock)
    if clock == "rolling" and cohorts == "every":
        raise MetricError("retention: clock 'rolling' needs cohorts 'first', got 'every'.")
    spans = _spans(periods, horizon, brackets)
    seen = events.filter(events.user_id.notnull(), events.occurred_at < observed_until)
    members = _members(seen, counted, cohorts, target, start, end)
    active = seen if returning is None else seen.filter(seen.event == returning)
    activity = active.filter(active.occurred_at >= start).select("user_id", active=counted.position(active.occurred_at))
    counts = returned(members, activity.distinct(), spans, counted, observed_until)
    latest = counted.bucket_of((observed_until - dt.timedelta(seconds=1)).date())
    rows = []
    for cohort_on in _cohorts(start, end, every):
        number = counted.bucket_of(cohort_on)
        own = counts.reindex([number], fill_value=0).iloc[0].to_dict()
        for place, span in enumerate(spans):
            eligible = own[f"eligible_{place}"]
            state = state_of(eligible, own["members"])
            if state == "empty":  # nobody came; once the span is over, nobody who did could still be waited for
                over = counted.ends_before(cohort_on, span.due, observed_until)
                state = "observed" if over else "unobserved"
            retained = None if state == "unobserved" else own[f"retained_{place}"]
            last = span.last if span.last < _FAR else max(span.first, latest - number)
            rows.append((cohort_on, span.first, last, own["members"], eligible, retained, state))
    names = ["cohort_on", "from_period", "until_period", "members", "eligible", "retained", "state"]
    return _rated(pd.DataFrame(rows, columns=names), names[:4])


def pooled_retention(triangle: pd.DataFrame) -> pd.DataFrame:
    """One curve from all cohorts of a triangle: retained over eligible, only where it was observed.

    Args:
        triangle: What `cohort_retention` returns.

    Returns:
        One row per span: `from_period`, `until_period`, `cohorts` (int, how many were observed), `eligible`,
        `retained`, `rate`, `low`, `high` as in the triangle. NaN where no cohort was observed.
    """
    known = triangle[triangle["state"] != "unobserved"]
    spans = triangle[["from_period", "until_period"]].drop_duplicates(ignore_index=True)
    sums = known.groupby(["from_period", "until_period"], as_index=False).agg(
        cohorts=("cohort_on", "size"), eligible=("eligible", "sum"), retained=("retained", "sum")
    )
    pooled = spans.merge(sums, how="left").fillna({"cohorts": 0, "eligible": 0})
    pooled = pooled.astype({"cohorts": "int64", "eligible": "int64", "retained": "Int64"})
    return add_rate(pooled, "retained", "eligible")


def _check_days(days: Sequence[int], horizon: int | None) -> list[int]:
    if not days:
        raise MetricError("metrics: days must name at least one day, got none.")
    for day in days:
        check_at_least("days", day, 1)
    if horizon is not None:
        check_at_least("horizon", horizon, max(days))
    return sorted(set(days))


def _spans(
    periods: int, horizon: int | Literal["observed"] | None, brackets: Sequence[tuple[int, int]] | None
) -> list[Span]:
    check_at_least("periods", periods, 1)
    if brackets is not None:
        if horizon is not None or not brackets or any(not 0 <= first <= last for first, last in brackets):
            raise MetricError(
                f"retention: brackets must be pairs of a first and a last period, without horizon, got {brackets!r}."
            )
        return [Span(first, last, last) for first, last in brackets]
    if horizon == "observed":
        return [Span(period, _FAR, period) for period in range(periods)]
    if horizon is not None:
        check_at_least("horizon", horizon, periods - 1)
    return [Span(period, period if horizon is None else horizon, horizon or period) for period in range(periods)]


def _members(
    events: ibis.Table,
    counted: Periods,
    cohorts: Literal["first", "every"],
    target: str | None,
    start: dt.datetime,
    end: dt.datetime,
) -> ibis.Table:
    """Who belongs to which cohort, and the position of their arrival."""
    aimed = events if target is None else events.filter(events.event == target)
    if cohorts == "every":
        within = aimed.filter(aimed.occurred_at >= start, aimed.occurred_at < end)
        bucket = counted.bucket(within.occurred_at)
        return within.select("user_id", cohort=bucket, arrived=bucket).distinct()
    firsts = aimed.group_by("user_id").aggregate(at=aimed.occurred_at.min())
    firsts = firsts.filter(firsts["at"] >= start, firsts["at"] < end)
    return firsts.select("user_id", cohort=counted.bucket(firsts["at"]), arrived=counted.position(firsts["at"]))


def _cohorts(start: dt.datetime, end: dt.datetime, every: Every) -> Iterator[dt.date]:
    """The first days of the periods that a window touches."""
    while start < end:
        first, start = next_period(start, every)
        yield first


def _rated(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Add the rate and its interval, in the order that all frames of retention have."""
    rated = add_rate(frame.astype({"retained": "Int64"}), "retained", "eligible")
    return rated[[*keys, *[name for name in _MEASURES if name not in keys]]]
