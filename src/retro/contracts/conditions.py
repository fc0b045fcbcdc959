"""Which rows break a rule: one SQL condition for each, shared by the gate's counts and the quarantine's rows.

The dialect is DuckDB's. A row breaks a rule only where the condition is true; where it is null, the row has nothing
to be judged.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection

from retro.contracts.rules import (
    END,
    NOW,
    SELF,
    Bounds,
    Length,
    NoneOf,
    NoRows,
    NotNull,
    OneOf,
    Pattern,
    Refers,
    Rule,
    Unique,
    Within,
)
from retro.errors import ContractError
from retro.sources.quoting import literal, quoted

_EASTERNMOST = dt.timedelta(hours=14)
"""How far the earliest clock is ahead of UTC."""

_MOST_CHARACTERS = 200
"""A value longer than this is cut: it is shown to be recognised, not to be kept."""


@functools.singledispatch
def breaks(rule: Rule) -> str:
    """The SQL condition under which a row breaks a rule.

    Raises:
        ContractError: Single rows cannot break a rule of this kind.

    Examples:
        >>> breaks(Within(name="amount.range", columns=("amount",), bounds=Bounds(low=0, above=True)))
        '"amount" <= 0'
    """
    raise ContractError(f"rule {rule.name!r} must be one that single rows break, got kind {rule.kind!r}.")


@breaks.register
def _(rule: NoRows) -> str:
    return f"({rule.condition})"


@breaks.register
def _(rule: NotNull) -> str:
    return f"{quoted(rule.columns[0])} is null"


@breaks.register
def _(rule: Unique) -> str:
    key = ", ".join(quoted(name) for name in rule.columns)
    again = f"row_number() over (partition by {key}) > 1"
    return f"{key} is not null and {again}" if len(rule.columns) == 1 else again


@breaks.register
def _(rule: OneOf) -> str:
    return f"{quoted(rule.columns[0])} not in ({', '.join(map(literal, rule.values))})"


@breaks.register
def _(rule: NoneOf) -> str:
    return f"{quoted(rule.columns[0])} in ({', '.join(map(literal, rule.values))})"


@breaks.register
def _(rule: Within) -> str:
    return _outside(quoted(rule.columns[0]), rule.bounds)


@breaks.register
def _(rule: Length) -> str:
    return _outside(f"length({quoted(rule.columns[0])})", rule.bounds)


@breaks.register
def _(rule: Pattern) -> str:
    return f"not regexp_matches({quoted(rule.columns[0])}, {literal(rule.regex)})"


@breaks.register
def _(rule: Refers) -> str:
    column, target = quoted(rule.columns[0]), quoted(rule.target)
    known = f"select {target} from {quoted(rule.table)} where {target} is not null"
    other = f" and {column} not in ({', '.join(map(literal, rule.besides))})" if rule.besides else ""
    return f"{column} is not null{other} and {column} not in ({known})"


def filled(query: str, table: str, observed_until: dt.datetime | None) -> str:
    """A condition or query of a contract with its placeholders filled.

    Args:
        query: What the contract says.
        table: The contract's own table.
        observed_until: Until when the source was observed; None where no rule asks for it.

    Examples:
        >>> filled("select count(*) from ${object}", "orders", None)
        'select count(*) from "orders"'
    """
    return timed(query.replace(SELF, quoted(table)), observed_until)


def timed(query: str, observed_until: dt.datetime | None) -> str:
    """A condition or query of a contract with its moments filled."""
    now = (dt.datetime.now(dt.UTC) + _EASTERNMOST).replace(tzinfo=None, microsecond=0)
    return query.replace(END, f"timestamp '{observed_until}'").replace(NOW, f"timestamp '{now}'")


def as_row(columns: Collection[str]) -> str:
    """The fields of a row of some columns as text, for DuckDB's `{...}`.

    Examples:
        >>> print(as_row(["id", "day"]))
        "id": cast("id" as varchar), "day": cast("day" as varchar)
    """
    return ", ".join(f"{quoted(column)}: cast({quoted(column)} as varchar)" for column in columns)


def value_of(rule: Rule) -> str:
    """SQL for the values of a rule's columns, as short text."""
    values = [f"cast({quoted(column)} as varchar)" for column in rule.columns]
    if len(values) > 1:
        named = zip(rule.columns, values, strict=True)
        values = [f"{literal(column)} || '=' || coalesce({value}, '')" for column, value in named]
    return f"left(concat_ws(', ', {', '.join(values)}), {_MOST_CHARACTERS})" if values else "''"


def _outside(value: str, bounds: Bounds) -> str:
    parts = []
    if bounds.low is not None:
        parts.append(f"{value} {'<=' if bounds.above else '<'} {literal(bounds.low)}")
    if bounds.high is not None:
        parts.append(f"{value} {'>=' if bounds.below else '>'} {literal(bounds.high)}")
    return " or ".join(parts)
