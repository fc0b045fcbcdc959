"""Retention: the share of new users active on day N, beside the baseline cohort."""

from collections.abc import Sequence

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.cohorts import BASELINE, CAMPAIGN, state_of
from retro.metrics.history import history
from retro.metrics.intervals import add_rate
from retro.metrics.returning import returned
from retro.metrics.windows import check_at_least, day_number, midnight, number_of, require
from retro.periods import Window

ARRIVAL = "register"
"""The event that makes a user; it is no sign of having come back."""


def retention(
    users: ibis.Table, events: ibis.Table, window: Window, *, days: Sequence[int] = (1, 3, 7, 14, 30)
) -> pd.DataFrame:
    """Share of new users who are active on the N-th day after they registered.

    Active means any event but `register`. The campaign's cohort registered in `[start, end)`, the baseline cohort in
    the `baseline_weeks` weeks before. A user counts on day N once that whole day has been observed, and only if it does
    not lie before the events begin and is not lost in them; a cell without such users is missing, not zero.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        window: The campaign or period; it says until when both tables were observed; the weeks of its baseline make the
            baseline cohort.
        days: Which days after registration, each 1 or more.

    Returns:
        One row per cohort and day, the campaign first.
        - `cohort` (str): `campaign` or `baseline`.
        - `day` (int): Days after registration.
        - `eligible` (int): Users of the cohort whose day N was wholly observed.
        - `retained` (Int64): Of these, users active on day N. Missing where `eligible` is 0.
        - `rate`, `low`, `high` (float): `retained` over `eligible`, and its 95 % Wilson interval. NaN as `retained`.
        - `state` (str): `observed` where all users of the cohort are eligible, `partial` where some are,
          `unobserved` where none is, `empty` where the cohort has no users.
    """
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    if not days:
        raise MetricError("metrics: days must name at least one day, got none.")
    wanted = sorted(set(days))
    check_at_least("days", wanted[0], 1)
    since = window.baseline_start
    moment = users.registered_at
    members = users.filter(moment >= since, moment < window.observed_end, users.user_id.notnull()).select(
        "user_id", cohort=ibis.ifelse(moment >= window.start, CAMPAIGN, BASELINE), arrived=day_number(moment)
    )
    past = history(events, "occurred_at", until=window.observed)
    activity = events.filter(
        events.event != ARRIVAL,
        events.occurred_at >= midnight(number_of(since.date())),
        events.occurred_at < window.observed,
    ).select("user_id", active=day_number(events.occurred_at))
    counts = returned(members, activity, wanted, window.observed, past.since or window.observed, past.lost)
    counts = counts.reindex([CAMPAIGN, BASELINE], fill_value=0)
    rows = []
    for cohort in (CAMPAIGN, BASELINE):
        own = counts.loc[cohort].to_dict()
        for number, day in enumerate(wanted):
            eligible = own[f"eligible_{number}"]
            retained = own[f"retained_{number}"] if eligible else None
            rows.append((cohort, day, eligible, retained, state_of(eligible, own["members"])))
    frame = pd.DataFrame(rows, columns=["cohort", "day", "eligible", "retained", "state"])
    rated = add_rate(frame.astype({"retained": "Int64"}), "retained", "eligible")
    return rated[["cohort", "day", "eligible", "retained", "rate", "low", "high", "state"]]
