"""History: since when a table is known, and which days are lost in it."""

import datetime as dt
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from retro.clocks import engine_of
from retro.metrics.windows import day_number, day_of, days_of, midnight, number_of
from retro.periods import Window
from retro.sources.as_of import MOMENTS

_Numbers = NDArray[np.float64]

IMPLAUSIBLE = 0.001
"""Days without rows are lost where chance alone would leave them empty more rarely than this."""

BLANK = 0.01
"""Days on which no table of customers has a row are lost where chance leaves all of them empty more rarely."""


OF_CUSTOMERS = (
    "users", "orders", "refunds", "events", "page_views", "points_ledger", "reviews", "surveys", "support_tickets",
)  # fmt: skip
"""Tables of what customers do. What the shop books itself, such as costs or rates, is there on lost days, too."""


_HIGH = 90
"""Percentile at which a day's rows are capped before a rate is taken: campaigns make no empty day implausible."""


_STRAY = 0.05
"""Rows before a long gap are strays, and no history, where they are less than this share of those after it."""


_AROUND, _LIKELY = 8, 0.1
"""A stretch is judged by so many weeks on each side, or as many as it is long; neither may find it this likely."""


_KEY = "_retro_blank"
"""Under which a connection keeps the days on which no table has rows."""


_RECALL = "_retro_recall"
"""Under which a connection keeps what calls a function, or gives back what an equal call returned."""


_COARSE = 0.25
"""Where more stretches seem lost than this share of the days with rows, the table is booked by weeks or months."""


LEAST_LOOK_BACK = dt.timedelta(days=28)
"""Periods that are compared, and look back less far, do not tell old customers from new ones."""

NEW_LOOK_BACK = dt.timedelta(days=90)
"""A period that stands alone and looks back less far does not tell new customers: without an order for 90 days one is
dormant (RFM), and many who come back sooner would count as new."""

FULL_LOOK_BACK = dt.timedelta(days=365)
"""With less history before it the reader is told since when: who bought earlier looks new."""


@dataclass(frozen=True)
class History:
    """What is known of a table's past.

    Attributes:
        first: The first day that is known; None for a table without rows. A few rows that lie apart from all others,
            such as a moment of 1970, do not count.
        lost: Days after it that are missing: without rows, although the table has too many on other days of the week
            for that to be chance, and those without rows in any table (`blank_days`). Of a table that is booked by
            weeks or months, the days of missing ones.
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

    def has(self, day: dt.date) -> bool:
        """Whether it knows a day: it reaches back to it and has not lost it."""
        return self.reaches(day) and day not in self.lost

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
    return history_of(_by_day(table, at, until), None if until is None else _last(until), blank=blank_of(table))


def blank_days(shop: Mapping[str, ibis.Table], *, until: dt.datetime | None = None) -> tuple[dt.date, ...]:
    """Find the days on which no table of what customers do has a row, where that is no chance.

    One table alone may be too sparse to tell a lost day from one without customers; all of them together are not. Days
    count from when a second table begins, since of one alone `history` judges.

    Args:
        shop: Tables by name; those of `OF_CUSTOMERS` that have their time count.
        until: Local moment; later rows are not looked at, and empty days before it may be lost.

    Examples:
        >>> days = [dt.datetime(2025, 3, day) for day in range(1, 29) if day != 9]
        >>> visits, orders = (ibis.memtable({"at": days * count}) for count in (8, 3))
        >>> shop = {"events": visits.rename(occurred_at="at"), "orders": orders.rename(ordered_at="at")}
        >>> history(shop["orders"], "ordered_at").lost, [day.isoformat() for day in blank_days(shop)]
        (frozenset(), ['2025-03-09'])
    """
    dated = [(shop[name], MOMENTS[name]) for name in OF_CUSTOMERS if name in shop]
    counted = [rows for rows in _by_days([one for one in dated if one[1] in one[0].columns], until) if rows]
    begun = sorted(number_of(first) for rows in counted if (first := history_of(rows).first) is not None)
    if len(begun) < 2:  # noqa: PLR2004 - one table is judged at its own rate
        return ()
    together: Counter[int] = Counter()
    for rows in counted:
        together.update({day: count for day, count in rows.items() if day >= begun[1]})
    return tuple(sorted(history_of(together, None if until is None else _last(until), rare=BLANK).lost))


def keep_blank(connection: Any, days: Collection[dt.date]) -> None:  # noqa: ANN401 - Ibis backends share no static type
    """Let every history of a connection's tables know the days on which none of them has rows."""
    setattr(connection, _KEY, frozenset(days))


