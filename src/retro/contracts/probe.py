"""Test a contract: break each rule once, on made-up rows, and expect exactly that rule to fire."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from retro.contracts.check import asking, check_table
from retro.contracts.conditions import breaks, filled
from retro.contracts.expectations import STEPS, Facts
from retro.contracts.odcs import contract_path, load_contract
from retro.contracts.rules import (
    ROW_RULES,
    WINDOW_KINDS,
    ColumnType,
    Contract,
    Covers,
    Fresh,
    HasType,
    NoRows,
    NotNull,
    RowCount,
    Rule,
    Unique,
    Value,
)
from retro.contracts.samples import Row, Window, broken_value, create_table, sound_rows
from retro.errors import ContractError
from retro.sources.connection import lock
from retro.sources.quoting import quoted

_START = dt.datetime(2025, 1, 6)  # noqa: DTZ001 - local, as tables have it
_ROW = "row of the probe"


@dataclass(frozen=True)
class Probe:
    """The result of breaking one rule.

    Attributes:
        rule: The rule.
        fired: The rules that fired.
        expected: The rules that had to fire: the rule, and what its contract says breaks with it.
    """

    rule: str
    fired: tuple[str, ...]
    expected: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether exactly the expected rules fired."""
        return set(self.fired) == set(self.expected)


@dataclass
class _Bench:
    """A contract's table of sound rows, with the tables that its rules look into."""

    contract: Contract
    window: Window
    connection: Any
    rows: list[Row]

    @property
    def facts(self) -> Facts:
        """What the rules are judged by: the data end with the window."""
        return Facts(self.window.start, self.window.end, ZoneInfo("UTC"), observed_until=self.window.end)

    def fired(self, rows: list[Row], rules: Collection[Rule], facts: Facts | None = None) -> tuple[str, ...]:
        create_table(self.connection.con, self.contract, rows, _ROW)
        table = self.connection.table(self.contract.table)
        checked = check_table(
            table,
            self.contract,
            ask=asking(self.connection, {}),
            label=self.contract.table,
            rules=rules,
            facts=facts or self.facts,
            others={name: self.connection.table(name).columns for name in self.connection.list_tables()},
        )
        broken = [one for one in checked.results if one.outcome == "not_checked"]
        if broken:
            raise ContractError(f"{self.contract.where}: rule {broken[0].rule!r} must work, got {broken[0].detail}.")
        return tuple(one.rule for one in checked.results if one.outcome == "failed")


def probe_contract(path: Path, contracts_dir: Path | None = None, folder: str | None = None) -> tuple[Probe, ...]:
    """Break each rule of a contract once.

    Args:
        path: The contract.
        contracts_dir: Where the contracts of other tables lie; by default beside it.
        folder: The folder of raw contracts, where the tables that the contract refers to are raw ones.

    Returns:
        One probe for each rule.

    Raises:
        ContractError: Made-up rows break a rule before anything is broken, or a rule in SQL has no counterexample.
    """
    contract = load_contract(path)
    bench = _set_up(contract, contracts_dir or path.parent, folder)
    if sound := bench.fired(bench.rows, _asked(contract)):
        raise ContractError(
            f"{contract.where}: made-up rows must keep every rule, got {', '.join(sound)} broken. "
            "Give the columns examples that keep them."
        )
    by_row = _probe_rows(bench)
    return tuple(by_row.get(rule.name) or _probe_table(bench, rule) for rule in contract.rules)


def _asked(contract: Contract) -> list[Rule]:
    return [rule for rule in contract.rules if not isinstance(rule, HasType)]


def _set_up(contract: Contract, contracts_dir: Path, folder: str | None) -> _Bench:
    units = [STEPS[rule.unit] for rule in contract.rules if isinstance(rule, Covers)]
    window = Window(_START, min(units, default=dt.timedelta(days=1)))
    count = len(contract.rules) + 2
    connection = ibis.duckdb.connect()
    for name in {table for rule in contract.rules for table in rule.tables}:
        other = load_contract(contract_path(contracts_dir, name, folder))
        create_table(connection.con, other, sound_rows(other, count, window))
    lock(connection)
    return _Bench(contract, window, connection, sound_rows(contract, count, window))


