"""Marks: the events of a funnel, with user, time, and the steps they can take."""

import datetime as dt
from dataclasses import dataclass
from typing import Self

import ibis

from retro.clocks import instant, zone_of
from retro.errors import MetricError
from retro.metrics.funnel.rules import FunnelRules
from retro.metrics.funnel.steps import Path, subsets
from retro.metrics.windows import on_instants, require
from retro.periods import Window

_MOST_SHARED = 8
"""Sets of kinds double with each further kind; 8 make 255 counts for each moment."""


@dataclass(frozen=True)
class Period:
    """When a path may begin (from `start`, before `entries_end`), and when its events end (`events_end`).

    A path may take as long as `within` after its entry, inclusive. All are by a clock that never changes, as the
    events' moments are (`retro.clocks`).
    """

    start: dt.datetime
    entries_end: dt.datetime
    events_end: dt.datetime
    within: dt.timedelta

    @classmethod
    def settled(cls, events: ibis.Table, window: Window, within: dt.timedelta) -> Self:
        """The entries whose whole time was observed, so that no later event can change the outcome."""
        window = on_instants(window, zone_of(events))
        entries_end = min(window.end, window.observed - within)
        return cls(window.start, entries_end, entries_end + within, within)

    @classmethod
    def open(cls, events: ibis.Table, window: Window, within: dt.timedelta) -> Self:
        """Every entry observed so far, also where the outcome is still open."""
        window = on_instants(window, zone_of(events))
        entries_end = window.observed_end
        return cls(window.start, entries_end, min(entries_end + within, window.observed), within)

    def in_time(self, at: ibis.Value, entered_at: ibis.Value) -> ibis.Value:
        """Whether a moment lies within the time of an entry."""
        return at <= entered_at + ibis.interval(self.within)


@dataclass(frozen=True)
class Marks:
    """The events that matter to a funnel.

    Attributes:
        table: The events of the period: the keys; `at`, when; `enters`, whether a path may begin then; `kind_0` and so
            on, whether the event is of that kind; `excluded_0` and so on, whether it is that excluded event.
        keys: The columns within which a path stays: `unit`, and `hold_0` and so on.
        path: The steps.
        rules: How they are taken.
        period: When.
    """

    table: ibis.Table
    keys: tuple[str, ...]
    path: Path
    rules: FunnelRules
    period: Period

    @property
    def engine(self) -> str:
        """The name of the engine that holds the events."""
        return str(self.table.get_backend().name)

    @property
    def excluded(self) -> list[str]:
        """The columns that say whether an event is an excluded one."""
        return [f"excluded_{number}" for number in range(len(self.rules.exclusions))]

    @property
    def relevant(self) -> ibis.Table:
        """The events that make or spoil a path; where any event disturbs one, all of them."""
        return self.table if self.rules.mode == "strict" else _of_the_path(self.table)

    def mixtures(self) -> list[tuple[int, ...]]:
        """Sets of kinds whose events must be counted together to tell which steps can share them; not too many."""
        if self.rules.ties == "strict":
            return [(kind,) for kind in range(len(self.path.kinds))]
        families = self.path.families()
        widest = max(map(len, families))
        if widest > _MOST_SHARED:
            raise MetricError(
                f"funnel: at most {_MOST_SHARED} different steps may share events, got {widest}. "
                "Name the events instead of giving conditions, or ask for ties 'strict'."
            )
        return [mixture for family in families for mixture in subsets(family)]

    def of(self, kinds: tuple[int, ...], row: ibis.Table) -> ibis.Value:
        """Whether an event is of one of some kinds."""
        return ibis.or_(*[row[f"kind_{kind}"] for kind in kinds])


def mark(events: ibis.Table, path: Path, period: Period, rules: FunnelRules, *, carry: str | None = None) -> Marks:
    """Take from a table of events what a funnel needs, lazily; `carry` is a column to take along as `group`."""
    require(events, "events", rules.unit, "occurred_at", *rules.hold, *([carry] if carry else []))
    if rules.exclusions or any(kind.names is not None for kind in path.kinds):
        require(events, "events", "event")
    moment = instant(events.occurred_at)
    keys = {"unit": events[rules.unit]} | {f"hold_{n}": events[column] for n, column in enumerate(rules.hold)}
    kinds = {f"kind_{n}": kind.holds(events) for n, kind in enumerate(path.kinds)}
    excluded = {f"excluded_{n}": events.event == x.event for n, x in enumerate(rules.exclusions)}
    wanted = [moment >= period.start, moment < period.events_end, *[key.notnull() for key in keys.values()]]
    along = {"group": events[carry].cast("string")} if carry else {}
    table = events.filter(*wanted).select(**keys, at=moment, **kinds, **excluded, **along)
    table = table.mutate(enters=table.at < period.entries_end)
    if rules.entry == "first":
        table = _first_entry_only(
            table if rules.mode == "strict" else _of_the_path(table), tuple(keys), f"kind_{path.kind_of[0]}"
        )
    return Marks(table, tuple(keys), path, rules, period)


def _of_the_path(table: ibis.Table) -> ibis.Table:
    return table.filter(ibis.or_(*[table[name] for name in table.columns if name.startswith(("kind_", "excluded_"))]))


def _first_entry_only(table: ibis.Table, keys: tuple[str, ...], kind: str) -> ibis.Table:
    begins = ibis.ifelse(table[kind], table.at, ibis.null("timestamp"))
    table = table.mutate(first_at=begins.min().over(ibis.window(group_by=list(keys))))
    first = (table.at == table.first_at).fill_null(False)  # noqa: FBT003 - ibis takes the value by position
    return table.mutate(enters=table.enters & first)


def by_step(marks: Marks) -> ibis.Table:
    """The keys, `at` and `step`, from 0: one row for each event and step that it can take.

    First steps that may not begin a path are left out. One pass over the events where no event can take two steps; else
    a UNION ALL with a branch for each step.
    """
    table, path = marks.relevant, marks.path
    takes = {step: table[f"kind_{kind}"] for step, kind in enumerate(path.kind_of)}
    takes[0] &= table.enters
    if path.disjoint:
        step = ibis.cases(*[(taken, ibis.literal(step, "int8")) for step, taken in takes.items()])
        return table.select(*marks.keys, "at", step=step).filter(lambda row: row.step.notnull())
    branches = [
        table.filter(taken).select(*marks.keys, "at", step=ibis.literal(step, "int8")) for step, taken in takes.items()
    ]
    return ibis.union(branches[0], *branches[1:]) if len(branches) > 1 else branches[0]