def keep_recall(connection: Any, recall: Callable[[Callable[..., Any], Sequence[Any]], list[Any]]) -> None:  # noqa: ANN401 - same
    """Let the rows by day of a connection's tables be asked once for all metrics that look at their history."""
    setattr(connection, _RECALL, recall)


def blank_of(table: Any) -> frozenset[dt.date]:  # noqa: ANN401 - a table or its connection
    """The days that were kept for a table's connection, or for this connection; none where nobody looked."""
    days: frozenset[dt.date] = getattr(engine_of(table) if isinstance(table, ibis.Expr) else table, _KEY, frozenset())
    return days


def missing_days(table: ibis.Table, at: str, span: Window, *, steady: bool = True) -> int:
    """Count the days of a span that a table does not know: those it has lost, and those before it begins.

    The days before are counted where the table, once begun, has too many rows for chance to leave them empty.

    Args:
        table: Any table with local times.
        at: The column of the time.
        span: The days that are asked for.
        steady: Whether it grows on every day of business. Otherwise it grows from time to time, such as costs do while
            campaigns run: lost are gaps no longer than the stretches with rows on both sides of them, but no days off.

    Examples:
        >>> days = [dt.datetime(2025, 3, day) for day in range(5, 29) if day != 9]
        >>> march = Window(dt.datetime(2025, 3, 1), dt.datetime(2025, 3, 29))
        >>> missing_days(ibis.memtable({"at": [day for day in days for _ in range(20)]}), "at", march)
        5
    """
    (missing,) = missing_days_of([(table, at, steady)], span)
    return missing


def missing_days_of(tables: Sequence[tuple[ibis.Table, str, bool]], span: Window) -> tuple[int, ...]:
    """As `missing_days` of several tables of one engine, in one query.

    Args:
        tables: Each table with the column of its time, and whether it is steady.
        span: The days that are asked for.
    """
    counted = _by_days([(table, at) for table, at, _ in tables], span.end)
    return tuple(
        _missing(rows, span, blank_of(table))
        if steady
        else _gaps({day: rows[day] for day in rows if day in days_of(span)})
        for rows, (table, _, steady) in zip(counted, tables, strict=True)
    )


def _missing(rows: Mapping[int, int], span: Window, blank: Collection[dt.date]) -> int:
    asked = days_of(span)
    known = history_of(rows, _last(span.end), blank=blank)
    if known.first is None:
        return len(asked)
    first = number_of(known.first)
    before = len([day for day in asked if day < first])
    after = sum(count for day, count in rows.items() if day >= first)
    if _of_none(after, max(asked.stop, first + 1) - first, before) >= math.log(IMPLAUSIBLE):
        before = 0
    return before + len(known.within(span))


def _gaps(rows: Mapping[int, int]) -> int:
    """The days in gaps of a table that grows from time to time; a weekday that is empty the next week is a day off."""
    days = sorted(day for day, count in rows.items() if count)
    if not days:
        return 0
    capped = _capped(rows, days)
    daily = _Grain(lambda day: day, lambda number: number)
    lost = _lost_of_grain(capped, days[-1], daily, IMPLAUSIBLE) or frozenset()
    kept = sorted(set(range(days[0], days[-1] + 1)) - set(map(number_of, lost)))
    runs = _runs(kept)
    ends = zip([kept[0], *(run.stop for run in runs)], [*(run.start for run in runs), kept[-1] + 1], strict=True)
    known = [end - begin for begin, end in ends]
    gaps = [
        run for run, (one, other) in zip(runs, itertools.pairwise(known), strict=True) if len(run) <= min(one, other)
    ]
    off = {day for day in range(days[0], days[-1] + 1) if day not in capped}
    return sum(len(run) for run in gaps if not any(day + week in off for day in run for week in (-7, 7)))


