"""The running maximum: the cascade's twin for engines without ASOF joins, in one query with one order of the events.

The events of all steps stand in one sequence; the latest start of a path that took step j - 1 before an event is a
running maximum over it. At one moment the steps stand in their order, so that they can follow each other, or with
strict ties in the reverse order, so that they cannot. Exact where the cascade is.
"""

import ibis

from retro.metrics.funnel.marks import Marks, by_step


def running(marks: Marks) -> ibis.Table:
    """The events, with `start_0` and so on: the latest start of a path that takes that step then, or null."""
    table = by_step(marks)
    order = table.step if marks.rules.ties == "allow" else table.step.desc()
    before = ibis.window(group_by=list(marks.keys), order_by=[table.at, order], rows=(None, -1))
    never = ibis.null("timestamp")
    table = table.mutate(start_0=ibis.ifelse(table.step == 0, table.at, never))
    for step in range(1, len(marks.path)):
        table = table.mutate(**{f"before_{step}": table[f"start_{step - 1}"].max().over(before)})
        best = table[f"before_{step}"]
        follows = (table.step == step) & marks.period.in_time(table.at, best)
        table = table.mutate(**{f"start_{step}": ibis.ifelse(follows, best, never)})
    return table
