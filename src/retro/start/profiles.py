"""The profile of each canonical table: rows, days covered, holes, duplicates, and what its columns hold."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from retro.sources import Tables
from retro.sources.quoting import quoted
from retro.start.facts import ask
from retro.start.roles import Kinds

_MOST_HOLES = 5


@dataclass(frozen=True)
class Profile:
    """What a canonical table holds.

    Attributes:
        table: Its name.
        rows: Its rows.
        first: Its first day; None where it has no time.
        last: Its last day.
        holes: Runs of days without a row between them, with both ends.
        duplicates: Rows that repeat another's key.
        empty: Rows without a value, of each column that has any such.
    """

    table: str
    rows: int
    first: dt.date | None
    last: dt.date | None
    holes: tuple[tuple[dt.date, dt.date], ...]
    duplicates: int
    empty: dict[str, int]

    @property
    def days(self) -> str:
        """The days that it covers, in words."""
        return "" if self.first is None else f"{self.first} – {self.last}"

    @property
    def hole_words(self) -> str:
        """Its holes in words."""
        if not self.holes:
            return ""
        shown = [f"{a}" if a == b else f"{a} – {b}" for a, b in self.holes[:_MOST_HOLES]]
        more = len(self.holes) - _MOST_HOLES
        return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def profile(tables: Tables, name: str, kinds: Kinds) -> Profile:
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
    holes = [
        (a + dt.timedelta(days=1), b - dt.timedelta(days=1)) for a, b in itertools.pairwise(on) if (b - a).days > 1
    ]
    empty = {column: int(row[column]) for column in empties if row[column]}
    return Profile(
        name, int(row["rows"]), on[0] if on else None, on[-1] if on else None, tuple(holes), int(twice), empty
    )
