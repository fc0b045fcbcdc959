"""Vectors of the area `retention`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import ibis
import pandas as pd

from retro import metrics
from retro.metrics.windows import next_period

from .vector import Skip, Vector

_SCHEMA = {"user_id": "string", "event": "string", "occurred_at": "timestamp"}


def check(vector: Vector) -> Iterator[str]:
    """Compare the triangle: the first cell of a row is the cohort's size, null what is not observed yet."""
    if "triangle" not in vector.expected:
        raise Skip(f"none of the expected keys {sorted(vector.expected)} is known")
    if vector.config.get("period", "day") not in {"day", "week", "month"}:
        raise Skip(f"retro has no cohorts by {vector.config['period']}")
    yield from vector.compare("triangle", _triangle(vector))


def _triangle(vector: Vector) -> list[list[int | None]]:
    config, wanted = vector.config, vector.expected["triangle"]
    events = _events(vector)
    every = config.get("period", "day")
    # The last period counts as observed, although `end` lies within it.
    _first, observed_until = next_period(dt.datetime.fromisoformat(config["end"]), every)
    start = (
        _back(observed_until, every, len(wanted[0])) if "intervals" in config else events.occurred_at.min().execute()
    )
    end = start
    for _row in wanted:
        _first, end = next_period(end, every)
    frame = metrics.cohort_retention(
        events,
        start=start,
        end=end,
        observed_until=observed_until,
        every=every,
        periods=len(wanted[0]),
        horizon="observed" if config.get("cumulative") else None,
        cohorts="first" if str(config.get("cohort", "")).startswith("first") else "every",
        target=config.get("target"),
        returning=config.get("returning"),
    )
    rows = []
    for _on, own in frame.groupby("cohort_on"):
        later = [None if pd.isna(cell) else int(cell) for cell in own["retained"].iloc[1:]]
        rows.append([int(own["members"].iloc[0]), *later])
    return rows


def _back(moment: dt.datetime, every: str, periods: int) -> dt.datetime:
    """The moment so many whole periods before the end of one."""
    for _period in range(periods):
        first, _following = next_period(moment - dt.timedelta(seconds=1), every)
        moment = dt.datetime.combine(first, dt.time())
    return moment


def _events(vector: Vector) -> ibis.Table:
    if "file" in vector.data:
        frame = pd.read_parquet(vector.data_file())
        customer, day = frame.columns[0], next(column for column in frame if "date" in column.lower())
        rows = pd.DataFrame({"user_id": frame[customer].astype(str), "event": "", "occurred_at": frame[day]})
        return ibis.memtable(rows.astype({"occurred_at": "datetime64[us]"}))
    return ibis.memtable(
        [
            {"user_id": str(user), "event": event, "occurred_at": dt.datetime.fromisoformat(time)}
            for user, time, event in vector.data["events"]
        ],
        schema=_SCHEMA,
    )
