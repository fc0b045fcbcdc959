"""Days: what counts of a period, and several periods that are counted in one query."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import ibis
import pandas as pd

from retro.periods import Window


@dataclass(frozen=True)
class Days:
    """The days of a period that count: those outside the windows `without`, such as campaigns in a baseline.

    Orders before the period tell old customers and tiers: of the last `look_back`, or as far as they reach.
    """

    window: Window
    without: tuple[Window, ...] = ()
    look_back: dt.timedelta | None = None

    def hold(self, moment: Any) -> Any:  # noqa: ANN401 - ibis is not typed here
        """The condition that a moment lies in them."""
        inside = self.window.holds(moment)
        for other in self.without:
            if self.window.touches(other.start, other.end):  # the others would only be asked of every row
                inside &= (moment < other.start) | (moment >= other.end)
        return inside

    @property
    def length(self) -> dt.timedelta:
        """How long they are together."""
        own = self.window
        spans = sorted((max(other.start, own.start), min(other.end, own.end)) for other in self.without)
        left, reached = own.length, own.start
        for start, end in spans:
            left -= max(end - max(start, reached), dt.timedelta(0))
            reached = max(reached, end)
        return left


Asked: TypeAlias = tuple[Days, str | None]
"""Days, and the dimension that they are counted by; None for the whole."""

Group: TypeAlias = Sequence[Sequence[Asked]]
"""Periods of which no two touch, by number, each with all that is asked of its days."""

Slots: TypeAlias = Mapping[str, Mapping[int, Asked]]
"""Columns that hold segments: in each, what is asked of a period, by the period's number."""


def apart(asked: Iterable[Asked]) -> Iterator[Group]:
    """Put together what is asked of the same days, and those whose windows do not touch: a row is of one at most."""
    by_days: dict[tuple[Window, tuple[Window, ...]], list[Asked]] = {}
    for days, by in asked:
        by_days.setdefault((days.window, days.without), []).append((days, by))
    groups: list[list[list[Asked]]] = []
    for own in by_days.values():
        window = own[0][0].window
        free = (group for group in groups if not any(window.touches(_of(one).start, _of(one).end) for one in group))
        if (group := next(free, None)) is None:
            groups.append([own])
        else:
            group.append(own)
    yield from groups


def of_periods(table: ibis.Table, at: str, group: Group) -> ibis.Table:
    """The rows of any period, with the number of theirs as `period`."""
    moment = table[at]
    inside = (moment >= min(_of(own).start for own in group)) & (moment < max(_of(own).end for own in group))
    numbers = [(own[0][0].hold(moment), ibis.literal(number, "int16")) for number, own in enumerate(group)]
    numbered = table.filter(inside).mutate(period=ibis.cases(*numbers))
    return numbered.filter(numbered.period.notnull())


def slots_of(group: Group) -> Slots:
    """As many columns as are asked of one period at most."""
    return {
        f"segment_{place}": {number: own[place] for number, own in enumerate(group) if place < len(own)}
        for place in range(max(map(len, group)))
    }


def answers(counted: pd.DataFrame, slots: Slots) -> dict[Asked, pd.DataFrame]:
    """What was asked, of sums by `period` and all slots."""
    found = {}
    for name, asked in slots.items():
        for number, one in asked.items():
            own = counted[counted["period"] == number].rename(columns={name: "segment"})
            own = own.drop(columns=["period", *(other for other in slots if other != name)])
            found[one] = own.groupby("segment", as_index=False, sort=True).sum(min_count=1)
    return found


def _of(own: Sequence[Asked]) -> Window:
    return own[0][0].window
