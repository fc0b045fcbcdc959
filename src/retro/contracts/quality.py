"""Read quality rules and service levels of a contract; refuse what cannot be checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import sqlglot
from sqlglot import expressions as sql
from sqlglot.optimizer.scope import traverse_scope

from retro.contracts.part import Part
from retro.contracts.rules import (
    END,
    NOW,
    SELF,
    ColumnType,
    Covers,
    Fresh,
    NoneOf,
    NoRows,
    NotNull,
    OneOf,
    Pattern,
    RowCount,
    Rule,
    TimeUnit,
    Unique,
    Value,
)
from retro.contracts.schema import number
from retro.contracts.settings import QUALITY, ROW_COUNT, bounds, runnable, said, settings, tolerance, typed_values
from retro.errors import ContractError, did_you_mean
from retro.sources.queries import refuse_acting

_COUNT_WHERE = re.compile(
    r"\s*select\s+count\(\*\)\s+from\s+\$\{object\}\s+where\s+(?P<condition>.+?);?\s*", re.IGNORECASE | re.DOTALL
)
_OBJECT = re.compile(r"\$?\{(?:object|table)\}")
_END = re.compile(r"\$?\{observedUntil\}")
_NOW = re.compile(r"\$?\{now\}")
_PROPERTY = re.compile(r"\$?\{(?:property|column)\}")

_UNITS: Mapping[str, TimeUnit] = {
    "m": "minute", "minute": "minute", "minutes": "minute",
    "h": "hour", "hour": "hour", "hours": "hour",
    "d": "day", "day": "day", "days": "day",
}  # fmt: skip
_MINUTES: Mapping[TimeUnit, int] = {"minute": 1, "hour": 60, "day": 1440}


def column_quality(part: Part, column: str, kind: ColumnType, severity: str, known: Collection[str]) -> Rule:
    """A quality rule of a column.

    Args:
        part: The rule's part of the contract.
        column: The column's name.
        kind: The column's type.
        severity: What holds where the rule says nothing.
        known: The contract's columns.

    Raises:
        ContractError: It is of a kind that cannot be checked, or does not fit its kind.
    """
    if part.get("type") == "sql":
        return _sql_rule(part, severity, known, column)
    metric = _metric(part)
    if metric == "rowCount":
        raise part.refuse("metric 'rowCount' must be said of the table. Move it to the table's own quality rules.")
    arguments = part.part("arguments")
    wanted = {"missingValues": {"missingValues"}, "invalidValues": {"validValues", "pattern"}}.get(metric, set())
    arguments.only(wanted, "argument")
    if len(arguments.data) != bool(wanted):
        raise part.refuse(f"metric {metric!r} must have one argument of: {', '.join(sorted(wanted)) or 'none'}.")
    common: dict[str, Any] = {"name": part.get("name") or f"{column}.{metric}", "columns": (column,)}
    common |= {"tolerance": tolerance(part), "said": said(part)} | settings(part, severity, QUALITY)
    values = typed_values(part, arguments.get("missingValues") or arguments.get("validValues") or (), kind)
    if metric == "nullValues":
        return NotNull(**common)
    if metric == "duplicateValues":
        return Unique(**common)
    if metric == "missingValues":
        return NoneOf(**common, values=values)
    pattern = arguments.get("pattern")
    return (
        OneOf(**common, values=values)
        if pattern is None
        else Pattern(**common, regex=runnable(arguments, str(pattern), "pattern"))
    )


def table_quality(part: Part, severity: str, known: Collection[str]) -> Rule:
    """A quality rule of the whole table.

    Args:
        part: The rule's part of the contract.
        severity: What holds where the rule says nothing.
        known: The contract's columns.

    Raises:
        ContractError: It is of a kind that cannot be checked, or does not fit its kind.
    """
    if part.get("type") == "sql":
        return _sql_rule(part, severity, known)
    metric = _metric(part)
    if metric == "rowCount":
        return _row_count(part, severity)
    if metric != "duplicateValues":
        raise part.refuse(f"metric {metric!r} must be said of a column. Move it to the column's own quality rules.")
    arguments = part.part("arguments")
    arguments.only({"properties"}, "argument")
    columns = tuple(arguments.get("properties") or ())
    if not columns:
        raise part.refuse("duplicateValues of a table must name its columns in arguments.properties.")
    for column in columns:
        if column not in known:
            raise part.refuse(f"column {column!r} must be in the contract. {did_you_mean(column, known)}", "arguments")
    return Unique(
        name=part.get("name") or metric,
        columns=columns,
        tolerance=tolerance(part),
        said=said(part),
        **settings(part, severity, QUALITY),
    )


def service_level(part: Part, severity: str, known: Collection[str]) -> Rule:
    """A service level as a rule: `latency` is freshness at the window's end, `frequency` is coverage of the window.

    Raises:
        ContractError: It is another one, which data alone cannot prove.
    """
    name, element = str(part.get("property")), str(part.get("element"))
    column = element.rsplit(".", maxsplit=1)[-1]
    if name not in {"latency", "frequency"}:
        raise part.refuse(f"service level {name!r} cannot be checked on data. Known: frequency, latency.", "property")
    if column not in known:
        raise part.refuse(f"element must name a column, got {element!r}. {did_you_mean(column, known)}", "element")
    value, given = number(part.get("value")), str(part.get("unit"))
    unit = _UNITS.get(given)
    if unit is None:
        raise part.refuse(f"unit must be a time, got {given!r}. Known units: d, h, m.", "unit")
    if not isinstance(value, int) or value < 1 or (name == "frequency" and value != 1):
        rule = "be 1" if name == "frequency" else "be a whole number, at least 1"
        raise part.refuse(f"value of {name} must {rule}, got {value!r}.", "value")
    common: dict[str, Any] = {"name": f"{column}.{name}", "columns": (column,)} | settings(part, severity, {"severity"})
    return Fresh(**common, minutes=value * _MINUTES[unit]) if name == "latency" else Covers(**common, unit=unit)


def _metric(part: Part) -> str:
    kind = part.get("type") or "library"
    if kind == "text":
        raise part.refuse("a rule of type text is prose that nothing can check. Move it to the description.")
    if kind != "library":
        raise part.refuse(f"a rule of type {kind} cannot be checked. Write it as type sql or library.")
    return str(part.get("metric"))


def _row_count(part: Part, severity: str) -> Rule:
    share = number(part.custom(ROW_COUNT).get("shareOfLastRun"))
    if share is not None and not (isinstance(share, int | float) and 0 < share <= 1):
        raise part.refuse(f"shareOfLastRun must be above 0 and at most 1, got {share!r}.")
    return RowCount(
        name=part.get("name") or "rowCount",
        bounds=bounds(part),
        share_of_last=share,
        said=said(part, ROW_COUNT),
        **settings(part, severity, ROW_COUNT),
    )


def _sql_rule(part: Part, severity: str, known: Collection[str], column: str | None = None) -> Rule:
    query = str(part.get("query"))
    for placeholder, name in ((_OBJECT, SELF), (_END, END), (_NOW, NOW)):
        query = placeholder.sub(name, query)
    if column is not None:
        query = _PROPERTY.sub(lambda _: f'"{column}"', query)
    columns, tables = _mentioned(part, query, known)
    words = said(part)
    if not part.get("name") or not words:
        raise part.refuse("a rule of type sql must have a name, a description and the custom property descriptionZh.")
    common: dict[str, Any] = {"name": part.get("name"), "columns": columns, "tables": tables, "said": words}
    common["needs_end"] = END in query
    common |= settings(part, severity, QUALITY)
    rows = _COUNT_WHERE.fullmatch(query)
    if rows and (part.get("mustBe") == 0 or part.get("unit") == "percent"):
        return NoRows(**common, tolerance=tolerance(part), condition=rows["condition"])
    if common["on_breach"] == "quarantine":
        raise part.refuse("onBreach: quarantine must stand on a rule 'SELECT COUNT(*) FROM ${object} WHERE ...'.")
    return Value(**common, query=query, bounds=bounds(part))


def _mentioned(part: Part, query: str, known: Collection[str]) -> tuple[tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    refuse_acting(query, f"{part.file.where((*part.at, 'query'))}: query", error=ContractError)
    try:
        statements = sqlglot.parse(
            query.replace(SELF, "this_table").replace(END, "now()").replace(NOW, "now()"), read="duckdb"
        )
    except sqlglot.errors.SqlglotError as reason:
        raise part.refuse(f"query must be SQL, got {str(reason).splitlines()[0]}", "query") from None
    except RecursionError:
        raise part.refuse("query must be SQL that nests less deeply.", "query") from None
    tree = statements[0]
    if len(statements) != 1 or not isinstance(tree, sql.Select | sql.SetOperation):
        raise part.refuse("query must be one SELECT.", "query")
    columns = {column.name for column in tree.find_all(sql.Column)} & set(known)
    own = {"this_table", *(expression.alias for expression in tree.find_all(sql.CTE))}
    tables = {table.name for table in tree.find_all(sql.Table)} - own
    named = _named(tree)
    return tuple(sorted(columns)), {name: tuple(sorted(named.get(name, ()))) for name in sorted(tables)}


def _named(tree: sql.Expr) -> Mapping[str, set[str]]:
    """The columns that a query means of each table: those that it calls by the table, or returns of it alone.

    SQL takes one without its table from a query around where the table lacks it, so that a key is found in itself.

    Examples:
        >>> _named(sqlglot.parse_one("select 1 from o where u not in (select k from users where v) and o.n > 1"))
        {'users': {'k'}, 'o': {'n'}}
    """
    named: dict[str, set[str]] = {}
    for scope in traverse_scope(tree):
        alone = next(iter(scope.selected_sources)) if len(scope.selected_sources) == 1 else ""
        query: Any = scope.expression
        returned = {id(one.unalias()) for one in query.selects}
        for column in scope.columns:
            source = scope.sources.get(column.table or (alone if id(column) in returned else ""))
            if isinstance(source, sql.Table):
                named.setdefault(source.name, set()).add(column.name)
    return named
