"""Unordered: how many of the steps a user took within a window, in any order.

The window opens with any step. How many steps its events can serve, each only one, is the size of the best matching:
of each family of kinds, the smallest of "steps that need no event of a set, plus events of the set" over all sets.
"""

import functools

import ibis

from retro.metrics.funnel.instants import events_of
from retro.metrics.funnel.marks import Marks
from retro.metrics.funnel.steps import subsets

_MICRO = 1_000_000
_TICKS = {"clickhouse": 1, "pyspark": 1}
"""Ticks of a second, where they are not microseconds: ClickHouse limits a window to 32 bits, Ibis Spark to seconds."""


def unordered(marks: Marks) -> ibis.Table:
    """For each unit and moment at which a window may open: `unit`, `entered_at`, and `steps`, how many can be taken."""
    ticks = _TICKS.get(marks.engine, _MICRO)
    table = marks.relevant
    clock = table["at"].epoch_seconds() * ticks
    table = table.mutate(clock=clock if ticks == 1 else clock + table["at"].microsecond())
    keys = [*marks.keys]
    for column in marks.excluded:
        happened = ibis.ifelse(table[column], 1, 0).sum()
        table = table.mutate(
            **{column: happened.over(ibis.window(group_by=list(marks.keys), order_by=table.clock, range=(None, 0)))}
        )
        keys.append(column)
    length = int(marks.period.within.total_seconds() * ticks)
    window = ibis.window(group_by=keys, order_by=table.clock, range=(0, length))
    within = {
        events_of(mixture): ibis.ifelse(marks.of(mixture, table), 1, 0).sum().over(window)
        for mixture in marks.mixtures()
    }
    counted = table.mutate(**within)
    steps = sum(_matched(marks, counted, family) for family in marks.path.families())
    opens = counted.enters & marks.of(tuple(range(len(marks.path.kinds))), counted)
    return counted.mutate(steps=steps).filter(opens).select("unit", "steps", entered_at="at")


def _matched(marks: Marks, row: ibis.Table, family: tuple[int, ...]) -> ibis.Value:
    """How many steps of a family the events of a window can serve."""
    steps = [kind for kind in marks.path.kind_of if kind in family]
    bounds = [ibis.literal(len(steps), "int64")]
    bounds += [row[events_of(mixture)] + sum(kind not in mixture for kind in steps) for mixture in subsets(family)]
    return functools.reduce(ibis.least, bounds)
