"""The ASOF cascade: who reached which step, exactly, in one sort for each step.

Level j holds every event that ends a chain of the first j steps, with the latest first step such a chain can have.
Since the window is measured from the first step, a later start is never worse; and since the latest start only grows
with time, the last level-(j - 1) row at or before an event carries the best one. So each level is one ASOF join.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import ibis

from retro.metrics.funnel.steps import Path


@contextmanager
def cascade(
    events: ibis.Table, path: Path, *, start: dt.datetime, end: dt.datetime, window: dt.timedelta
) -> Iterator[list[ibis.Table]]:
    """The levels of a path: `user_id`, `at`, and `entered_at`, the latest first step of a chain that ends there.

    Exact where no event can take two steps. A level is read twice, by the next one and by whoever counts it, so each is
    kept until the context closes.

    Args:
        events: `user_id`, `event`, `occurred_at`.
        path: The steps.
        start: Earliest entry.
        end: End of the entries, exclusive.
        window: How long after its entry a chain may take, inclusive.
    """
    moment = events.occurred_at
    within = events.filter(events.user_id.notnull(), moment >= start, moment <= end + window)
    with ExitStack() as kept:
        entries = _hits(within, path, 0).filter(lambda row: row.at < end)
        levels = [kept.enter_context(entries.mutate(entered_at=entries.at).cache())]
        for step in range(1, len(path)):
            level = _next_level(_hits(within, path, step), levels[-1], window)
            levels.append(kept.enter_context(level.cache()))
        yield levels


def _hits(events: ibis.Table, path: Path, step: int) -> ibis.Table:
    return events.filter(path.takes(events, step)).select("user_id", at="occurred_at")


def _next_level(hits: ibis.Table, level: ibis.Table, window: dt.timedelta) -> ibis.Table:
    before = level.rename(previous_at="at")
    joined = hits.asof_join(before, on=hits.at >= before.previous_at, predicates="user_id")
    in_time = joined.at <= joined.entered_at + ibis.interval(window)
    return joined.filter(in_time).select("user_id", "at", "entered_at")
