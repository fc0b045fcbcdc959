"""Registrations: new users by day and by minute, beside the baseline."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import ibis
import pandas as pd

from retro.metrics.history import History, history
from retro.metrics.intervals import prediction
from retro.metrics.traffic import traffic
from retro.metrics.windows import (
    DAY,
    WEEK,
    day_number,
    day_of,
    earlier_windows,
    midnight,
    number_of,
    require,
    weeks_to_clear,
)
from retro.periods import Window


def registrations(users: ibis.Table, window: Window, *, unknown_days: int = 0) -> pd.DataFrame:
    """Count registrations by local day, beside the baseline of the same weekday.

    The baseline of a day is the mean of the same weekday, at the same hours where the window begins or ends within
    the day, over the `baseline_weeks` weeks before the start. Weeks that the
    table does not reach back to, or in which the day is lost, are left out.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        window: The campaign or period; the weeks of its baseline make the baseline.
        unknown_days: Days at the beginning of the table that are no baseline: where users are new at their first
            order, old customers look new on them.

    Returns:
        One row per local day that the window touches, in order.
        - `on` (date): Day.
        - `registrations` (Int64): Users who registered on the day, inside the window; 0 where nobody did. Missing on a
          lost day.
        - `baseline` (float): Mean over the weeks before. NaN where fewer than three weeks are known.
        - `baseline_low`, `baseline_high` (float): 95 % prediction interval for one day, Student's t over the weeks,
          never below 0. NaN as `baseline`.
    """
    counts = _count(users, window, unknown_days)
    rows = []
    for day in _days(window):
        first = weeks_to_clear(day.end - window.start)
        before = [
            counts.during(day.earlier(weeks * WEEK))
            for weeks in range(first, first + window.baseline_weeks)
            if counts.known.knows(day.earlier(weeks * WEEK))
        ]
        rows.append((day.start.date(), counts.during(day) if counts.knows(day) else None, *prediction(before)))
    frame = pd.DataFrame(rows, columns=["on", "registrations", "baseline", "baseline_low", "baseline_high"])
    return frame.astype({"registrations": "Int64"})


def registration_lift(users: ibis.Table, window: Window, *, unknown_days: int = 0) -> pd.DataFrame:
    """Compare the window's registrations with those of equally long windows before it that do not overlap.

    The first window before ends at or before the start; each begins at the weekday and hour of the campaign. Windows
    that the table does not reach back to, or has lost a day of, are left out; so are, of all of them, the days that are
    lost in the campaign's.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        window: The campaign or period; `baseline_weeks`: how many windows before make the baseline.
        unknown_days: As `registrations`.

    Returns:
        One row.
        - `registrations` (int): Users who registered in the window, on its known days. None where there is none.
        - `baseline` (float): Mean of the windows before. NaN for fewer than three windows.
        - `baseline_low`, `baseline_high` (float): 95 % prediction interval for one window, Student's t over the
          windows, never below 0. NaN as `baseline`.
        - `lift_rate` (float): `registrations` over `baseline`, less 1. NaN where the baseline is 0 or NaN.
        - `lift_low`, `lift_high` (float): The same against `baseline_high` and `baseline_low`. NaN where that end is 0.
        - `baseline_windows` (int): Windows that the baseline was taken from.
        - `lost_days` (int): Days of the window that are lost.
    """
    counts = _count(users, window, unknown_days)
    known = [counts.knows(day) for day in _days(window)]

    def during(one: Window) -> int:
        return sum(counts.during(day) for day, told in zip(_days(one), known, strict=True) if told)

    before = [during(one) for one in earlier_windows(window) if any(known) and counts.known.knows(one)]
    came = during(window)
    baseline, low, high = prediction(before)
    row = {
        "registrations": came,
        "baseline": baseline,
        "baseline_low": low,
        "baseline_high": high,
        "lift_rate": _lift(came, baseline),
        "lift_low": _lift(came, high),
        "lift_high": _lift(came, low),
        "baseline_windows": len(before),
        "lost_days": known.count(False),
    }
    return pd.DataFrame([row | ({} if any(known) else {"registrations": None})])


def registration_minutes(users: ibis.Table, window: Window, *, smooth_minutes: int = 61) -> pd.DataFrame:
    """Count the registrations of each minute, beside the same minutes of the weeks before.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        window: The campaign or period; it says until when users were observed.
        smooth_minutes: As `traffic`.

    Returns:
        As `traffic`, and `baseline_smoothed` (float): the baseline's moving mean of the same length. NaN as
        `baseline`.
    """
    frame = traffic(users, window, at="registered_at", smooth_minutes=smooth_minutes)
    return frame.assign(baseline_smoothed=frame["baseline"].rolling(smooth_minutes, center=True, min_periods=1).mean())


def _lift(came: int, ordinary: float) -> float:
    return came / ordinary - 1 if ordinary > 0 else float("nan")


def _days(window: Window) -> Iterator[Window]:
    day = midnight(number_of(window.start.date()))
    while day < window.end:
        yield Window(max(day, window.start), min(day + DAY, window.end))
        day += DAY


@dataclass(frozen=True)
class _Counts:
    """Registrations by day and part of day, and the day of the table's first user (None where it has none).

    Attributes:
        cuts: The clock times of the cuts, in seconds; part 0 lies before the first.
        by_part: Registrations by day and part.
        known: What the table knows.
    """

    cuts: tuple[int, ...]
    by_part: Mapping[tuple[dt.date, int], int]
    known: History

    def knows(self, day: Window) -> bool:
        """Whether a day is not lost."""
        return day.start.date() not in self.known.lost

    def during(self, span: Window) -> int:
        """Registrations in a span that begins and ends at midnight or at a cut."""
        return sum(self.by_part.get((day.start.date(), part), 0) for day in _days(span) for part in self._parts(day))

    def _parts(self, day: Window) -> range:
        whole = day.end.date() > day.start.date()
        last = len(self.cuts) + 1 if whole else self._part(_clock(day.end))
        return range(self._part(_clock(day.start)), last)

    def _part(self, clock: int) -> int:
        return sum(cut <= clock for cut in self.cuts)


def _clock(moment: dt.datetime) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def _count(users: ibis.Table, window: Window, unknown_days: int) -> _Counts:
    require(users, "users", "user_id", "registered_at")
    oldest = min(window.start - (weeks_to_clear(window.length) + window.baseline_weeks) * WEEK,
                 earlier_windows(window)[-1].start)  # fmt: skip
    cuts = tuple(sorted({_clock(window.start), _clock(window.end)}))
    moment = users.registered_at
    clock = moment.hour() * 3600 + moment.minute() * 60 + moment.second()
    recent = users.select(
        on=day_number(moment), part=sum(ibis.ifelse(clock >= cut, 1, 0) for cut in cuts), moment=moment
    ).filter(lambda row: (row.moment >= oldest) & (row.moment < window.end))
    parts = recent.group_by("on", "part").aggregate(users=lambda row: row.count()).execute()
    by_part = Counter({(day_of(row.on), int(row.part)): int(row.users) for row in parts.itertuples()})
    known = history(users, "registered_at", until=window.end)
    if known.first is not None:
        known = replace(known, first=known.first + unknown_days * DAY)
    return _Counts(cuts, by_part, known)
