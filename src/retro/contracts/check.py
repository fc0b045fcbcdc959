"""Check one table against its contract: structure first, then data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis

from retro.contracts.answer import Answer
from retro.contracts.conditions import breaks, timed
from retro.contracts.dialects import ENGINES, in_dialect, name_tables, views_of
from retro.contracts.expectations import Facts, suite, units_of
from retro.contracts.joins import in_one_scan
from retro.contracts.quarantine import worth_of
from retro.contracts.rules import Contract, Covers, Fresh, RowCount, Rule
from retro.contracts.sentences import sentences
from retro.contracts.structure import Columns, examine
from retro.contracts.verdict import KeptRow, Outcome, RuleResult, SetAside
from retro.errors import ContractError
from retro.sources.quoting import quoted

Ask = Callable[[Mapping[str, Any]], Mapping[str, Answer]]
"""Asks a suite of the engine that holds the table."""


@dataclass(frozen=True)
class Checked:
    """The results of a table's rules.

    Attributes:
        results: The results by rule, in the contract's order.
        rows: The table's number of rows.
        not_covered: What the table does not have and need not have.
        set_aside: Rows that the report leaves out.
        kept: The first rows that break a rule, by the rule's name, where the engine was told to keep them.
        certain: Whether the engine answered every question, so that the results may be remembered.
    """

    results: tuple[RuleResult, ...]
    rows: int
    not_covered: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
    kept: Mapping[str, Sequence[KeptRow]]
    certain: bool


def asking(connection: Any, tables: Mapping[str, ibis.Table]) -> Ask:  # noqa: ANN401 - an Ibis backend
    """Return the function that asks a suite of an engine.

    Args:
        connection: The Ibis backend that holds the tables.
        tables: The tables by the names that contracts call them.

    Returns:
        The function; it raises ContractError for an engine that cannot be asked.
    """

    def ask(questions: Mapping[str, Any]) -> Mapping[str, Answer]:
        engine = connection.name
        if engine not in {"duckdb", *ENGINES}:
            raise ContractError(
                f"contracts: engine must be DuckDB, Spark or PostgreSQL, got {engine!r}. Check an extract of the data."
            )
        from retro.contracts import great  # noqa: PLC0415 - five seconds, and only when a verdict is not known

        name_tables(connection, tables)
        ask_engine = {"duckdb": great.ask_duckdb, "pyspark": great.ask_spark, "postgres": great.ask_postgres}[engine]
        return ask_engine(connection, _translated(questions, engine, views_of(connection)))

    return ask


def _translated(questions: Mapping[str, Any], engine: str, views: Mapping[str, str]) -> Mapping[str, Any]:
    """A suite whose SQL is the engine's, and the query that stands for its table."""
    table = questions["name"]
    query, expectations = f"select * from {quoted(table)}", questions["expectations"]
    if engine == "duckdb":
        return {**questions, "query": query}
    own = [one for one in expectations if "expression" in one["kwargs"]]
    asked = [one["kwargs"]["expression"] for one in own]
    if engine == "pyspark":
        query, asked = in_one_scan(table, asked)
    expressions = iter(in_dialect(f"select {one}", engine, views).removeprefix("SELECT ") for one in asked)
    told = [
        {**one, "kwargs": {**one["kwargs"], "expression": next(expressions)}} if one in own else one
        for one in expectations
    ]
    return {**questions, "query": in_dialect(query, engine, views), "expectations": told}


def check_table(
    table: ibis.Table,
    contract: Contract,
    *,
    ask: Ask,
    label: str,
    rules: Collection[Rule],
    facts: Facts,
    others: Columns,
    keep: int = 0,
) -> Checked:
    """Check some of a contract's rules.

    Args:
        table: The table, on an engine that can be asked.
        contract: What it must be.
        ask: Asks a suite of the engine.
        label: The table's name in the verdict.
        rules: The rules to check.
        facts: What the rules may be judged by besides the data.
        others: Tables that rules may refer to, with their columns.
        keep: How many broken rows to keep for each rule; only DuckDB can.
    """
    has_end = facts.observed_until is not None
    structure = examine(contract, rules, table.schema(), others, has_end=has_end)
    answers: Mapping[str, Answer] = {}
    if structure.askable:
        answers = ask(suite(contract, structure.askable, facts, keep))
    found = {rule.name: _result(label, rule, "passed") for rule in structure.holds}
    found |= {rule.name: _result(label, rule, "failed", detail=kind) for rule, kind in structure.breaks}
    found |= {rule.name: _result(label, rule, "not_checked", detail=why) for rule, why in structure.unanswerable}
    found |= {rule.name: _judged(label, rule, answers[rule.name], facts) for rule in structure.askable}
    aside = [rule for rule in structure.askable if found[rule.name].set_aside]
    return Checked(
        results=tuple(found[rule.name] for rule in rules if rule.name in found),
        set_aside=(_set_aside(table, contract, label, aside, facts),) if aside else (),
        rows=_rows(table, structure.askable, answers),
        not_covered=structure.not_covered,
        kept={name: answer.kept for name, answer in answers.items() if answer.kept},
        certain=not any(answer.problem for answer in answers.values()),
    )


def _judged(label: str, rule: Rule, answer: Answer, facts: Facts) -> RuleResult:
    if answer.problem:
        return _result(label, rule, "not_checked", detail=answer.problem)
    return _result(
        label,
        rule,
        "passed" if answer.success else "failed",
        detail=_observed(rule, answer.value, facts) if answer.broken is None else "",
        checked_rows=answer.rows,
        failed_rows=answer.broken,
        set_aside=not answer.success and _may_be_set_aside(rule, answer),
    )


def _may_be_set_aside(rule: Rule, answer: Answer) -> bool:
    """Whether the contract lets a report go on without the rows that break a rule: they must be few."""
    few = bool(answer.rows) and (answer.broken or 0) <= rule.limit * (answer.rows or 0)
    return rule.severity == "error" and rule.on_breach == "quarantine" and few


def _set_aside(table: ibis.Table, contract: Contract, label: str, rules: Collection[Rule], facts: Facts) -> SetAside:
    condition = timed(" or ".join(f"({breaks(rule)})" for rule in rules), facts.observed_until)
    rows, worth = worth_of(table, contract, condition)
    return SetAside(table=label, rules=tuple(rule.name for rule in rules), rows=rows, worth=worth, condition=condition)


def _result(label: str, rule: Rule, outcome: Outcome, **found: Any) -> RuleResult:  # noqa: ANN401 - fields of the result
    return RuleResult(
        table=label,
        rule=rule.name,
        kind=rule.kind,
        severity=rule.severity,
        outcome=outcome,
        said=sentences(rule),
        **found,
    )


def _observed(rule: Rule, value: Any, facts: Facts) -> str:  # noqa: ANN401 - whatever the engine returns
    if value is None:
        return "-"
    if isinstance(rule, Covers):
        return f"{value:,} / {units_of(facts, rule):,}"
    if isinstance(rule, Fresh):
        value = dt.datetime.fromisoformat(str(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _rows(table: ibis.Table, rules: Collection[Rule], answers: Mapping[str, Answer]) -> int:
    for rule in rules:
        answer = answers[rule.name]
        rows = answer.value if isinstance(rule, RowCount) else answer.rows
        if rows is not None:
            return int(rows)
    return int(table.count().execute())
