"""The profile of each canonical table: rows, days covered, holes, duplicates, and what its columns hold."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from retro.metrics.history import OF_CUSTOMERS, blank_days, history, keep_blank
from retro.sources import Tables
from retro.sources.quoting import quoted
from retro.start.facts import ask
from retro.start.roles import Kinds

_MOST_HOLES = 5
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Profile:
    """What a canonical table holds.

    Attributes:
        table: Its name.
        rows: Its rows.
        first: Its first day; None where it has no time.
        last: Its last day.
        holes: Runs of days without a row between them, with both ends.
        lost: Runs of days that reports take for lost: without rows on which chance leaves none, here or in all tables.
        duplicates: Rows that repeat another's key.
        empty: Rows without a value, of each column that has any such.
    """

    table: str
    rows: int
    first: dt.date | None
    last: dt.date | None
    holes: tuple[tuple[dt.date, dt.date], ...]
    lost: tuple[tuple[dt.date, dt.date], ...]
    duplicates: int
    empty: dict[str, int]

    @property
    def days(self) -> str:
        """The days that it covers, in words."""
        return "" if self.first is None else f"{self.first} – {self.last}"

    @property
    def hole_words(self) -> str:
        """Its holes in words."""
        return _runs_in_words(self.holes)

    @property
    def lost_words(self) -> str:
        """Its lost days in words."""
        return _runs_in_words(self.lost)


def profiles(tables: Tables, kinds: Kinds) -> list[Profile]:
    """Count every canonical table of a source."""
    dated = {name: tables.whole(name) for name in OF_CUSTOMERS if name in tables}
    keep_blank(tables.connection, blank_days(dated))
    return [_profile(tables, name, kinds) for name in tables.names]


def _profile(tables: Tables, name: str, kinds: Kinds) -> Profile:
    """Count a table."""
    columns = kinds.types[name]
    table = tables.by_name[name]
    at = next((c for c, kind in columns.items() if kind in {"timestamp", "date"} and c in table.columns), None)
    key = next(iter(kinds.required[name]), None)
    empties = [column for column in table.columns if column in columns]
    counts = ", ".join(f"count(*) - count({quoted(column)}) as {quoted(column)}" for column in empties)
    row = ask(tables, f"select count(*) as rows, {counts} from {quoted(name)}")[0]
    twice = 0
    if key in table.columns and key and key.endswith("_id") and name not in {"events", "order_items"}:
        twice = ask(
            tables,
            f"select count(*) - count(distinct {quoted(key)}) as n from {quoted(name)} where {quoted(key)} is not null",
        )[0]["n"]
    days = (
        ask(
            tables,
            f"select distinct cast({quoted(at)} as date) as day from {quoted(name)} "
            f"where {quoted(at)} is not null order by day",
        )
        if at
        else []
    )
    on = [one["day"] for one in days]
    holes = [(a + _DAY, b - _DAY) for a, b in itertools.pairwise(on) if b - a > _DAY]
    lost = sorted(history(table, at).lost) if on and at else []
    ends = [day for day in lost if day + _DAY not in lost]
    lost_runs = zip([day for day in lost if day - _DAY not in lost], ends, strict=True)
    empty = {column: int(row[column]) for column in empties if row[column]}
    first, last = (on[0], on[-1]) if on else (None, None)
    return Profile(name, int(row["rows"]), first, last, tuple(holes), tuple(lost_runs), int(twice), empty)


def _runs_in_words(runs: Sequence[tuple[dt.date, dt.date]]) -> str:
    shown = [f"{a}" if a == b else f"{a} – {b}" for a, b in runs[:_MOST_HOLES]]
    more = len(runs) - _MOST_HOLES
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