def _capped(rows: Mapping[int, int], days: list[int]) -> dict[int, float]:
    """The rows of the days that have some, without the height of campaigns."""
    high = float(np.percentile([rows[day] for day in days], _HIGH))
    return {day: min(float(rows[day]), high) for day in days}


def _by_day(table: ibis.Table, at: str, until: dt.datetime | None) -> dict[int, int]:
    (found,) = _by_days([(table, at)], until)
    return found


def _by_days(tables: Sequence[tuple[ibis.Table, str]], until: dt.datetime | None) -> list[dict[int, int]]:
    """Of several tables rows by number of the day, by the columns of their times, until a local moment.

    Whole days are asked once for all that look at a history, whatever it looks until.
    """
    end = None if until is None or until.time() != dt.time() else number_of(until.date())
    several = [(table, at, until if end is None else None) for table, at in tables]
    recall = getattr(engine_of(tables[0][0]), _RECALL, None) if tables else None
    found = _rows_by_day(several) if recall is None else recall(_rows_by_day, several)
    return found if end is None else [{day: rows for day, rows in one.items() if day < end} for one in found]


def _rows_by_day(several: Sequence[tuple[ibis.Table, str, dt.datetime | None]]) -> list[dict[int, int]]:
    """The same of tables, the columns of their times and moments, in one query."""
    asked = []
    for place, (table, at, until) in enumerate(several):
        own = table.select(moment=table[at].cast("timestamp"))
        own = own.filter(own.moment.notnull() if until is None else own.moment < until)
        counted = own.group_by(day=day_number(own.moment)).aggregate(rows=lambda row: row.count())
        asked.append(counted.mutate(place=ibis.literal(place)))
    found: list[dict[int, int]] = [{} for _ in several]
    if asked:
        for row in ibis.union(*asked).execute().itertuples():
            found[row.place][int(row.day)] = int(row.rows)
    return found


def _last(until: dt.datetime) -> int:
    """The last whole day before a moment."""
    return number_of(until.date()) - 1


def history_of(
    rows: Mapping[int, int],
    last: int | None = None,
    *,
    blank: Collection[dt.date] = (),
    rare: float = IMPLAUSIBLE,
) -> History:
    """As `history`, from the rows by number of the day, up to a last day; `blank` days are lost in tables of days."""
    days = sorted(day for day, count in rows.items() if count)
    if not days:
        return History(None)
    capped = _capped(rows, days)
    first = _beginning(days, capped)
    end = max(days[-1], days[-1] if last is None else last)
    known = {day: count for day, count in capped.items() if day >= first}
    judged = ((grain, _lost_of_grain(known, end, grain, rare)) for grain in _GRAINS)
    grain, lost = next(((grain, lost) for grain, lost in judged if lost is not None), (_GRAINS[0], frozenset()))
    if grain is _GRAINS[0]:
        lost |= {day for day in blank if first <= number_of(day) <= end and not rows.get(number_of(day))}
    return History(day_of(first), lost)


@dataclass(frozen=True)
class _Grain:
    """What a table may be booked by: days, weeks or months, by their numbers.

    Attributes:
        of: The number of a day.
        begin: The first day of a number.
        cycle: How many of them, one after another, have rates of their own.
    """

    of: Callable[[int], int]
    begin: Callable[[int], int]
    cycle: int = 1


def _month(day: int) -> int:
    return day_of(day).year * 12 + day_of(day).month - 1


