"""Make rows from a contract alone: valid ones, and values that break one rule of a column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from retro.contracts.conditions import breaks
from retro.contracts.rules import (
    Bounds,
    Column,
    ColumnType,
    Contract,
    HasType,
    Length,
    NoneOf,
    OneOf,
    Pattern,
    Refers,
    Rule,
    Unique,
    Within,
)
from retro.errors import ContractError
from retro.sources.quoting import quoted

Row = dict[str, Any]

_SQL_TYPES: Mapping[ColumnType, str] = {
    "string": "varchar",
    "integer": "bigint",
    "number": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}

_MONEY = "decimal(18, 2)"


@dataclass(frozen=True)
class Window:
    """The window of made-up rows: two units of time.

    Attributes:
        start: Its start.
        unit: The length of a unit.
    """

    start: dt.datetime
    unit: dt.timedelta

    @property
    def end(self) -> dt.datetime:
        """Its end, exclusive."""
        return self.start + 2 * self.unit

    def moment(self, place: int) -> dt.datetime:
        """A moment of a row: the start of the first unit, or the last second of the second."""
        return self.end - dt.timedelta(seconds=1) if place % 2 else self.start


def sound_rows(contract: Contract, count: int, window: Window) -> list[Row]:
    """Make rows that keep every rule of single columns.

    Keys are made from the column's name, so that a key and the columns that refer to it hold the same values.

    Raises:
        ContractError: A pattern needs examples that the contract does not give.
    """
    columns = contract.columns
    return [{column.name: _value(contract, column, place, window) for column in columns} for place in range(count)]


def create_table(connection: Any, contract: Contract, rows: list[Row], extra: str = "") -> None:  # noqa: ANN401 - DuckDB
    """Make a contract's table of some rows; `extra` names an integer column that the contract does not have."""
    exact = {rule.columns[0] for rule in contract.rules if isinstance(rule, HasType) and rule.exact}
    types = {one.name: _MONEY if one.name in exact else _SQL_TYPES[one.type] for one in contract.columns}
    if extra:
        types[extra] = "bigint"
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in types.items())
    connection.execute(f"create or replace table {quoted(contract.table)} ({columns})")
    if rows:
        places = ", ".join("?" for _ in types)
        values = [[row.get(name) for name in types] for row in rows]
        connection.executemany(f"insert into {quoted(contract.table)} values ({places})", values)


def broken_value(connection: Any, contract: Contract, rule: Rule, sound: Any) -> Any:  # noqa: ANN401 - values of any type
    """A value that breaks this rule and, where possible, no other rule of the column.

    Raises:
        ContractError: No value that was tried breaks the rule.
    """
    name = rule.columns[0]
    mine = [one for one in contract.rules if one.columns == (name,) and isinstance(one, _BY_VALUE)]
    column = next(one for one in contract.columns if one.name == name)
    found: list[tuple[int, Any]] = []
    for value in _candidates(column, mine, sound):
        query = ", ".join(f"coalesce({breaks(one)}, false)" for one in mine)
        cast = f"cast(? as {_SQL_TYPES[column.type]})"
        (flags,) = connection.execute(f"select {query} from (select {cast} as {quoted(name)})", [value]).fetchall()
        broken = [one for one, flag in zip(mine, flags, strict=True) if flag]
        if rule in broken:
            found.append((len(broken), value))
    if not found:
        raise ContractError(f"{contract.where}: no value could be found that breaks rule {rule.name!r}.")
    return min(found, key=lambda one: one[0])[1]


_BY_VALUE = (OneOf, NoneOf, Within, Length, Pattern, Refers)
"""Rules that a single value breaks."""


def _value(contract: Contract, column: Column, place: int, window: Window) -> Any:  # noqa: ANN401 - values of any type
    rules = [rule for rule in contract.rules if rule.columns == (column.name,)]
    if column.examples:
        return column.examples[place % len(column.examples)]
    for rule in rules:
        if isinstance(rule, OneOf):
            return rule.values[0]
        if isinstance(rule, Pattern):
            raise ContractError(f"{contract.where}: column {column.name!r} must have examples that match its pattern.")
    match column.type:
        case "string":
            return _text(column.name, rules, place)
        case "integer" | "number":
            varies = any(isinstance(rule, Unique) and column.name in rule.columns for rule in contract.rules)
            return _number(rules, place if varies else 0)
        case "boolean":
            return True
        case "date":
            alone = any(isinstance(rule, Unique) for rule in rules)  # then each row has a day of its own
            days = dt.timedelta(days=place)
            return (window.start - days if alone and place > 1 else window.moment(place)).date()
        case "timestamp":
            return window.moment(place)


def _text(name: str, rules: list[Rule], place: int) -> str:
    """A word that differs from row to row, by the name of the column that it comes from, as short as it must be."""
    origin = next((rule.target for rule in rules if isinstance(rule, Refers)), name)
    length = next((rule.bounds for rule in rules if isinstance(rule, Length)), Bounds())
    word = f"{place:03d}{origin}".ljust(int(length.low or 0), "x")
    return word if length.high is None else word[: int(length.high)]


def _number(rules: list[Rule], place: int) -> int | float:
    bounds = next((rule.bounds for rule in rules if isinstance(rule, Within)), Bounds())
    refused = {value for rule in rules if isinstance(rule, NoneOf) for value in rule.values}
    low = 0 if bounds.low is None else float(bounds.low) + bounds.above
    found = low + place
    while found in refused:
        found += 1
    return int(found) if float(found).is_integer() else found


def _candidates(column: Column, rules: Sequence[Rule], sound: Any) -> Iterator[Any]:  # noqa: ANN401 - values of any type
    """Values that may break a rule, the least odd first."""
    for rule in rules:
        if isinstance(rule, NoneOf):
            yield from rule.values
        if isinstance(rule, Within):
            yield from _around(column.type, rule.bounds)
        if isinstance(rule, Length):
            if rule.bounds.low is not None:
                yield "x" * (int(rule.bounds.low) - 1)
            if rule.bounds.high is not None:
                yield str(sound).ljust(int(rule.bounds.high) + 1, "x")
    if column.type == "string":
        yield from (f"not {sound}", "?", "x" * len(str(sound)), "", str(sound)[:-1])
    if column.type in {"integer", "number"}:
        yield from (-1, 0, 10**9)


def _around(kind: ColumnType, bounds: Bounds) -> Iterator[Any]:
    for limit, sign, is_open in ((bounds.low, -1, bounds.above), (bounds.high, 1, bounds.below)):
        if limit is None:
            continue
        if is_open:
            yield limit
        if kind in {"integer", "number"}:
            yield Decimal(str(limit)) + sign
        else:
            moment = dt.datetime.fromisoformat(str(limit)) + sign * dt.timedelta(days=1)
            yield moment.date() if kind == "date" else moment
