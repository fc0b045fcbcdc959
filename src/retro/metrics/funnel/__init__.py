"""Funnel: how many users take each step of a path, in order and in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.funnel.cascade import cascade
from retro.metrics.funnel.steps import Path, Step, read_steps
from retro.metrics.intervals import wilson
from retro.metrics.windows import check_window, require


def funnel(
    events: ibis.Table,
    steps: Sequence[Step],
    *,
    start: dt.datetime,
    end: dt.datetime,
    window: dt.timedelta,
    observed_until: dt.datetime,
) -> pd.DataFrame:
    """Count the users who take each step, in order, within a window that opens with the first step.

    A user enters with a first step in `[start, end)`; later steps may follow until `window` after it, inclusive, also
    beyond `end`. Every first step may begin the successful path, not only the earliest. An entry whose window was not
    wholly observed is left out, so that late entrants do not look like drop-outs.

    Args:
        events: One row per event: `user_id`, `event`, `occurred_at` (local). Events without user are left out.
        steps: Event names from first to last, at least two.
        start: Begin of the entries, local.
        end: End of the entries, local, exclusive.
        window: How long after its first step a path may take.
        observed_until: Until when events were observed, local, exclusive.

    Returns:
        One row per step, in order; `attrs["immature"]` counts the users all of whose entries were left out.

        - `step` (str): The step's name.
        - `users` (int): Users who reached the step.
        - `step_rate` (float): `users` over the users of the step before. NaN on the first row and where those are 0.
        - `total_rate`, `low`, `high` (float): `users` over the users of the first step, and its 95 % Wilson interval.
          NaN where nobody entered.
        - `median_hours` (float): Median time from the first step to the user's first arrival at this step. NaN on the
          first row and where nobody arrived.

    Raises:
        MetricError: The steps, the window or a table's columns do not fit.
    """
    check_window(start, end, observed_until)
    require(events, "events", "user_id", "event", "occurred_at")
    if window <= dt.timedelta():
        raise MetricError(f"funnel: window must be longer than 0, got {window!s}.")
    path = read_steps(steps)
    settled = min(end, observed_until - window)
    with cascade(events, path, start=start, end=settled, window=window) as levels:
        frame = _rated(path, [_arrivals(level) for level in levels])
    unsettled = events.filter(
        path.takes(events, 0), events.occurred_at >= start, events.occurred_at < min(end, observed_until)
    )
    frame.attrs["immature"] = _without_settled_entry(unsettled, settled)
    return frame


def _arrivals(level: ibis.Table) -> tuple[int, float]:
    """How many users reached a level, and their median hours from first step to first arrival."""
    first = level.group_by("user_id").aggregate(at=level.at.min(), entered_at=level.entered_at.argmin(level.at))
    seconds = first.at.epoch_seconds() - first.entered_at.epoch_seconds()
    row = first.aggregate(users=first.count(), seconds=seconds.median()).execute().iloc[0]
    return int(row["users"]), float(row["seconds"]) / 3600


def _rated(path: Path, arrivals: Sequence[tuple[int, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(arrivals, columns=["users", "median_hours"])
    entered = frame["users"].iloc[0]
    before = frame["users"].shift()
    low, high = wilson(frame["users"], [entered] * len(frame))
    frame = frame.assign(
        step=path.labels,
        step_rate=frame["users"] / before.where(before > 0),
        total_rate=frame["users"] / (entered or float("nan")),
        low=low,
        high=high,
    )
    frame.loc[0, "median_hours"] = float("nan")
    return frame[["step", "users", "step_rate", "total_rate", "low", "high", "median_hours"]]


def _without_settled_entry(entries: ibis.Table, settled: dt.datetime) -> int:
    """Users whose every entry is too recent for its window to have been observed."""
    known = entries.filter(entries.user_id.notnull())
    first = known.group_by("user_id").aggregate(at=known.occurred_at.min())
    return int(first.filter(first.at >= settled).count().execute())