_MONDAY = number_of(dt.date(1970, 1, 5))
_GRAINS = (
    _Grain(lambda day: day, lambda number: number, cycle=7),
    _Grain(lambda day: (day - _MONDAY) // 7, lambda number: number * 7 + _MONDAY),
    _Grain(_month, lambda number: number_of(dt.date(number // 12, number % 12 + 1, 1))),
)


def _lost_of_grain(rows: Mapping[int, float], end: int, grain: _Grain, rare: float) -> frozenset[dt.date] | None:
    """The lost days of a table that is booked by a grain; None where its rows lie too far apart for that."""
    counted: dict[int, float] = defaultdict(float)
    for day, count in rows.items():
        counted[grain.of(day)] += count
    whole = max(*counted, grain.of(end + 1) - 1)  # what is not over yet may still get its rows
    lost = _lost(counted, whole, grain.cycle, rare)
    if len(lost) > _COARSE * len(counted):
        return None
    days = (range(grain.begin(run.start), grain.begin(run.stop)) for run in lost)
    return frozenset(day_of(day) for run in days for day in run)


def _lost(rows: Mapping[int, float], end: int, cycle: int, rare: float) -> list[range]:
    """The stretches without rows that are too long for chance, by the rates of each place in a cycle."""
    first = min(rows)
    counts = np.array([rows.get(number, 0.0) for number in range(first, end + 1)])
    there = np.ones(len(counts))
    lost: list[range] = []
    runs = _runs([*sorted(rows), end + 1])
    for _ in runs:  # what is lost thins out the rate that the rest is judged by, so it is left out of it
        for run in lost:
            there[run.start - first : run.stop - first] = 0
        at = [range(run.start - first, run.stop - first) for run in runs]
        found = [
            run
            for run, own in zip(runs, at, strict=True)
            if run in lost or _implausible(own, counts, there, cycle, rare)
        ]
        if len(found) == len(lost):
            break
        lost = found
    return lost


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
        strays = before < _STRAY * after and gap > day - days[0] + 1 and chance < math.log(IMPLAUSIBLE)
        if strays and gap > 2 * _long_gap([one for one in days if one >= following]):
            first = following
    return first


def _long_gap(days: list[int]) -> float:
    """The empty days between two with rows that nine in ten gaps do not exceed."""
    return float(np.percentile(np.diff(days) - 1, _HIGH)) if len(days) > 1 else 0.0


def _runs(days: list[int]) -> list[range]:
    """The stretches of days without rows between days with some."""
    return [range(day + 1, after) for day, after in itertools.pairwise(days) if after > day + 1]


def _implausible(run: range, counts: _Numbers, there: _Numbers, cycle: int, rare: float) -> bool:
    """Whether there are too many rows around a stretch, at the same places of the cycle, for chance to leave it empty.

    A shop that grew has other rates before and after; what either of them leaves likely is not implausible.
    """
    reach = max(_AROUND * cycle, len(run))
    before, after = slice(max(0, run.start - reach), run.start), slice(run.stop, run.stop + reach)
    if _chance(run, counts, there, cycle, before, after) >= math.log(rare):
        return False
    long = [side for side in (before, after) if there[side].sum() >= reach / 2]
    return all(_chance(run, counts, there, cycle, side) < math.log(_LIKELY) for side in long)


def _chance(run: range, counts: _Numbers, there: _Numbers, cycle: int, *sides: slice) -> float:
    """Logarithm of the chance that a stretch is empty, by the rates of the days on some sides of it."""
    chance = 0.0
    for start in range(run.start, min(run.stop, run.start + cycle)):
        same = [slice(side.start + (start - side.start) % cycle, side.stop, cycle) for side in sides]
        rows, days = sum(counts[one].sum() for one in same), sum(there[one].sum() for one in same)
        chance += _of_none(float(rows), int(days), len(range(start, run.stop, cycle)))
    return chance


def _of_none(rows: float, days: int, missing: int) -> float:
    """Logarithm of the chance that some days hold no row, when others hold so many.

    It is the Poisson chance over all rates that the other days leave possible, so that few days say little.
    """
    return rows * math.log(days / (days + missing)) if rows and missing else 0.0
