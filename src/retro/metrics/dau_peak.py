"""DAU peak: daily active users of a campaign, beside the same weekdays before it."""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from retro.metrics.history import history_of
from retro.metrics.intervals import prediction
from retro.metrics.windows import DAY, number_of
from retro.periods import Window


def dau_peak(daily: pd.DataFrame, window: Window, *, others: Sequence[Window] = ()) -> pd.DataFrame:
    """Compare daily active users of a campaign with the same weekdays before it.

    Args:
        daily: The frame of `metrics.activity`, over all days among which the best is sought, until the end.
        window: The campaign, with its baseline.
        others: Windows left out of the baseline, local, half open: other campaigns, holidays.

    Returns:
        One row per day, in order, from the first one that is known (`History.first`).
        - `on` (date), `dau` (Int64): As they came; missing on lost days.
        - `during` (bool): Whether the campaign touches the day.
        - `baseline`, `low`, `high` (float): On days of the campaign, the mean of the same weekday before, and its 95 %
          prediction interval, without lost days. NaN elsewhere, and where fewer than three are known.
        - `weeks` (int): How many same weekdays that is taken from; 0 elsewhere.
    """
    counts = daily["dau"].astype("Int64")
    past = history_of(dict(zip(map(number_of, daily["on"]), map(int, counts.fillna(0)), strict=True)))
    lost = {*past.lost, *daily["on"][counts.isna()]}
    by_day = {on: dau for on, dau in zip(daily["on"], counts, strict=True) if past.reaches(on)}
    last = window.last_day
    rows = []
    for on, dau in by_day.items():
        during = window.start.date() <= on <= last
        before = [on - week * 7 * DAY for week in range(1, window.baseline_weeks + 1)] if during else []
        same = [
            by_day[day]
            for day in before
            if day in by_day and day not in lost and day < window.start.date() and not _touched(day, others)
        ]
        baseline = prediction(same) if during else (np.nan, np.nan, np.nan)
        rows.append((on, pd.NA if on in lost else dau, during, *baseline, len(same)))
    frame = pd.DataFrame(rows, columns=["on", "dau", "during", "baseline", "low", "high", "weeks"])
    return frame.astype({"dau": "Int64"})


def _touched(day: dt.date, others: Sequence[Window]) -> bool:
    midnight = dt.datetime.combine(day, dt.time())
    return any(other.touches(midnight, midnight + DAY) for other in others)
