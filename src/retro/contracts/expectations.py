"""Translate a contract into a Great Expectations suite; refuse what it cannot express.

A suite is plain data, as `great_expectations.ExpectationSuite(**suite)` reads it. Stock expectations are used where
they say the rule. Two of our own (`expect_few_rows_to_break`, `expect_aggregate_to_be_between`) say the rest as one
aggregate each, so that all that is counted in a table travels in one scan; the stock ones for uniqueness, lengths,
regular expressions and queries each cost scans of their own, or do not exist on DuckDB.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from retro.contracts.conditions import as_row, breaks, filled, value_of
from retro.contracts.rules import (
    NOW,
    Bounds,
    Contract,
    Covers,
    Fresh,
    Length,
    NoneOf,
    NoRows,
    NotNull,
    OneOf,
    Pattern,
    Refers,
    RowCount,
    Rule,
    Unique,
    Value,
    Within,
)
from retro.errors import ContractError
from retro.sources.quoting import quoted

Expectation = tuple[str, dict[str, Any]]
"""An expectation's type and its arguments."""

_SEVERITIES = {"error": "critical", "warning": "warning"}

_EXACT = 2**53
"""Whole numbers from here on are not exact as floats."""
_SUBQUERY = re.compile(r"\(\s*(select|with)\b", re.IGNORECASE)

