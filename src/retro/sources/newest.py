"""The newest day of a table: whether it looks whole, seen beside the days before it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pandas as pd

_DAYS = 14
_FEWEST_DAYS = 7
_FEWEST_ROWS = 20
"""Rows that the least of the days before must have: with fewer, a day says nothing of how it should look."""


@dataclass(frozen=True)
class NewestDay:
    """The newest day of a table.

    Attributes:
        on: The day.
        whole: Whether it looks whole: as late a last row as any of the fourteen days before it, and half as many rows
            as the least of them; of at least a week of days, with twenty rows each.
        last: Its last row.
    """

    on: dt.date
    whole: bool
    last: dt.datetime

    @property
    def until(self) -> dt.datetime:
        """Until when the table was observed: the day's end where it looks whole, else its start."""
        return dt.datetime.combine(self.on + dt.timedelta(days=self.whole), dt.time())


def newest_day(table: Any, column: str, now: dt.datetime) -> NewestDay | None:  # noqa: ANN401 - ibis has no types here
    """The newest day of an Ibis table by a local time column; None where no row lies before `now`.

    A row of the future is passed over: one order of the year 2099 must not make every day until then a day without any.
    """
    moment = table[column].cast("timestamp")
    newest = moment.max(where=moment <= now).execute()
    if pd.isna(newest):
        return None
    on = newest.date()
    first = dt.datetime.combine(on - dt.timedelta(days=_DAYS), dt.time())
    near = table.select(moment=moment).filter(lambda row: (row.moment >= first) & (row.moment <= now))
    by_day = near.group_by(on=near.moment.date()).aggregate(rows=near.count(), last=near.moment.max()).execute()
    days = by_day.assign(on=pd.to_datetime(by_day["on"]).dt.date, clock=pd.to_datetime(by_day["last"]).dt.time)
    own, before = days[days["on"] == on].iloc[0], days[days["on"] < on]
    ended = now >= dt.datetime.combine(on + dt.timedelta(days=1), dt.time())
    known = len(before) >= _FEWEST_DAYS and before["rows"].min() >= _FEWEST_ROWS
    whole = ended and known and own["clock"] >= before["clock"].min() and own["rows"] * 2 >= before["rows"].min()
    return NewestDay(on, bool(whole), newest.to_pydatetime())
