"""Seasons: columns of the calendar for a regression."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_AROUND = ((-28, -21), (-21, -14), (-14, -7), (-7, -2), (-2, 3), (3, 7), (7, 12), (12, 17))
"""Days around a moving holiday that shops live through alike: run-up, last orders, silence, return (half open)."""


def weekdays(days: Sequence[dt.date]) -> Floats:
    """A column for each weekday but the first, 1 on that weekday."""
    return np.eye(7)[[day.weekday() for day in days]][:, 1:]


def around(days: Sequence[dt.date], holidays: Sequence[dt.date]) -> Floats:
    """A column for each stretch of days around moving holidays, such as Spring Festival; 1 on its days.

    The effect of a holiday is learned from earlier ones in the series; without any it is 0.

    Examples:
        >>> around([dt.date(2025, 1, 8), dt.date(2025, 1, 29)], [dt.date(2025, 1, 29)]).sum(axis=1).tolist()
        [1.0, 1.0]
        >>> around([dt.date(2025, 1, 8)], []).shape
        (1, 0)
    """
    if not holidays:
        return np.empty((len(days), 0))
    columns = [
        [any(begin <= (day - holiday).days < until for holiday in holidays) for begin, until in _AROUND] for day in days
    ]
    return np.array(columns, dtype=np.float64)