def _probe_rows(bench: _Bench) -> dict[str, Probe]:
    """Break every rule that single rows break, each on a row of its own, and ask all of them at once."""
    rules = [rule for rule in bench.contract.rules if isinstance(rule, ROW_RULES)]
    if not rules:
        return {}
    create_table(bench.connection.con, bench.contract, bench.rows, _ROW)
    broken = [dict(row) for row in bench.rows]
    for place, rule in enumerate(rules, start=1):
        broken[place] |= _change(bench, rule, place)
    for place, row in enumerate(broken):
        row[_ROW] = place
    fired_at_all = bench.fired(broken, rules)
    name, end = bench.contract.table, bench.window.end
    flags = ", ".join(f"coalesce({filled(breaks(rule), name, end)}, false)" for rule in rules)
    found = bench.connection.con.execute(f"select {quoted(_ROW)}, {flags} from {quoted(name)}").fetchall()
    by_row = {place: {rule.name for rule, flag in zip(rules, row, strict=True) if flag} for place, *row in found}
    probes = {}
    for place, rule in enumerate(rules, start=1):
        fired = by_row[place] | ({rule.name} & by_row[0] if isinstance(rule, Unique) else set())
        names = tuple(one.name for one in rules if one.name in fired and one.name in fired_at_all)
        probes[rule.name] = Probe(rule.name, names, (rule.name, *rule.also_breaks))
    return probes


def _change(bench: _Bench, rule: Rule, place: int) -> Row:
    if isinstance(rule, NotNull):
        return {rule.columns[0]: None}
    if isinstance(rule, Unique):
        return {name: bench.rows[0][name] for name in rule.columns}
    if isinstance(rule, NoRows) or rule.counterexample:
        return _counterexample(bench, rule)
    sound = bench.rows[place][rule.columns[0]]
    return {rule.columns[0]: broken_value(bench.connection.con, bench.contract, rule, sound)}


def _counterexample(bench: _Bench, rule: Rule) -> Row:
    if not rule.counterexample:
        raise ContractError(
            f"{bench.contract.where}: rule {rule.name!r} must have a counterexample: a custom property of that name "
            "with the columns and values of a row that breaks it."
        )
    return dict(rule.counterexample)


def _probe_table(bench: _Bench, rule: Rule) -> Probe:
    expected = (rule.name, *rule.also_breaks)
    if isinstance(rule, HasType):
        return Probe(rule.name, _mistype(bench, rule), expected)
    asked = _asked(bench.contract)
    facts, rows = bench.facts, [dict(row) for row in bench.rows]
    if isinstance(rule, RowCount) and rule.share_of_last is not None:
        facts = replace(facts, last_rows=10 * len(rows))
    elif isinstance(rule, RowCount):
        rows = _other_count(rule, rows)
        asked = [one for one in asked if one.kind not in WINDOW_KINDS]  # a table without rows covers no time either
    elif isinstance(rule, Value):
        rows[-1] |= _counterexample(bench, rule)
    else:
        # Rows that move in time no longer fit what other tables say of the same moment.
        asked = [one for one in asked if one is rule or not (one.kind in WINDOW_KINDS or one.tables)]
        for row in rows:
            row[rule.columns[0]] = _other_time(bench, rule)
    return Probe(rule.name, bench.fired(rows, asked, facts), expected)


def _other_count(rule: RowCount, rows: list[Row]) -> list[Row]:
    if rule.bounds.low is not None:
        return rows[: max(0, int(rule.bounds.low) - (not rule.bounds.above))]
    return rows * (int(rule.bounds.high or 0) // len(rows) + 1)


def _other_time(bench: _Bench, rule: Rule) -> dt.datetime | dt.date:
    """A moment that is too old, or one that leaves the second unit of the window empty."""
    moment = bench.window.start
    if isinstance(rule, Fresh):
        moment = bench.window.end - dt.timedelta(minutes=rule.minutes, seconds=1)
    column = next(one for one in bench.contract.columns if one.name == rule.columns[0])
    return moment.date() if column.type == "date" else moment


def _mistype(bench: _Bench, rule: HasType) -> tuple[str, ...]:
    """Give a column another type, and see which types are refused."""
    other: ColumnType = "string" if rule.type != "string" else "integer"
    columns = [replace(one, type=other) if one.name == rule.columns[0] else one for one in bench.contract.columns]
    types = [one for one in bench.contract.rules if isinstance(one, HasType)]
    kept = [one for one in types if one is not rule]
    create_table(bench.connection.con, replace(bench.contract, columns=tuple(columns), rules=tuple(kept)), [])
    checked = check_table(
        bench.connection.table(bench.contract.table),
        bench.contract,
        ask=asking(bench.connection, {}),
        label=bench.contract.table,
        rules=types,
        facts=bench.facts,
        others={},
    )
    return tuple(one.rule for one in checked.results if one.outcome == "failed")
