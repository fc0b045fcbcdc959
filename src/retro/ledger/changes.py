"""What moved between two versions of a report, and by which of the things that it is made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, get_args

from retro.ledger.entries import Entry, Ledger, Unit
from retro.ledger.inputs import Inputs, TableContent
from retro.ledger.restating import parts_between
from retro.ledger.versions import Version

Cause = Literal["data", "params", "contracts", "reports", "code", "unrecorded"]
"""What can move a figure: tables, parameters, rules that leave rows out, the reports that it is made from, the
program and its libraries; `unrecorded` where a version did not say what it was made from."""

_CAUSES: Mapping[str, Cause] = {"code": "code", "params": "params", "reports": "reports"}
"""The cause that a change is; tables and days are data, contracts go with params."""

_WORDS = frozenset({"title", "short_title", "comments", "signed_off", "actions", "decision", "extra"})
"""Params that readers see and no figure is computed from."""


@dataclass(frozen=True)
class Move:
    """A figure that moved, with both values.

    Attributes:
        name: The figure.
        unit: Its unit.
        before: Its value in the earlier version; None where it has none.
        after: Its value in the later version, likewise.
        new: Whether the earlier version did not have the figure at all.
        gone: Whether the later version does not.
        because: What can have moved it: of all that changed, what the figure depends on. One is the cause; of several
            the records do not tell the shares.
        parts: By how much each change moved it, where the records tell: of `restating.CHANGES`, in its order.
    """

    name: str
    unit: Unit
    before: Decimal | None
    after: Decimal | None
    new: bool = False
    gone: bool = False
    because: tuple[Cause, ...] = ()
    parts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def difference(self) -> Decimal | None:
        """By how much it moved; None where one of the values is missing."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class TableChange:
    """A table in which something else is now.

    Attributes:
        table: Its name.
        late_rows: Rows more, or fewer, of the days that the earlier version had observed; None where nobody can tell.
        late_worth: What they are worth; None where nobody can tell.
        late_days: The first and the last of these days whose rows or worth changed; None without any.
        later_rows: Rows of the days that came since; None where nobody can tell.
        later_worth: What they are worth; None where nobody can tell.
    """

    table: str
    late_rows: int | None = None
    late_worth: Decimal | None = None
    late_days: tuple[dt.date, dt.date] | None = None
    later_rows: int | None = None
    later_worth: Decimal | None = None


@dataclass(frozen=True)
class Changes:
    """What moved between two versions.

    Attributes:
        before: The earlier version's run.
        after: The later version's run.
        moves: The figures that moved, in the order of the later version, then those it lost.
        compared: How many figures either version has.
        tables: The tables that changed.
        params: The keys that changed, such as `targets.gmv`, with both values; None where a version has none.
        modules: The program's modules that changed.
        libraries: The libraries that changed, with both versions.
        reports: The reports that it is made from whose figures changed.
        contracts: Whether the contracts changed.
        recorded: Whether both versions say what they were made from; else the causes are unknown.
    """

    before: str
    after: str
    moves: tuple[Move, ...]
    compared: int
    tables: tuple[TableChange, ...] = ()
    params: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    modules: tuple[str, ...] = ()
    libraries: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    reports: tuple[str, ...] = ()
    contracts: bool = False
    recorded: bool = True

    def by_cause(self) -> dict[tuple[Cause, ...], tuple[Move, ...]]:
        """The moves by what can have caused them, single causes first, else in the order of `Cause`."""
        order = get_args(Cause)
        keys = sorted(
            {one.because for one in self.moves}, key=lambda key: (len(key), [order.index(one) for one in key])
        )
        return {key: tuple(one for one in self.moves if one.because == key) for key in keys}


def compare(before: Ledger, after: Ledger) -> tuple[Move, ...]:
    """The figures that differ between two runs, in the order of the later one, then those it lost.

    A figure that one of them lacks and that is missing in the other did not move.

    Examples:
        >>> facts = {"name": "new_users", "unit": "users", "tables": ("users",), "definition": "registrations"}
        >>> old, new = Ledger([Entry(value=90, **facts)]), Ledger([Entry(value=100, **facts)])
        >>> [(move.name, int(move.before), int(move.after)) for move in compare(old, new)]
        [('new_users', 90, 100)]
    """
    return tuple(_move(name, old, new) for name, old, new in _pairs(before, after) if _value(old) != _value(new))


def changes(before: Version, after: Version) -> Changes:
    """What moved between two versions, split by cause as far as their records tell.

    Args:
        before: The earlier version.
        after: The later one.
    """
    moves, compared = compare(before.ledger, after.ledger), len(_pairs(before.ledger, after.ledger))
    old, new = before.inputs, after.inputs
    if old is None or new is None:
        moves = tuple(replace(move, because=("unrecorded",)) for move in moves)
        return Changes(before.run_id, after.run_id, moves, compared, recorded=False)
    found = Changes(
        before.run_id,
        after.run_id,
        moves,
        compared,
        tables=_tables(old, new),
        params={
            key: pair for key, pair in _keys(old.params, new.params).items() if key.partition(".")[0] not in _WORDS
        },
        modules=tuple(_unlike(old.code, new.code)),
        libraries=_unlike(old.libraries, new.libraries),
        reports=tuple(_unlike(old.reports, new.reports)),
        contracts=old.contracts != new.contracts,
    )
    return replace(found, moves=tuple(_explained(move, found, before.ledger, after.ledger) for move in moves))


