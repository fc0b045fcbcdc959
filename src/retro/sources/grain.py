"""Grain: how finely a table's moments are known, by what its rows hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import ibis.expr.datatypes as dtypes

Grain = Literal["minute", "hour", "day", "month"]

COARSENESS: Mapping[Grain, int] = MappingProxyType({"minute": 0, "hour": 1, "day": 2, "month": 3})
"""The grains, from fine to coarse."""

_LEAST_ROWS = 100
"""Fewer rows may share a clock time by chance."""

_FIRST_ROWS = 1000
"""So many rows are looked at first: two clock times in them, one off the hour, say what all rows would."""


def grain_of(table: Any, column: str) -> Grain:  # noqa: ANN401 - ibis has no types here
    """How finely a column of local times is known.

    - `month`: every row lies on the first day of a month, at one clock time, and there are several months.
    - `day`: every row has the same clock time, whichever it is, or the column holds dates.
    - `hour`: every row lies on a full hour.
    - `minute`: anything else, and a table of fewer than 100 rows, which says nothing.

    Examples:
        >>> import datetime as dt
        >>> import ibis
        >>> days = [dt.datetime(2025, 3, 1, 12) + dt.timedelta(days=day) for day in range(100)]
        >>> grain_of(ibis.memtable({"at": days}), "at")
        'day'
    """
    if column not in table.columns or not isinstance(table[column].type(), dtypes.Timestamp | dtypes.Date):
        return "minute"
    for rows in (table.limit(_FIRST_ROWS), table):
        (found,) = rows.aggregate(**_facts(rows[column].cast("timestamp"))).execute().to_dict("records")
        if found["rows"] and found["first"] != found["last"] and found["off_hour"]:
            return "minute"
    if found["rows"] < _LEAST_ROWS:
        return "minute"
    if found["first"] == found["last"]:
        return "month" if found["last_day"] == 1 and found["months"] else "day"
    return "hour"


def _facts(moment: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    clock = moment.hour() * 3600 + moment.minute() * 60 + moment.second()
    month = moment.year() * 12 + moment.month()
    return {
        "rows": moment.count(),
        "first": clock.min(),
        "last": clock.max(),
        "off_hour": (clock % 3600).max(),
        "last_day": moment.day().max(),
        "months": month.max() - month.min(),
    }
