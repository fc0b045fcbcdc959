"""Entries: every first step with the path that it begins, so that one user counts as often as they tried.

Paths may overlap: an event may serve several of them, though only one step of each. From a moment on, the best path
of a given entry is the one that finishes each step soonest, so everything follows from one question, asked backwards
in time: having taken i steps before now, when is step j done at the earliest?
"""

import datetime as dt

import ibis

from retro.metrics.funnel.instants import Instants, events_of, instants
from retro.metrics.funnel.marks import Marks

_NEVER = dt.datetime.fromisoformat("2200-01-01")
"""Stands for a step that is never done. Unlike null, every engine orders it the same way: last."""


def entries(marks: Marks) -> ibis.Table:
    """The moments at which paths begin: `entered_at`, `entries`, and `done_0` and so on: when that step is done."""
    gathered = instants(marks)
    table = gathered.table
    last = len(marks.path)
    for taken in range(last - 1, 0, -1):
        later = ibis.window(group_by=[*marks.keys, *gathered.epochs(taken)], order_by="at", rows=(1, None))
        table = table.mutate(
            **{_done(taken, step): _soonest(gathered, table, taken, step) for step in range(taken + 1, last + 1)}
        )
        table = table.mutate(
            **{
                _done(taken, step): table[_done(taken, step)].min().over(later).fill_null(_NEVER)
                for step in range(taken + 1, last + 1)
            }
        )
    first = events_of((marks.path.kind_of[0],))
    begins = table.filter(table.enters, table[first] > 0)
    done = {step: _soonest(gathered, begins, 0, step) for step in range(1, last + 1)}
    in_time = {
        f"done_{step - 1}": ibis.ifelse(marks.period.in_time(at, begins.at), at, ibis.null("timestamp"))
        for step, at in done.items()
    }
    return begins.select(entered_at="at", entries=first, **in_time)


def _soonest(gathered: Instants, row: ibis.Table, taken: int, step: int) -> ibis.Value:
    """When step number `step` is done at the earliest, the first `taken` having been done before now, and more now."""
    now = range(taken + 1, step + 1) if gathered.marks.rules.ties == "allow" else [taken + 1]
    options = [
        ibis.ifelse(
            gathered.serves(row, taken, reached),
            row.at if reached == step else row[_done(reached, step)],
            ibis.literal(_NEVER, "timestamp"),
        )
        for reached in now
    ]
    return ibis.least(*options) if len(options) > 1 else options[0]


def _done(taken: int, step: int) -> str:
    """The column that says when a step is done if the first `taken` were done by this moment."""
    return f"done_{taken}_{step}"
