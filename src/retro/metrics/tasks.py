"""Tasks: how many new users start and finish each task."""

import datetime as dt
from typing import Any

import ibis
import pandas as pd

from retro.clocks import seconds_between
from retro.metrics.intervals import add_rate
from retro.metrics.spread import weighted_quantile
from retro.metrics.windows import check_at_least, require
from retro.periods import Window
from retro.privacy import LEAST

_MINUTE = 60


def tasks(
    users: ibis.Table,
    events: ibis.Table,
    window: Window,
    *,
    within: dt.timedelta,
    started: str = "task_start",
    completed: str = "task_complete",
    least: int = LEAST,
) -> pd.DataFrame:
    """Count the window's new users who start and finish each task, and the time they take.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        events: One row per event: `user_id`, `event`, `occurred_at` (local), optionally `detail`, the task's name.
        window: The campaign or period.
        within: How long after the end a task may still be done.
        started: The event that starts a task.
        completed: The event that finishes one.
        least: Tasks that fewer users started are left out.

    Returns:
        All tasks together first, then one row per task, the one started most first; no row where nobody started any.
        - `task` (str): Its name; None for all together, where a user counts once.
        - `users` (int): New users.
        - `started`, `completed` (int): Of these, users who started it; of those, users who finished it.
        - `rate`, `low`, `high` (float): `completed` over `started`, and its 95 % Wilson interval.
        - `median_minutes` (float): Median time from the first start to the first finish. NaN where nobody finished.
    """
    check_at_least("least", least, 1)
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    new = users.filter(window.holds(users.registered_at)).select("user_id").distinct()
    inside = events.filter(events.event.isin([started, completed]), events.occurred_at >= window.start)
    inside = inside.filter(inside.occurred_at < window.end + within).semi_join(new, "user_id")
    detail = inside.detail if "detail" in inside.columns else ibis.null("string")
    marked = inside.select("user_id", "event", "occurred_at", task=detail)
    population = int(new.count().execute())
    rows = [(None, population, *_counted(marked, [], started, completed)[0])]
    by_task = _counted(marked.filter(marked.task.notnull()), ["task"], started, completed)
    rows += [(task, population, *row) for task, *row in by_task if row[0] >= least]
    frame = pd.DataFrame(rows, columns=["task", "users", "started", "completed", "median_minutes"])
    frame = add_rate(frame[frame["started"] > 0], "completed", "started")
    return frame[["task", "users", "started", "completed", "rate", "low", "high", "median_minutes"]].reset_index(
        drop=True
    )


def _counted(marked: ibis.Table, by: list[str], started: str, completed: str) -> list[tuple[Any, ...]]:
    """Users who started and who finished, and the median minutes between; by task, the one started most first."""

    def first(event: str) -> Any:  # noqa: ANN401 - an Ibis value
        return lambda row: ibis.ifelse(row.event == event, row.occurred_at, ibis.null("timestamp")).min()

    own = marked.group_by("user_id", *by).aggregate(begun=first(started), done=first(completed))
    own = own.filter(own.begun.notnull())
    seconds = ibis.ifelse(own.done >= own.begun, seconds_between(own.begun, own.done), ibis.null("int64"))
    found = own.group_by(*by, seconds=seconds).aggregate(users=lambda row: row.count()).execute()
    parts = found.groupby(by[0]) if by else [(None, found)]
    rows: list[tuple[Any, ...]] = []
    for task, part in parts:
        finished = part[part["seconds"].notna()]
        counts = finished["users"].astype("int64")
        median = weighted_quantile(finished["seconds"].astype(float), counts, 0.5) / _MINUTE
        row = (int(part["users"].sum()), int(counts.sum()), median)
        rows.append((task, *row) if by else row)
    return sorted(rows, key=lambda row: -row[1]) if by else rows
