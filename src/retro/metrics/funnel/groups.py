"""Groups: the group of each user of a funnel, by the value of a column."""

from typing import Literal

import ibis

from retro.errors import MetricError
from retro.metrics.funnel.marks import Marks
from retro.metrics.funnel.reach import Reach

Attribution = Literal["first", "last"] | int
"""Whose value counts: the first or last event of the path's steps that has one, or that of a step, from 1."""


def check_attribution(attribution: Attribution, steps: int) -> None:
    """Refuse an attribution that is neither `first` nor `last` nor the number of a step."""
    if attribution in {"first", "last"} or (isinstance(attribution, int) and 1 <= attribution <= steps):
        return
    raise MetricError(f"funnel: attribution must be 'first', 'last' or a step from 1 to {steps}, got {attribution!r}.")


def groups(marks: Marks, reach: Reach, attribution: Attribution) -> ibis.Table:
    """The `group` (str) of each `unit` that has one; of several values at one moment, the first by name."""
    table = marks.table
    known = table.filter(table.group.notnull(), marks.of(tuple(range(len(marks.path.kinds))), table))
    if isinstance(attribution, int):
        known = known.filter(known[f"kind_{marks.path.kind_of[attribution - 1]}"])
        arrivals = reach.arrivals()
        moments = arrivals.filter(arrivals.step == attribution - 1).select("unit", "at")
    else:
        moment = known.at.min() if attribution == "first" else known.at.max()
        moments = known.group_by("unit").aggregate(at=moment)
    return known.join(moments, ["unit", "at"]).group_by("unit").aggregate(group=lambda row: row.group.min())
