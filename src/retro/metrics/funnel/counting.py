"""Counting: from the result of a plan to users by step."""

from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd

from retro.metrics.funnel.entries import entries
from retro.metrics.funnel.marks import Marks, Period, mark
from retro.metrics.funnel.plans import follow
from retro.metrics.funnel.rules import FunnelRules
from retro.metrics.funnel.steps import Path
from retro.metrics.funnel.unordered import unordered
from retro.metrics.intervals import wilson
from retro.metrics.spread import weighted_quantile

Arrivals = Sequence[tuple[int, float]]
"""For each step, how many reached it, and the median seconds it took them."""

_HOUR = 3600


def count_arrivals(marks: Marks) -> Arrivals:
    """How many reached each step, and their median seconds, by the plan that fits."""
    if marks.rules.mode == "unordered":
        return _arrivals_in_any_order(marks)
    if marks.rules.count == "entries":
        return _arrivals_of_entries(marks)
    with follow(marks) as reach:
        if len(marks.keys) == 1:
            if reach.wide is not None:
                return _arrivals_in_one_pass(reach.wide, len(marks.path))
            return [_arrivals_at(level, step) for step, level in enumerate(reach.levels)]
        found = summarise(reach.arrivals(), "step").execute().set_index("step")
    return [
        (int(found["users"].get(step, 0)), float(found["seconds"].get(step, np.nan))) for step in range(len(marks.path))
    ]


def summarise(arrivals: ibis.Table, *by: str) -> ibis.Table:
    """How many arrivals there are in each group, `users`, and their median `seconds`."""
    seconds = arrivals.at.epoch_seconds() - arrivals.entered_at.epoch_seconds()
    return arrivals.group_by(*by).aggregate(users=arrivals.count(), seconds=seconds.median())


def _arrivals_at(level: ibis.Table, step: int) -> tuple[int, float]:
    """The same for one step of a plan that keeps the steps apart; at the first one nobody has spent any time."""
    if step == 0:
        return int(level.select("unit").distinct().count().execute()), 0.0
    firsts = level.group_by("unit").aggregate(at=level.at.min(), entered_at=level.entered_at.min())
    seconds = firsts.at.epoch_seconds() - firsts.entered_at.epoch_seconds()
    row = firsts.aggregate(users=firsts.count(), seconds=seconds.median()).execute().iloc[0]
    return int(row["users"]), float(row["seconds"])


def _arrivals_in_one_pass(wide: ibis.Table, steps: int) -> Arrivals:
    """The same from a plan that keeps all steps in one table, so that the engine reads it once."""
    firsts = {}
    for step in range(steps):
        start = wide[f"start_{step}"]
        firsts[f"at_{step}"] = ibis.ifelse(start.notnull(), wide.at, ibis.null("timestamp")).min()
        firsts[f"start_{step}"] = start.min()
    units = wide.group_by("unit").aggregate(**firsts)
    figures = {}
    for step in range(steps):
        at = units[f"at_{step}"]
        figures[f"users_{step}"] = at.count()
        figures[f"seconds_{step}"] = (at.epoch_seconds() - units[f"start_{step}"].epoch_seconds()).median()
    row = units.aggregate(**figures).execute().iloc[0]
    return [(int(row[f"users_{step}"]), float(row[f"seconds_{step}"])) for step in range(steps)]


def _arrivals_of_entries(marks: Marks) -> Arrivals:
    begun = entries(marks)
    found = []
    for step in range(len(marks.path)):
        done = begun.filter(begun[f"done_{step}"].notnull())
        seconds = done[f"done_{step}"].epoch_seconds() - done.entered_at.epoch_seconds()
        spread = done.group_by(seconds=seconds).aggregate(entries=done.entries.sum()).execute()
        counts = spread["entries"].astype("int64")
        found.append((int(counts.sum()), weighted_quantile(spread["seconds"], counts, 0.5)))
    return found


def _arrivals_in_any_order(marks: Marks) -> Arrivals:
    opened = unordered(marks)
    best = opened.group_by("unit").aggregate(steps=opened.steps.max())
    taken = best.group_by("steps").aggregate(users=best.count()).execute()
    return [(int(taken.loc[taken["steps"] > step, "users"].sum()), np.nan) for step in range(len(marks.path))]


def rated(path: Path, arrivals: Arrivals) -> pd.DataFrame:
    """The frame of a funnel: counts, rates and hours by step."""
    frame = pd.DataFrame(arrivals, columns=["users", "seconds"])
    entered = frame["users"].iloc[0]
    before = frame["users"].shift()
    low, high = wilson(frame["users"], np.full(len(frame), entered))
    hours = frame["seconds"].astype("float64") / _HOUR
    return pd.DataFrame(
        {
            "step": path.labels,
            "users": frame["users"],
            "step_rate": frame["users"] / before.where(before > 0),
            "total_rate": frame["users"] / (entered or np.nan),
            "low": low,
            "high": high,
            "median_hours": hours.where(frame.index > 0),
        }
    )


def count_immature(events: ibis.Table, path: Path, settled: Period, observed: Period, rules: FunnelRules) -> int:
    """The units, or entries, that were left out because no entry of theirs has had its whole window observed."""
    if settled.entries_end >= observed.entries_end:
        return 0
    marks = mark(events, path, observed, rules)
    kinds = tuple(range(len(path.kinds))) if rules.mode == "unordered" else (path.kind_of[0],)
    begins = marks.table.filter(marks.table.enters, marks.of(kinds, marks.table))
    if rules.count == "users":
        begins = begins.group_by("unit").aggregate(at=begins.at.min())
    return int(begins.filter(begins.at >= settled.entries_end).count().execute())
