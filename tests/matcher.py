"""A matcher that tries every path of a funnel, and how an engine's answer is compared with it."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from retro.metrics import Exclusion, FunnelRules
from retro.metrics.funnel.marks import Marks, Period, mark
from retro.metrics.funnel.plans import follow
from retro.metrics.funnel.steps import read_steps

Event = tuple[str, int]
"""Name and second."""

Users = Sequence[Sequence[Event]]

ZERO = dt.datetime.fromisoformat("2025-01-10T00:00:00")
WINDOW = 5
ENTRIES_END = 10
SECONDS = 13

PATHS: dict[str, list[list[str]]] = {
    "disjoint": [["A"], ["B"], ["C"], ["D"]],
    "repeated": [["A"], ["B"], ["A"], ["B"]],
    "same": [["A"], ["A"], ["A"], ["A"]],
    "overlapping": [["A"], ["A", "B"], ["B", "C"], ["A", "C"]],
}

_SCHEMA = {"user_id": "string", "event": "string", "occurred_at": "timestamp(6)"}


def table_of(engine: Any, users: Users) -> ibis.Table:
    """The users' events as a table of an engine."""
    rows = [
        {"user_id": str(user), "event": name, "occurred_at": ZERO + dt.timedelta(seconds=second)}
        for user, events in enumerate(users)
        for name, second in events
    ]
    given = pa.Table.from_pylist(rows, schema=ibis.schema(_SCHEMA).to_pyarrow())
    return store(engine, "walks", given)


def store(engine: Any, name: str, rows: pa.Table) -> ibis.Table:
    """A table of an engine, made anew. ClickHouse in process takes no tables from outside, but reads files."""
    if engine.name != "clickhouse":
        return engine.create_table(name, rows, overwrite=True)
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        pq.write_table(rows, file.name)
        engine.raw_sql(f"create or replace table {name} engine = Memory as select * from file('{file.name}')")
    return engine.table(name)


def marks_of(engine: Any, users: Users, steps: Sequence[object], rules: FunnelRules) -> Marks:
    """What the engine is asked."""
    period = Period(
        ZERO,
        ZERO + dt.timedelta(seconds=ENTRIES_END),
        ZERO + dt.timedelta(seconds=ENTRIES_END + WINDOW),
        dt.timedelta(seconds=WINDOW),
    )
    return mark(table_of(engine, users), read_steps(steps), period, rules)


def reached(engine: Any, users: Users, steps: Sequence[object], rules: FunnelRules) -> list[int]:
    """How many steps each user takes, as the engine finds it."""
    with follow(marks_of(engine, users, steps, rules)) as reach:
        found = reach.furthest().execute().set_index("unit")["steps"]
    return [int(found.get(str(user), 0)) for user in range(len(users))]


def differing(users: Users, found: Sequence[int], expected: Sequence[int]) -> list[tuple[Sequence[Event], int, int]]:
    """The users of whom an engine says something else than the matcher."""
    return [case for case in zip(users, found, expected, strict=True) if case[1] != case[2]]


def exact_plans(family: str, ties: str) -> list[str]:
    """The plans that promise to be exact for a family of paths."""
    return ["asof", "running", "collapse"] if family == "disjoint" or ties == "strict" else ["collapse"]


def furthest(steps: Sequence[Sequence[str]], events: Sequence[Event], rules: FunnelRules) -> int:
    """How many steps the longest path that no excluded event stops takes."""
    found = paths_of(steps, events, strict_ties=rules.ties == "strict")
    return max((len(path) for path in found if is_clean(path, events, rules.exclusions)), default=0)


def paths_of(steps: Sequence[Sequence[str]], events: Sequence[Event], *, strict_ties: bool) -> Iterator[list[int]]:
    """Every path, as the places of its events in `events`; parts of longer paths come too."""

    def go_on(path: list[int]) -> Iterator[list[int]]:
        if path:
            yield path
        if len(path) == len(steps):
            return
        for place, (name, second) in enumerate(events):
            if place in path or name not in steps[len(path)]:
                continue
            if not path:
                if second < ENTRIES_END:
                    yield from go_on([place])
                continue
            before = events[path[-1]][1]
            follows = second > before if strict_ties else second >= before
            if follows and second - events[path[0]][1] <= WINDOW:
                yield from go_on([*path, place])

    yield from go_on([])


def is_clean(path: Sequence[int], events: Sequence[Event], exclusions: Sequence[Exclusion]) -> bool:
    """Whether no excluded event lies between the path's steps; at one moment with a step it comes first."""
    return not any(
        events[path[step - 1]][1] < second <= events[path[step]][1] and name == exclusion.event
        for exclusion in exclusions
        for step in range(exclusion.from_step, min(exclusion.to_step, len(path)))
        for name, second in events
    )


def kept_after_drop(steps: Sequence[Sequence[str]], events: Sequence[Event], rules: FunnelRules) -> int:
    """The furthest path, or 0 where none as long is clean; an unfinished one also until its window closes."""
    free = list(paths_of(steps, events, strict_ties=rules.ties == "strict"))
    longest = max(map(len, free), default=0)
    clean = [path for path in free if len(path) == longest and is_clean(path, events, rules.exclusions)]
    latest: dict[int, int] = {}
    for path in clean:
        end = events[path[-1]][1]
        latest[end] = max(latest.get(end, -1), events[path[0]][1])

    def untouched(end: int, start: int) -> bool:
        return not any(
            exclusion.from_step <= longest < exclusion.to_step
            and name == exclusion.event
            and end < second <= start + WINDOW
            for exclusion in rules.exclusions
            for name, second in events
        )

    return longest if any(untouched(end, start) for end, start in latest.items()) else 0


def furthest_undisturbed(steps: Sequence[Sequence[str]], events: Sequence[Event]) -> int:
    """Try every order of the events that their times allow, and every run of neighbours in it."""
    moments = [
        list(itertools.permutations([name for name, at in events if at == second]))
        for second in sorted({at for _, at in events})
    ]
    times = [second for second in sorted({at for _, at in events}) for _, at in events if at == second]
    best = 0
    for order in itertools.product(*moments):
        names = [name for moment in order for name in moment]
        for begin, entered in enumerate(times):
            length = 0
            while (
                length < len(steps)
                and begin + length < len(names)
                and names[begin + length] in steps[length]
                and times[begin + length] - entered <= WINDOW
                and entered < ENTRIES_END
            ):
                length += 1
            best = max(best, length)
    return best


def most_in_any_order(steps: Sequence[Sequence[str]], events: Sequence[Event], excluded: str | None) -> int:
    """The largest set of steps that different events within one window can take."""
    best = 0
    for entered in [second for name, second in events if second < ENTRIES_END and any(name in step for step in steps)]:
        stops = [second for name, second in events if name == excluded and second > entered]
        end = min([entered + WINDOW, *[stop - 1 for stop in stops]])
        inside = [name for name, second in events if entered <= second <= end and name != excluded]
        best = max(best, _matching(steps, inside))
    return best


def _matching(steps: Sequence[Sequence[str]], names: Sequence[str]) -> int:
    if not steps:
        return 0
    best = _matching(steps[1:], names)
    for place, name in enumerate(names):
        if name in steps[0]:
            best = max(best, 1 + _matching(steps[1:], [*names[:place], *names[place + 1 :]]))
    return best
