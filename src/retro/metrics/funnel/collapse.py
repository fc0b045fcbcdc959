"""The collapse: all events of a moment become one row. The exact plan where steps share events or exclude others.

With M(i) the latest start of a path that took i steps before a moment, and M(0) the moment itself, a path of j steps
can end now if for some i the steps i + 1 to j can all be served now and M(i) is within the window. M(0) >= M(1) >= ..,
so the first i that will do gives the latest start.

An exclusion between two steps confines M to the time since the last excluded event. Strictness confines it to the
moment just before, and asks that no event of that moment was left over.
"""

import ibis

from retro.metrics.funnel.instants import Instants, instants
from retro.metrics.funnel.marks import Marks


def collapse(marks: Marks) -> ibis.Table:
    """The moments, with `start_0` and so on: the latest start of a path that takes that step then, or null."""
    gathered = instants(marks)
    table = gathered.table
    before = {0: "entry"}
    table = table.mutate(entry=ibis.ifelse(table.enters, table.at, ibis.null("timestamp")))
    for reached in range(1, len(marks.path) + 1):
        starts = {f"start_{reached - 1}": _latest(gathered, table, before, reached)}
        if marks.rules.mode == "strict":
            starts["whole"] = _latest(gathered, table, before, reached, whole=True)
        table = table.mutate(**starts)
        if reached < len(marks.path):
            before[reached] = f"before_{reached}"
            table = table.mutate(**{before[reached]: _carried(gathered, table, reached)})
    return table


def _latest(
    gathered: Instants, row: ibis.Table, before: dict[int, str], reached: int, *, whole: bool = False
) -> ibis.Value:
    """The latest start of a path that takes its step number `reached` now; `whole`: leaving no event of now over."""
    marks = gathered.marks
    options = []
    for taken in range(0 if marks.rules.ties == "allow" else reached - 1, reached):
        start = row[before[taken]]
        can = gathered.serves(row, taken, reached) & marks.period.in_time(row.at, start)
        if whole and taken > 0:  # before the first step of a path anything may have happened
            can &= row.events == reached - taken
        options.append(ibis.ifelse(can, start, ibis.null("timestamp")))
    return ibis.coalesce(*options)


def _carried(gathered: Instants, row: ibis.Table, reached: int) -> ibis.Value:
    """The latest start that a later moment can go on from."""
    keys = [*gathered.marks.keys, *gathered.epochs(reached)]
    if gathered.marks.rules.mode == "strict":
        return row.whole.lag().over(ibis.window(group_by=keys, order_by="at"))
    return row[f"start_{reached - 1}"].max().over(ibis.window(group_by=keys, order_by="at", rows=(None, -1)))