STEPS = {"minute": dt.timedelta(minutes=1), "hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1)}
"""How long a unit of coverage is."""


@dataclass(frozen=True)
class Facts:
    """Facts that rules are judged by besides the data.

    Attributes:
        start: The start of the report's window, local.
        end: Its end, exclusive.
        zone: The source's time zone, whose skipped hours need no rows.
        observed_until: Until when the source says that it was observed, local, exclusive; None where it does not say.
        last_rows: How many rows the table had when its data last differed; None on the first run.
    """

    start: dt.datetime
    end: dt.datetime
    zone: ZoneInfo
    observed_until: dt.datetime | None = None
    last_rows: int | None = None


def suite(contract: Contract, rules: Collection[Rule], facts: Facts, keep: int = 0) -> dict[str, Any]:
    """Make the suite of some of a contract's rules.

    Args:
        contract: Whose rules they are.
        rules: The rules to ask. Types are not among them: they are read from the schema, before any data.
        facts: What the rules may be judged by.
        keep: How many of the rows that break a rule to keep, where finding them again would cost as much as the
            answer itself: repeated keys, and rows that a subquery finds. DuckDB alone keeps them.

    Raises:
        ContractError: A rule is of a kind that has no expectation.
    """
    expectations = []
    for rule in rules:
        kind, arguments = expectation(rule, contract, facts)
        if keep and (expression := _keeping(rule, contract, facts, keep)):
            kind, arguments = "expect_few_rows_to_break", {"expression": expression}
        if rule.tolerance:
            arguments["mostly"] = 1 - rule.tolerance
        expectations.append(
            {"type": kind, "kwargs": arguments, "meta": {"rule": rule.name}, "severity": _SEVERITIES[rule.severity]}
        )
    return {"name": contract.table, "expectations": expectations}


def _keeping(rule: Rule, contract: Contract, facts: Facts, keep: int) -> str:
    """An aggregate that counts the rows that break a rule and keeps the first of them by key; empty for cheap rules."""
    table = quoted(contract.table)
    if isinstance(rule, Unique) and rule.columns == contract.key:
        known = f"where {quoted(rule.columns[0])} is not null" if len(rule.columns) == 1 else ""
        names = ", ".join(map(quoted, rule.columns))
        kept = f"min({{{as_row(contract.key)}, again: again}}, {keep})"
        repeated = f"select {names}, count(*) - 1 as again from {table} {known} group by {names} having count(*) > 1"
        return f"(select {{broken: coalesce(sum(again), 0), kept: {kept}}} from ({repeated}))"
    if isinstance(rule, Refers | NoRows) and contract.key:
        condition = filled(breaks(rule), contract.table, facts.observed_until)
        if _SUBQUERY.search(condition):
            kept = f"min({{{as_row(contract.key)}, broken_value: {value_of(rule)}}}, {keep})"
            return f"(select {{broken: count(*), kept: {kept}}} from {table} where {condition})"
    return ""


@functools.singledispatch
def expectation(rule: Rule, contract: Contract, facts: Facts) -> Expectation:  # noqa: ARG001 - kinds below need them
    """Translate a rule to an expectation.

    Raises:
        ContractError: There is none for this kind.
    """
    raise ContractError(f"{contract.where}: rule {rule.name!r} must have an expectation, got kind {rule.kind!r}.")


@expectation.register
def _(rule: NotNull, _contract: Contract, _facts: Facts) -> Expectation:
    return "expect_column_values_to_not_be_null", {"column": rule.columns[0]}


@expectation.register
def _(rule: OneOf, _contract: Contract, _facts: Facts) -> Expectation:
    return "expect_column_values_to_be_in_set", {"column": rule.columns[0], "value_set": list(rule.values)}


@expectation.register
def _(rule: NoneOf, _contract: Contract, _facts: Facts) -> Expectation:
    return "expect_column_values_to_not_be_in_set", {"column": rule.columns[0], "value_set": list(rule.values)}


@expectation.register
def _(rule: Within, contract: Contract, facts: Facts) -> Expectation:
    """Bounds of long integers go into a count, since the stock expectation makes them floats, which merge."""
    if any(isinstance(bound, int) and abs(bound) >= _EXACT for bound in (rule.bounds.low, rule.bounds.high)):
        return _counted(rule, contract, facts)
    return "expect_column_values_to_be_between", {"column": rule.columns[0], **_between(rule.bounds)}


@expectation.register(Length)
@expectation.register(Pattern)
@expectation.register(Refers)
@expectation.register(NoRows)
def _counted(rule: Rule, contract: Contract, facts: Facts) -> Expectation:
    condition = filled(breaks(rule), contract.table, facts.observed_until)
    if _SUBQUERY.search(condition):  # engines such as Spark take queries inside an aggregate only as whole values
        expression = f"(select count(*) from {quoted(contract.table)} where {condition})"
    else:
        expression = f"count(case when {condition} then 1 end)"
    return "expect_few_rows_to_break", {"expression": expression}


@expectation.register
def _(rule: Unique, _contract: Contract, _facts: Facts) -> Expectation:
    """Counts rows beyond the first of their kind, without the window function that the stock expectation needs."""
    names = ", ".join(map(quoted, rule.columns))
    if len(rule.columns) == 1:
        return "expect_few_rows_to_break", {"expression": f"count({names}) - count(distinct {names})"}
    return "expect_few_rows_to_break", {"expression": f"count(*) - count(distinct ({names}))"}


@expectation.register
def _(rule: Value, contract: Contract, facts: Facts) -> Expectation:
    query = filled(rule.query, contract.table, facts.observed_until)
    return "expect_aggregate_to_be_between", {"expression": f"({query})", **_between(rule.bounds)}


@expectation.register
def _(rule: RowCount, _contract: Contract, facts: Facts) -> Expectation:
    """Bounds are whole numbers, so that "above 0" is "at least 1"."""
    low, high = rule.bounds.low, rule.bounds.high
    least = None if low is None else int(low) + rule.bounds.above
    most = None if high is None else int(high) - rule.bounds.below
    if rule.share_of_last is not None and facts.last_rows is not None:
        least = max(least or 0, math.ceil(facts.last_rows * Decimal(str(rule.share_of_last))))
    bounds = {"min_value": least, "max_value": most}
    return "expect_table_row_count_to_be_between", {key: value for key, value in bounds.items() if value is not None}


@expectation.register
def _(rule: Fresh, contract: Contract, facts: Facts) -> Expectation:
    """Rows of the future do not make a table fresh."""
    oldest, name = facts.end - dt.timedelta(minutes=rule.minutes), quoted(rule.columns[0])
    newest = f"cast(max(case when {name} < {NOW} then {name} end) as timestamp)"
    expression = filled(newest, contract.table, facts.observed_until)
    return "expect_aggregate_to_be_between", {"expression": expression, "min_value": oldest.isoformat()}


@expectation.register
def _(rule: Covers, _contract: Contract, facts: Facts) -> Expectation:
    name = quoted(rule.columns[0])
    inside = f"{name} >= timestamp '{facts.start}' and {name} < timestamp '{facts.end}'"
    expression = f"count(distinct case when {inside} then date_trunc('{rule.unit}', {name}) end)"
    return "expect_aggregate_to_be_between", {"expression": expression, "min_value": units_of(facts, rule)}


def units_of(facts: Facts, rule: Covers) -> int:
    """How many minutes, hours or days the window has by the local clock.

    Examples:
        >>> facts = Facts(dt.datetime(2025, 3, 30), dt.datetime(2025, 3, 31), ZoneInfo("Europe/London"))
        >>> units_of(facts, Covers(name="day", unit="day")), units_of(facts, Covers(name="hour", unit="hour"))
        (1, 23)
    """
    moment = facts.start.replace(second=0, microsecond=0)
    if rule.unit != "minute":
        moment = moment.replace(minute=0)
    if rule.unit == "day":
        moment = moment.replace(hour=0)
    count = 0
    while moment < facts.end:
        count += rule.unit == "day" or _exists(moment, facts.zone)
        moment += STEPS[rule.unit]
    return count


def _between(bounds: Bounds) -> dict[str, Any]:
    given = {"min_value": bounds.low, "max_value": bounds.high, "strict_min": bounds.above, "strict_max": bounds.below}
    return {key: value for key, value in given.items() if value is not None and value is not False}


def _exists(moment: dt.datetime, zone: ZoneInfo) -> bool:
    """Whether a local clock ever shows a moment: in spring it jumps over an hour."""
    there = moment.replace(tzinfo=zone).astimezone(dt.UTC)
    return there.astimezone(zone).replace(tzinfo=None) == moment
