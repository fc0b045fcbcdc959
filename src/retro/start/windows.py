"""Days that look like campaigns, and the periods of a first report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from retro.metrics import LEAST_DAYS, anomalies, daily_sales
from retro.sources import Tables

_HISTORY = dt.timedelta(weeks=4)
"""What must lie before a window, for there to be a baseline."""
_DAY = dt.timedelta(days=1)
_FAR = 0.5
"""How far above their baseline days must lie: half as much again."""
_LONGEST = 14
"""Days of a window; what is high for longer is another level, not a campaign."""
_MOST = 5
_WEEKS = 8


@dataclass(frozen=True)
class Found:
    """Days far above their baseline.

    Attributes:
        start: The first day.
        end: The day after the last.
        orders: Orders of these days.
        expected: Orders that level and weekday made one expect.
        after_hole: Whether it follows days without orders, so that it may be a backlog.
    """

    start: dt.date
    end: dt.date
    orders: int
    expected: int
    after_hole: bool = False

    @property
    def days(self) -> int:
        """Its length."""
        return (self.end - self.start).days

    @property
    def times(self) -> float:
        """Orders over what was expected."""
        return self.orders / self.expected if self.expected else float("inf")


def find_windows(tables: Tables) -> tuple[list[Found], pd.DataFrame]:
    """The likely campaign windows, the largest first, and the daily orders that they stand out from."""
    daily = daily_sales(tables.orders, end=tables.observed_until("orders"))
    if len(daily) < LEAST_DAYS:
        return [], daily
    unusual = anomalies(daily, at="on", value="orders")
    high = unusual[(unusual["size"] > 0) & (unusual["size_rate"] >= _FAR) & (unusual["points"] <= _LONGEST)]
    sold = dict(zip(daily["on"], daily["orders"].fillna(0), strict=True))
    found = [
        Found(
            row["start_at"], row["end_at"] + _DAY, round(row["value"]), round(row["expected"]), _after_hole(sold, row)
        )
        for row in high.to_dict("records")
        if row["start_at"] >= daily["on"].iloc[0] + _HISTORY
    ]
    return sorted(found, key=lambda one: (one.after_hole, one.expected - one.orders, one.start))[:_MOST], daily


def _after_hole(sold: Mapping[dt.date, int], row: Mapping[Hashable, Any]) -> bool:
    """Whether no orders of the two days before are known, more than a weekly closing: it may be a backlog."""
    return not any(sold.get(row["start_at"] - days * _DAY) for days in (1, 2))


def baseline_weeks(start: dt.date, daily: pd.DataFrame) -> int:
    """Whole weeks of history before a window, at most what reports take by default."""
    first: dt.date = daily["on"].iloc[0]
    return max(1, min(_WEEKS, (start - first).days // 7))


def last_month(tables: Tables, daily: pd.DataFrame) -> tuple[dt.date, dt.date] | None:
    """The last calendar month that the data covers whole; None where it covers none."""
    if daily.empty:
        return None
    end = tables.observed_until("orders").date().replace(day=1)
    start = (end - dt.timedelta(days=1)).replace(day=1)
    return (start, end) if start >= daily["on"].iloc[0] else None
