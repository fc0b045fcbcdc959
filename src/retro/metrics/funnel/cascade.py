"""The cascade: one ASOF join for each step. The fastest exact plan, where the engine has such a join.

Level j holds every event that ends a path of the first j steps, with the latest first step such a path can have.
Since the window is measured from the first step, a later start is never worse; and since the latest start only grows
with time, the last level-(j - 1) row before an event carries the best one. So each level is one ASOF join.

First steps are mostly many, and few of them are followed by a second one in time. Where the engine keeps tables, those
that cannot be are left out before they are sorted for the join: a user's second steps are marked in a calendar of
`_BITS` bits, and a first step stays if the bits of its window are not all empty. The bits are coarser than the window,
so that this keeps too much, never too little.

Exact where no two steps can share an event; with strict ties also where they can, since the events of a path then
lie at different moments and are different events.
"""

from contextlib import ExitStack

import ibis

from retro.metrics.funnel.marks import Marks
from retro.metrics.funnel.reach import Reach, keep

ENGINES = ("clickhouse", "duckdb")
"""Where ASOF joins were run and found right; elsewhere Ibis may compile what the engine cannot run."""


_BITS = 62
"""Bits of a calendar: as many as a signed 64-bit number can be shifted by, and one to spare."""


def cascade(marks: Marks, kept: ExitStack) -> Reach:
    """Follow the path level by level; each level is read by the next one and by whoever counts it."""
    takes = [_takes(marks, step) for step in range(len(marks.path))]
    levels = [takes[0].mutate(entered_at=takes[0]["at"])]
    for step, hits in enumerate(takes[1:], start=1):
        with ExitStack() as briefly:
            before = levels[-1]
            if step == 1 and marks.engine == "duckdb":
                before = keep(_followed(before, hits, marks), marks, briefly)
            levels.append(keep(_next_level(hits, before, marks), marks, kept))
    return Reach(marks, tuple(levels))


def _takes(marks: Marks, step: int) -> ibis.Table:
    """The events that can take a step: the keys and `at`.

    They are read anew for each step, since to keep all of them takes more memory than it saves time.
    """
    table = marks.table
    taken = table[f"kind_{marks.path.kind_of[step]}"]
    return table.filter(taken & table.enters if step == 0 else taken).select(*marks.keys, "at")


def _followed(firsts: ibis.Table, hits: ibis.Table, marks: Marks) -> ibis.Table:
    """The first steps that a second one may follow within the window, and some more."""
    period, keys = marks.period, list(marks.keys)
    if period.events_end <= period.start:  # nothing of it was observed, so there is nothing to leave out
        return firsts
    begin = ibis.literal(period.start, "timestamp").epoch_seconds()
    width = int((period.events_end - period.start).total_seconds()) // _BITS + 1
    reach = int(period.within.total_seconds()) // width + 1

    def bit(at: ibis.Value) -> ibis.Value:
        return ((at.epoch_seconds() - begin) // width).cast("int64")

    calendar = hits.group_by(*keys).aggregate(calendar=(ibis.literal(1, "int64") << bit(hits.at)).bit_or())
    found = firsts.join(calendar, keys)
    ahead = found.calendar >> bit(found.at)
    if reach + 1 < _BITS:
        ahead = ahead & ((1 << (reach + 1)) - 1)
    return found.filter(ahead != 0).select(*keys, "at", "entered_at")


def _next_level(hits: ibis.Table, level: ibis.Table, marks: Marks) -> ibis.Table:
    before = level.rename(previous_at="at")
    follows = hits.at >= before.previous_at if marks.rules.ties == "allow" else hits.at > before.previous_at
    joined = hits.asof_join(before, on=follows, predicates=list(marks.keys))
    return joined.filter(marks.period.in_time(joined.at, joined.entered_at)).select(*marks.keys, "at", "entered_at")
