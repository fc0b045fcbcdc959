"""Reach: what every plan answers, in the form that figures are taken from."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import ibis
import pandas as pd

from retro.metrics.funnel.marks import Marks


def keep(table: ibis.Table, marks: Marks, kept: ExitStack) -> ibis.Table:
    """Hold on to a table that is read more than once, until `kept` closes.

    Only in DuckDB, where that is a temporary table in the same process; elsewhere the engine gets one query.
    """
    return kept.enter_context(table.cache()) if keeps(marks) else table


def keeps(marks: Marks) -> bool:
    """Whether the engine holds on to tables."""
    return marks.engine == "duckdb"


@dataclass(frozen=True)
class Reach:
    """Which steps were reached, when, and by paths that began when.

    Attributes:
        marks: What was asked.
        levels: For each step, the keys, `at` and `entered_at` of every arrival, with the latest start that its path
            can have.
        wide: Where the plan computes all levels in one pass: the keys, `at`, and `start_0` and so on, the latest start
            of a path that takes that step at that moment, null where none does.
    """

    marks: Marks
    levels: tuple[ibis.Table, ...]
    wide: ibis.Table | None = None

    @classmethod
    def of_wide(cls, marks: Marks, wide: ibis.Table) -> Reach:
        """The reach whose levels all lie in one table."""
        levels = [
            wide.filter(wide[f"start_{step}"].notnull()).select(*marks.keys, "at", entered_at=f"start_{step}")
            for step in range(len(marks.path))
        ]
        return cls(marks, tuple(levels), wide)

    def among(self, units: ibis.Table) -> Reach:
        """The same for some units only."""
        return Reach(self.marks, tuple(level.semi_join(units, "unit") for level in self.levels))

    def furthest(self) -> ibis.Table:
        """For each unit, `steps`: how many steps its best path took."""
        return self.arrivals().group_by("unit").aggregate(steps=lambda row: row.step.max() + 1)

    def arrivals(self) -> ibis.Table:
        """For each unit and step, from 0: `at`, its first arrival, and `entered_at`, when that path began.

        Latest starts only grow with time, so the first arrival's is the smallest.
        """
        firsts = [
            _best_of_held(
                level.group_by(*self.marks.keys).aggregate(at=level.at.min(), entered_at=level.entered_at.min()),
                self.marks.keys,
            ).select("unit", "at", "entered_at", step=ibis.literal(step, "int8"))
            for step, level in enumerate(self.levels)
        ]
        return ibis.union(firsts[0], *firsts[1:]) if len(firsts) > 1 else firsts[0]

    def times(self, first: int, last: int) -> pd.DataFrame:
        """How long the units took from one step to another on their furthest path: `seconds`, and `users` for each.

        A unit's furthest path is the one that gets there first, with its latest start; each step in between counts when
        it was first taken by a path with that start.
        """
        paths = self._furthest_paths()
        paths = paths.filter(paths.steps > last)
        seconds = self._taken_at(paths, last).join(
            self._taken_at(paths, first).rename(from_at="at"), list(self.marks.keys)
        )
        spread = seconds.group_by(seconds=seconds.at.epoch_seconds() - seconds.from_at.epoch_seconds())
        return spread.aggregate(users=seconds.count()).order_by("seconds").execute().astype("int64")  # type: ignore[no-any-return]  # ibis is not typed here

    def _furthest_paths(self) -> ibis.Table:
        """For each unit, the keys of its furthest path, its number of `steps`, and when it was `entered_at`."""
        keys = self.marks.keys
        firsts = [
            level.group_by(*keys).aggregate(at=level.at.min(), entered_at=level.entered_at.min(), steps=step)
            for step, level in enumerate(self.levels, start=1)
        ]
        every = ibis.union(firsts[0], *firsts[1:]) if len(firsts) > 1 else firsts[0]
        best = ibis.window(group_by="unit", order_by=[every.steps.desc(), every.at, every.entered_at.desc(), *keys[1:]])
        ranked = every.mutate(rank=ibis.row_number().over(best))
        return ranked.filter(ranked["rank"] == 0).select(*keys, "steps", "entered_at")

    def _taken_at(self, paths: ibis.Table, step: int) -> ibis.Table:
        """When paths took a step: the keys and `at`."""
        keys = list(self.marks.keys)
        taken = self.levels[step].join(paths, [*keys, "entered_at"])
        return taken.group_by(*keys).aggregate(at=taken.at.min())


def _best_of_held(firsts: ibis.Table, keys: tuple[str, ...]) -> ibis.Table:
    """Of a unit's arrivals with different held values, the first; at one moment, the one that began last."""
    if len(keys) == 1:
        return firsts
    soonest = firsts.group_by("unit").aggregate(at=firsts.at.min())
    return (
        firsts.join(soonest, ["unit", "at"])
        .group_by("unit", "at")
        .aggregate(entered_at=lambda row: row.entered_at.max())
    )