def _explained(move: Move, found: Changes, before: Ledger, after: Ledger) -> Move:
    """A move with what has caused it, or else what can have: a table that the figure is not computed from did not."""
    if move.parts and "together" not in move.parts:
        told = {_CAUSES.get(name, "data") for name in move.parts}
        return replace(move, because=tuple(cause for cause in get_args(Cause) if cause in told))
    read = {table for entry in (before.get(move.name), after.get(move.name)) if entry for table in entry.tables}
    own = [one for one in found.tables if one.table in read]
    changed: dict[Cause, bool] = {
        "data": bool(own if read else found.tables),
        "params": bool(found.params),
        "contracts": found.contracts,
        "reports": bool(found.reports),
        "code": bool(found.modules or found.libraries),
    }
    because = tuple(cause for cause, has in changed.items() if has)
    return replace(move, because=because or (("data",) if found.tables else ("unrecorded",)))


def _pairs(before: Ledger, after: Ledger) -> list[tuple[str, Entry | None, Entry | None]]:
    names = dict.fromkeys([*(entry.name for entry in after.entries), *(entry.name for entry in before.entries)])
    return [(name, before.get(name), after.get(name)) for name in names]


def _move(name: str, old: Entry | None, new: Entry | None) -> Move:
    unit = next(entry.unit for entry in (new, old) if entry is not None)
    parts = parts_between(old, new)
    return Move(name, unit, _value(old), _value(new), new=old is None, gone=new is None, parts=parts)


def _value(entry: Entry | None) -> Decimal | None:
    return entry.value if entry is not None else None


def _unlike(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """What differs, by name, with both values."""
    names = sorted({*old, *new})
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def _keys(old: Any, new: Any, path: str = "") -> dict[str, tuple[Any, Any]]:  # noqa: ANN401 - whatever JSON holds
    """The keys of nested params whose values differ; a list is one value."""
    if old == new:
        return {}
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        return {path: (old, new)}
    found: dict[str, tuple[Any, Any]] = {}
    for key in sorted({*old, *new}):
        found |= _keys(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    return found


def _tables(old: Inputs, new: Inputs) -> tuple[TableChange, ...]:
    found = []
    for name in sorted({*old.tables, *new.tables}):
        before, after = old.tables.get(name), new.tables.get(name)
        if before is None or after is None:
            found.append(TableChange(name))
        elif not _same(before, after):
            found.append(_table(name, before, after, old.observed_until))
    return tuple(found)


def _same(before: TableContent, after: TableContent) -> bool:
    """Whether a table stayed: its contents by their hash where both know it, else rows and worth of every day."""
    if before.content and after.content:
        return before.content == after.content
    return (before.rows, before.worth, before.days) == (after.rows, after.worth, after.days)


def _table(name: str, before: TableContent, after: TableContent, until: dt.datetime | None) -> TableChange:
    """How a table changed: on days that were observed before, and on those that came since."""
    if until is None or not before.days or not after.days:
        rows, worth = after.rows - before.rows, _less(after.worth, before.worth)
        return TableChange(name, rows, worth)
    first = max(min(before.days), min(after.days))  # what is older stands together
    old, new = _by_day(before.days, first), _by_day(after.days, first)
    seen = [day for day in sorted({*old, *new}) if dt.datetime.combine(day, dt.time()) < until]
    nothing = (0, Decimal(0) if before.worth is not None and after.worth is not None else None)
    moved = [day for day in seen if old.get(day, nothing) != new.get(day, nothing)]
    late = _sum(new.get(day, nothing) for day in moved), _sum(old.get(day, nothing) for day in moved)
    since = _sum(new[day] for day in new if day not in seen), _sum(old[day] for day in old if day not in seen)
    return TableChange(
        name,
        late[0][0] - late[1][0],
        _less(late[0][1], late[1][1]),
        (moved[0], moved[-1]) if moved else None,
        since[0][0] - since[1][0],
        _less(since[0][1], since[1][1]),
    )


_OfDay = tuple[int, Decimal | None]


def _by_day(days: Mapping[dt.date, str], first: dt.date) -> dict[dt.date, _OfDay]:
    """Rows and worth by day, those before a day under that day."""
    found: dict[dt.date, _OfDay] = {}
    for day, said in days.items():
        rows, _, worth = said.partition(" ")
        own: _OfDay = (int(rows), Decimal(worth) if worth else None)
        key = max(day, first)
        found[key] = _sum([found[key], own]) if key in found else own
    return found


def _sum(parts: Iterable[_OfDay]) -> _OfDay:
    """Rows and worth together; no worth where a part has none, or nothing is there."""
    several = list(parts)
    known = [worth for _, worth in several if worth is not None]
    return sum(rows for rows, _ in several), sum(known, Decimal(0)) if len(known) == len(several) else None


def _less(after: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if after is None or before is None else after - before
