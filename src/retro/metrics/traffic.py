"""Traffic: events by minute, hour and weekday, and their peak."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from retro.metrics.history import history
from retro.metrics.intervals import prediction
from retro.metrics.windows import WEEK, check_at_least, require, weeks_to_clear
from retro.periods import Window

_MINUTE = dt.timedelta(minutes=1)
_HOUR = dt.timedelta(hours=1)


def traffic(
    rows: ibis.Table, window: Window, *, at: str = "minute_at", count: str | None = None, smooth_minutes: int = 5
) -> pd.DataFrame:
    """Count events by minute of a window, beside the baseline of the same minutes.

    Args:
        rows: Page views, orders or events: a local time and, where a row stands for several, their number.
        window: The campaign or period; it says until when the rows were observed; `baseline_weeks`: how many weeks
            before make the baseline: the same weekday and minute. Weeks that the table does not reach back to,
            or has lost a day of, are left out.
        at: The column of the time.
        count: The column to add up; each row counts once where left out.
        smooth_minutes: Length of the moving mean, centred, odd.

    Returns:
        One row per minute of the window up to `observed_until`, in order.
        - `at` (datetime): Begin of the minute.
        - `events` (int): What happened in it; 0 where nothing did.
        - `smoothed` (float): Mean over the minutes around it, as many as there are at the ends.
        - `baseline` (float): Mean of the minute over the weeks before. NaN where fewer than three weeks are known.
        - `baseline_low`, `baseline_high` (float): 95 % prediction interval, Student's t over the weeks, not below 0.
    """
    check_at_least("smooth_minutes", smooth_minutes, 1)
    require(rows, "traffic", at, *([count] if count else []))
    first = window.start.replace(second=0)
    minutes = pd.date_range(first, window.observed_end, freq=_MINUTE, inclusive="left", unit="us")
    clear = weeks_to_clear(window.end - first)
    shifts = [weeks * WEEK for weeks in range(clear, clear + window.baseline_weeks)]
    past = history(rows, at, until=window.end)
    known = [shift for shift in shifts if past.knows(Window(first - shift, window.end - shift))]
    counts = _by_minute(rows, at, count, [(first, window.observed_end)] + [(first - s, window.end - s) for s in known])
    events = counts.reindex(minutes, fill_value=0).to_numpy()
    before = np.array([counts.reindex(minutes - shift, fill_value=0).to_numpy() for shift in known]).T
    bands = [prediction(own) for own in before] if known else [(np.nan, np.nan, np.nan)] * len(minutes)
    frame = pd.DataFrame({"at": minutes, "events": events})
    frame["smoothed"] = frame["events"].rolling(smooth_minutes, center=True, min_periods=1).mean()
    frame[["baseline", "baseline_low", "baseline_high"]] = np.array(bands, dtype=float).reshape(-1, 3)
    return frame


def traffic_peak(frame: pd.DataFrame) -> pd.DataFrame:
    """The busiest minute of a window, and the busiest stretch after smoothing.

    Args:
        frame: What `traffic` returns.

    Returns:
        One row; of several equal ones, the first. Missing where the window has no observed minute.
        - `peak_at` (datetime), `peak` (int): The busiest minute, and what happened in it.
        - `smoothed_at` (datetime), `smoothed_peak` (float): Where the moving mean is highest, and how high.
        - `mean` (float): Mean of all minutes of the window.
    """
    columns = ["peak_at", "peak", "smoothed_at", "smoothed_peak", "mean"]
    if frame.empty:
        return pd.DataFrame([(pd.NaT, pd.NA, pd.NaT, np.nan, np.nan)], columns=columns)
    busiest, smooth = frame.iloc[frame["events"].argmax()], frame.iloc[frame["smoothed"].argmax()]
    row = (
        busiest["at"],
        int(busiest["events"]),
        smooth["at"],
        float(smooth["smoothed"]),
        float(frame["events"].mean()),
    )
    return pd.DataFrame([row], columns=columns)


def weekday_hours(rows: ibis.Table, window: Window, *, at: str = "minute_at", count: str | None = None) -> pd.DataFrame:
    """Count events by weekday and hour, for a heat map.

    The arguments are those of `traffic`.

    Returns:
        One row per weekday and hour that was wholly observed at least once, in order.
        - `weekday` (int): 1, Monday, to 7.
        - `hour` (int): 0 to 23.
        - `events` (int): What happened in these hours.
        - `hours` (int): How often the hour lay wholly in the window and was observed.
    """
    require(rows, "traffic", at, *([count] if count else []))
    inside = rows.filter(rows[at] >= window.start, rows[at] < window.observed_end)
    whole = pd.date_range(
        pd.Timestamp(window.start).ceil("h"), pd.Timestamp(window.observed_end) - _HOUR, freq="h", unit="us"
    )
    events = _counted(inside, at, count, _HOUR).reindex(whole, fill_value=0).to_numpy()
    frame = pd.DataFrame({"weekday": whole.day_of_week + 1, "hour": whole.hour, "events": events})
    sums = frame.groupby(["weekday", "hour"], as_index=False).agg(events=("events", "sum"), hours=("events", "size"))
    return sums.astype("int64")


def _by_minute(
    rows: ibis.Table, at: str, count: str | None, windows: list[tuple[dt.datetime, dt.datetime]]
) -> pd.Series:
    inside = ibis.or_(*[(rows[at] >= start) & (rows[at] < end) for start, end in windows])
    return _counted(rows.filter(inside), at, count, _MINUTE)


def _counted(rows: ibis.Table, at: str, count: str | None, step: dt.timedelta) -> pd.Series:
    """Rows, or what a column adds up to, by the local minute or hour they lie in."""
    seconds = int(step.total_seconds())
    events = rows.count() if count is None else rows[count].sum()
    found = rows.group_by(step=rows[at].epoch_seconds() // seconds).aggregate(events=events).execute()
    index = pd.to_datetime(found["step"].astype("int64") * seconds, unit="s").astype("datetime64[us]")
    return pd.Series(found["events"].fillna(0).astype("int64").to_numpy(), index=pd.DatetimeIndex(index)).sort_index()
