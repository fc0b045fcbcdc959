"""The cascade: one ASOF join for each step. The fastest exact plan, where the engine has such a join.

Level j holds every event that ends a path of the first j steps, with the latest first step such a path can have.
Since the window is measured from the first step, a later start is never worse; and since the latest start only grows
with time, the last level-(j - 1) row before an event carries the best one. So each level is one ASOF join.

Exact where no two steps can share an event; with strict ties also where they can, since the events of a path then
lie at different moments and are different events.
"""

from __future__ import annotations

from contextlib import ExitStack

import ibis

from retro.metrics.funnel.marks import Marks, by_step
from retro.metrics.funnel.reach import Reach, keep

ENGINES = ("clickhouse", "duckdb")
"""Where ASOF joins were run and found right; elsewhere Ibis may compile what the engine cannot run."""


def cascade(marks: Marks, kept: ExitStack) -> Reach:
    """Follow the path level by level; each level is read by the next one and by whoever counts it."""
    steps = keep(by_step(marks), marks, kept)
    levels = [steps.filter(steps.step == 0, steps.enters).select(*marks.keys, "at", entered_at="at")]
    for step in range(1, len(marks.path)):
        hits = steps.filter(steps.step == step).select(*marks.keys, "at")
        levels.append(keep(_next_level(hits, levels[-1], marks), marks, kept))
    return Reach(marks, tuple(levels))


def _next_level(hits: ibis.Table, level: ibis.Table, marks: Marks) -> ibis.Table:
    before = level.rename(previous_at="at")
    follows = hits.at >= before.previous_at if marks.rules.ties == "allow" else hits.at > before.previous_at
    joined = hits.asof_join(before, on=follows, predicates=list(marks.keys))
    return joined.filter(marks.period.in_time(joined.at, joined.entered_at)).select(*marks.keys, "at", "entered_at")
