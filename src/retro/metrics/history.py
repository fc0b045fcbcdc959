"""History: since when a table is known, and which days are lost in it."""

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import ibis
import numpy as np

from retro.metrics.windows import day_number, day_of, midnight, number_of
from retro.periods import Window

IMPLAUSIBLE = 0.001
"""Days without rows are lost where chance alone would leave them empty more rarely than this."""

_HIGH = 90
"""Percentile at which a day's rows are capped before a rate is taken: campaigns make no empty day implausible."""


_STRAY = 0.05
"""Rows before a long gap are strays, and no history, where they are less than this share of those after it."""


LEAST_LOOK_BACK = dt.timedelta(days=28)
"""A period with less history before it does not tell old customers from new ones."""


@dataclass(frozen=True)
class History:
    """What is known of a table's past.

    Attributes:
        first: The first day that is known; None for a table without rows. A few rows that lie apart from all others,
            such as a moment of 1970, do not count.
        lost: Days after it that are missing: without rows, although the table has too many on other days of the week
            for that to be chance.
    """

    first: dt.date | None
    lost: frozenset[dt.date] = frozenset()

    @property
    def since(self) -> dt.datetime | None:
        """The moment at which the first day begins."""
        return None if self.first is None else dt.datetime.combine(self.first, dt.time())

    def reaches(self, moment: dt.datetime | dt.date) -> bool:
        """Whether it reaches back to the day of a moment."""
        day = moment.date() if isinstance(moment, dt.datetime) else moment
        return self.first is not None and self.first <= day

    def knows(self, span: Window) -> bool:
        """Whether it reaches back to a span and has lost no day of it."""
        if not self.reaches(span.start):
            return False
        return not self.within(span)

    def look_back(self, *spans: Window) -> dt.timedelta | None:
        """How far each of several periods can look back; None where that tells nobody apart.

        Compared periods must look equally far back: the one with the longer history has the fewer "new" customers.
        """
        if self.since is None:
            return None
        common = min(span.start for span in spans) - self.since
        return common if common >= LEAST_LOOK_BACK else None

    def within(self, span: Window) -> tuple[dt.date, ...]:
        """The lost days that a span touches, in order."""
        return tuple(sorted(day for day in self.lost if span.touches(*_bounds(day))))


def history(table: ibis.Table, at: str, *, until: dt.datetime | None = None) -> History:
    """Find since when a table is known, and the days that are lost in it.

    Args:
        table: Any table with local times.
        at: The column of the time.
        until: Local moment; later rows are not looked at, and empty days before it may be lost.

    Examples:
        >>> days = [dt.datetime(1970, 1, 1, 8), *(dt.datetime(2025, 3, day) for day in range(1, 29) if day != 9)]
        >>> known = history(ibis.memtable({"at": [day for day in days for _ in range(20)]}), "at")
        >>> known.first.isoformat(), [day.isoformat() for day in known.lost]
        ('2025-03-01', ['2025-03-09'])
    """
    rows = table if until is None else table.filter(table[at] < until)
    rows = rows.filter(rows[at].notnull())
    counted = rows.group_by(day=day_number(rows[at])).aggregate(rows=lambda row: row.count()).execute()
    last = None if until is None else number_of(until.date()) - 1
    return history_of({int(row.day): int(row.rows) for row in counted.itertuples()}, last)


def history_of(rows: Mapping[int, int], last: int | None = None) -> History:
    """As `history`, from the rows by number of the day, up to a last day."""
    days = sorted(day for day, count in rows.items() if count)
    if not days:
        return History(None)
    high = float(np.percentile([rows[day] for day in days], _HIGH))
    capped = {day: min(float(rows[day]), high) for day in days}
    first = _beginning(days, capped)
    end = max(days[-1], days[-1] if last is None else last)
    sums = [sum(rows for day, rows in capped.items() if day >= first and day % 7 == place) for place in range(7)]
    runs = _runs([*(day for day in days if day >= first), end + 1])
    lost: list[range] = []
    for _ in runs:  # days that are lost thin out the rate that others are judged by, so they are left out of it
        there = [_of_weekday([range(first, end + 1)], place) - _of_weekday(lost, place) for place in range(7)]
        found = [run for run in runs if run in lost or _implausible(run, sums, there)]
        if len(found) == len(lost):
            break
        lost = found
    return History(day_of(first), frozenset(day_of(day) for run in lost for day in run))


def _bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    number = number_of(day)
    return midnight(number), midnight(number + 1)


def _beginning(days: list[int], rows: Mapping[int, float]) -> int:
    """The day after the last gap that only strays precede: longer than their span, too long for the rate after it."""
    first, before, after = days[0], 0.0, sum(rows[day] for day in days)
    for day, following in itertools.pairwise(days):
        before, after = before + rows[day], after - rows[day]
        gap = following - day - 1
        chance = _of_none(after, days[-1] - following + 1, gap)
        if before < _STRAY * after and gap > day - days[0] + 1 and chance < math.log(IMPLAUSIBLE):
            first = following
    return first


def _runs(days: list[int]) -> list[range]:
    """The stretches of days without rows between days with some."""
    return [range(day + 1, after) for day, after in itertools.pairwise(days) if after > day + 1]


def _implausible(run: range, sums: Sequence[float], there: Sequence[int]) -> bool:
    """Whether the days of a stretch have rows in other weeks, so that chance does not leave them all empty."""
    missing = [_of_weekday([run], place) for place in range(7)]
    others = (there[place] - missing[place] for place in range(7))
    return sum(map(_of_none, sums, others, missing)) < math.log(IMPLAUSIBLE)


def _of_none(rows: float, days: int, missing: int) -> float:
    """Logarithm of the chance that some days hold no row, when others hold so many.

    It is the Poisson chance over all rates that the other days leave possible, so that few days say little.
    """
    return rows * math.log(days / (days + missing)) if rows and missing else 0.0


def _of_weekday(runs: Iterable[range], place: int) -> int:
    """How many days of some stretches leave a rest when divided by seven."""
    return sum(len(range(run.start + (place - run.start) % 7, run.stop, 7)) for run in runs)
