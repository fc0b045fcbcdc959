"""Compare a table's columns and types with its contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from retro.contracts.rules import Contract, HasType, Rule

Columns = Mapping[str, Collection[str]]
"""The columns of tables by their names."""


@dataclass(frozen=True)
class Structure:
    """A contract's rules sorted by what a table's schema answers.

    Attributes:
        holds: Type rules that hold.
        breaks: Type rules that do not, with the type that was found.
        askable: Rules that can be asked of the data.
        unanswerable: Rules that cannot, with the reason.
        not_covered: Columns that may be absent and are, and rules that need a table or a column of one that is not
            there, which is named, or an end of the data that the source does not say.
    """

    holds: tuple[Rule, ...]
    breaks: tuple[tuple[Rule, str], ...]
    askable: tuple[Rule, ...]
    unanswerable: tuple[tuple[Rule, str], ...]
    not_covered: tuple[str, ...]


def examine(
    contract: Contract, rules: Collection[Rule], schema: Mapping[str, Any], tables: Columns, *, has_end: bool
) -> Structure:
    """Compare a table's schema with its contract.

    Types are compared here and not by Great Expectations, which knows them by each engine's own names only.

    Args:
        contract: What the table must be.
        rules: The rules of it to look at.
        schema: The table's columns with their Ibis types.
        tables: The tables that rules may refer to, with their columns.
        has_end: Whether it is known until when the source was observed.
    """
    absent = {column.name for column in contract.columns} - set(schema)
    optional = {column.name for column in contract.columns if not column.needed} & absent
    types = [rule for rule in contract.rules if isinstance(rule, HasType) and rule.columns[0] in schema]
    wrong = {rule.columns[0] for rule in types if not _fits(rule, schema[rule.columns[0]])}
    holds: list[Rule] = []
    breaks: list[tuple[Rule, str]] = []
    askable: list[Rule] = []
    unanswerable: list[tuple[Rule, str]] = []
    not_covered = sorted(optional)
    for rule in rules:
        columns = set(rule.columns)
        if columns & optional:
            continue  # the column itself is named as not covered
        if lacking := _lacking(rule, tables):
            not_covered.append(f"{rule.name} ({lacking})")
        elif rule.needs_end and not has_end:
            not_covered.append(rule.name)
        elif missing := sorted(columns & absent):
            unanswerable.append((rule, f"column {missing[0]!r} is missing"))
        elif isinstance(rule, HasType) and columns & wrong:
            breaks.append((rule, str(schema[rule.columns[0]])))
        elif isinstance(rule, HasType):
            holds.append(rule)
        elif unfit := sorted(columns & wrong):
            unanswerable.append((rule, f"column {unfit[0]!r} has another type"))
        else:
            askable.append(rule)
    return Structure(tuple(holds), tuple(breaks), tuple(askable), tuple(unanswerable), tuple(not_covered))


def _lacking(rule: Rule, tables: Columns) -> str:
    """The first table, or column of one, that a rule looks into and that is not there; SQL minds no case of columns."""
    for table, columns in rule.tables.items():
        if table not in tables:
            return table
        there = {column.lower() for column in tables[table]}
        if missing := [column for column in columns if column.lower() not in there]:
            return f"{table}.{missing[0]}"
    return ""


def _fits(rule: HasType, kind: Any) -> bool:  # noqa: ANN401 - an Ibis type
    match rule.type:
        case "string":
            return bool(kind.is_string())
        case "integer":
            return bool(kind.is_integer())
        case "number":
            return bool(kind.is_decimal() or kind.is_integer() or (kind.is_floating() and not rule.exact))
        case "boolean":
            return bool(kind.is_boolean())
        case "date":
            return bool(kind.is_date())
        case "timestamp":
            return bool(kind.is_timestamp())
