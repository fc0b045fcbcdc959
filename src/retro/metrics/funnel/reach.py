"""Reach: the common result of all plans, from which figures are taken."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import ibis
import pandas as pd

from retro.metrics.funnel.marks import Marks


def keep(table: ibis.Table, marks: Marks, kept: ExitStack) -> ibis.Table:
    """Keep a table that is read more than once, until `kept` closes.

    Only in DuckDB, where that is a temporary table in the same process; elsewhere the engine gets one query.
    """
    return kept.enter_context(table.cache()) if marks.engine == "duckdb" else table


@dataclass(frozen=True)
class Reach:
    """The steps reached, with their times and the start of their paths.

    Attributes:
        marks: What was asked.
        levels: Where the plan keeps the steps apart, for each of them the keys, `at` and `entered_at` of every arrival,
            with the latest start that its path can have.
        wide: Where it computes them in one pass: the keys, `at`, and `start_0` and so on, the latest start of a path
            that takes that step at that moment, null where none does.
    """

    marks: Marks
    levels: tuple[ibis.Table, ...] = ()
    wide: ibis.Table | None = None

    def furthest(self) -> ibis.Table:
        """For each unit, `steps`: how many steps its best path took."""
        every = self._every()
        return every.group_by("unit").aggregate(steps=every.step.max() + 1)

    def arrivals(self) -> ibis.Table:
        """For each unit and step, from 0: `at`, its first arrival, and `entered_at`, when that path began.

        Of arrivals at one moment with different held values, that of the path that began last.
        """
        firsts = self._firsts()
        if len(self.marks.keys) > 1:
            best = ibis.window(group_by=["unit", "step"], order_by=[firsts["at"], firsts.entered_at.desc()])
            ranked = firsts.mutate(rank=ibis.row_number().over(best))
            firsts = ranked.filter(ranked["rank"] == 0)
        return firsts.select("unit", "step", "at", "entered_at")

    def times(self, pairs: Sequence[tuple[int, int]]) -> list[pd.DataFrame]:
        """How long the units took from one step to another on their furthest path: `seconds`, and `users` for each.

        A unit's furthest path is the one that gets there first, with its latest start; each step in between counts when
        it was first taken by a path with that start.

        Args:
            pairs: The steps, from 0; there is a frame for each pair.
        """
        taken = numbered(self._taken(), "pair", len(pairs))
        clock = [taken[f"at_{step}"].epoch_seconds() for step in range(len(self.marks.path))]
        seconds = ibis.cases(*[(taken.pair == n, clock[last] - clock[first]) for n, (first, last) in enumerate(pairs)])
        timed = taken.select("pair", seconds=seconds).filter(lambda row: row.seconds.notnull())
        spread = timed.group_by("pair", "seconds").aggregate(users=timed.count())
        found = spread.order_by("pair", "seconds").execute().astype("int64")
        return [found.loc[found["pair"] == n, ["seconds", "users"]] for n in range(len(pairs))]

    def _every(self) -> ibis.Table:
        """Every arrival: the keys, `step` from 0, `at` and `entered_at`."""
        columns = [*self.marks.keys, "step", "at", "entered_at"]
        if self.wide is None:
            # What was kept has lost the precision of its moments, which a UNION ALL takes for another type.
            moments = {name: ibis._[name].cast("timestamp(6)") for name in ("at", "entered_at")}
            levels = [
                level.mutate(step=ibis.literal(step, "int8"), **moments)[columns]
                for step, level in enumerate(self.levels)
            ]
            return ibis.union(levels[0], *levels[1:]) if len(levels) > 1 else levels[0]
        steps = len(self.marks.path)
        each = numbered(self.wide, "step", steps)
        started = ibis.cases(*[(each.step == step, each[f"start_{step}"]) for step in range(steps)])
        return each.mutate(entered_at=started).filter(lambda row: row.entered_at.notnull())[columns]

    def _firsts(self) -> ibis.Table:
        """The first arrival at each step by key. Latest starts only grow with time, so its start is the least."""
        every = self._every()
        return every.group_by(*self.marks.keys, "step").aggregate(
            at=every["at"].min(), entered_at=every.entered_at.min()
        )

    def _taken(self) -> ibis.Table:
        """For each unit's furthest path, when it took each step: `at_0` and so on, null for those it did not get to."""
        keys = list(self.marks.keys)
        firsts = self._firsts()
        order = [firsts.step.desc(), firsts["at"], firsts.entered_at.desc(), *keys[1:]]
        ranked = firsts.mutate(rank=ibis.row_number().over(ibis.window(group_by="unit", order_by=order)))
        paths = ranked.filter(ranked["rank"] == 0).select(*keys, "entered_at")
        own = self._every().join(paths, [*keys, "entered_at"])
        return own.group_by(*keys).aggregate(
            **{f"at_{step}": own["at"].min(where=own.step == step) for step in range(len(self.marks.path))}
        )


def numbered(table: ibis.Table, name: str, count: int) -> ibis.Table:
    """Repeat each row, numbered from 0: one reading of the table instead of a UNION ALL."""
    return table.mutate(**{name: ibis.array([ibis.literal(number, "int8") for number in range(count)])}).unnest(name)
