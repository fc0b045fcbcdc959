"""Rules of a contract, in the form that gate, quarantine and sentences share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, get_args

Severity = Literal["error", "warning"]
"""An `error` stops the report; a `warning` is shown on it."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)

OnBreach = Literal["stop", "quarantine"]
"""What a broken `error` rule does: stop the report, or leave its rows out while they are few."""

ColumnType = Literal["string", "integer", "number", "boolean", "date", "timestamp"]
COLUMN_TYPES: tuple[ColumnType, ...] = get_args(ColumnType)

TimeUnit = Literal["minute", "hour", "day"]

Bound = int | float | str
"""A number, or a date or moment as ISO text."""

SELF = "${object}"
"""How a query of a contract calls the contract's own table."""

END = "${observedUntil}"
"""How a query of a contract calls the moment until which the source was observed."""

NOW = "${now}"
"""How a query of a contract calls the moment at which it is asked; no clock on earth shows a later one."""


@dataclass(frozen=True)
class Bounds:
    """Bounds of a value; None is open.

    Attributes:
        low: The smallest value.
        high: The largest value.
        above: Whether the value must lie above `low`, which is then not allowed itself.
        below: Whether the value must lie below `high`.
    """

    low: Bound | None = None
    high: Bound | None = None
    above: bool = False
    below: bool = False


@dataclass(frozen=True, kw_only=True)
class Rule:
    """The fields that every rule has.

    Attributes:
        name: The rule's name within its table, such as `order_id.unique`.
        columns: Columns that must be there, with their type, before the rule can be asked.
        tables: Other tables that must be there, each with the columns of it that must be.
        needs_end: Whether it must be known until when the source was observed.
        severity: What a breach means.
        on_breach: What a breach of severity `error` does.
        limit: With `on_breach` quarantine, the largest share of rows that may be left out.
        tolerance: The share of rows, 0 to 1, that may break the rule.
        said: The rule in the contract's own words by language, where its kind alone does not say it.
        counterexample: Columns and values of a row that breaks the rule: how to test it, for rules in SQL, and where
            a broken value would break a rule in SQL as well.
        also_breaks: Rules that break whenever it does.
    """

    kind: ClassVar[str]

    name: str
    columns: tuple[str, ...] = ()
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs_end: bool = False
    severity: Severity = "error"
    on_breach: OnBreach = "stop"
    limit: float = 0.0
    tolerance: float = 0.0
    said: Mapping[str, str] = field(default_factory=dict)
    counterexample: Mapping[str, Any] = field(default_factory=dict)
    also_breaks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HasType(Rule):
    """A column has its logical type; `exact` numbers are decimals or integers, as money must be."""

    kind = "type"
    type: ColumnType
    exact: bool = False


@dataclass(frozen=True, kw_only=True)
class NotNull(Rule):
    """A column is never empty."""

    kind = "not_null"


@dataclass(frozen=True, kw_only=True)
class Unique(Rule):
    """No two rows agree in all of `columns`. Rows beyond the first of their kind break the rule.

    Empty values of one column are not compared; in a key of several columns they equal one another.
    """

    kind = "unique"


@dataclass(frozen=True, kw_only=True)
class OneOf(Rule):
    """A column holds one of some values, or nothing."""

    kind = "one_of"
    values: tuple[Bound, ...]


@dataclass(frozen=True, kw_only=True)
class NoneOf(Rule):
    """A column holds none of the values that stand for "missing"."""

    kind = "none_of"
    values: tuple[Bound, ...]


@dataclass(frozen=True, kw_only=True)
class Within(Rule):
    """A column's values lie within bounds."""

    kind = "within"
    bounds: Bounds


@dataclass(frozen=True, kw_only=True)
class Length(Rule):
    """A text column's values have a length, in characters, within bounds."""

    kind = "length"
    bounds: Bounds


@dataclass(frozen=True, kw_only=True)
class Pattern(Rule):
    """A text column's values hold a match of a regular expression."""

    kind = "pattern"
    regex: str


@dataclass(frozen=True, kw_only=True)
class Refers(Rule):
    """A column's values are found in another table: a foreign key; those of `besides` need not be."""

    kind = "refers"
    table: str
    target: str
    besides: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoRows(Rule):
    """No row meets a condition, written in SQL over the row's own columns."""

    kind = "no_rows"
    condition: str


@dataclass(frozen=True, kw_only=True)
class Value(Rule):
    """A query's one value lies within bounds; it calls the table `${object}`."""

    kind = "value"
    query: str
    bounds: Bounds


@dataclass(frozen=True, kw_only=True)
class RowCount(Rule):
    """The table's number of rows lies within bounds; with `share_of_last`, it is compared with the last run's too."""

    kind = "row_count"
    bounds: Bounds
    share_of_last: float | None = None


@dataclass(frozen=True, kw_only=True)
class Fresh(Rule):
    """The newest moment of a column lies at most `minutes` before the end of the report's window."""

    kind = "fresh"
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Covers(Rule):
    """Every `unit` of the report's window has a row."""

    kind = "covers"
    unit: TimeUnit


WINDOW_KINDS = frozenset({Fresh.kind, Covers.kind})
"""Rules whose answer depends on the report's window."""

ROW_RULES = (NotNull, Unique, OneOf, NoneOf, Within, Length, Pattern, Refers, NoRows)
"""Rules that single rows break, so that the rows can be counted and set aside."""


@dataclass(frozen=True)
class Column:
    """A column as the contract promises it.

    Attributes:
        name: Its name, which is the name in the code.
        type: Its logical type.
        needed: Whether the table must have it. A column that may be absent is then "not covered".
        title: What it is called in Chinese.
        description: What it holds, in English.
        unit: What its values are counted in; empty for text, moments and identifiers.
        examples: Values that it may hold.
        personal: Whether its values point at people: a part of the key, or classified `restricted`.
    """

    name: str
    type: ColumnType
    needed: bool
    title: str = ""
    description: str = ""
    unit: str = ""
    examples: tuple[str, ...] = ()
    personal: bool = False


@dataclass(frozen=True)
class Contract:
    """The contract of one table.

    Attributes:
        table: The table's name.
        where: The contract's file, for messages.
        hash: SHA-256 of the file, so that a verdict knows which contract it judged by.
        owner: Who answers for the data.
        title: What the table is called in Chinese.
        description: What a row is, in English.
        key: The primary key, in order.
        worth: The column that says what a row is worth, where there is one.
        columns: Its columns.
        rules: The rules.
    """

    table: str
    where: str
    hash: str
    owner: str
    title: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    worth: str = ""
