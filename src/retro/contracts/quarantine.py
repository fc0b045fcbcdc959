"""Quarantine: the rows that break a rule, found in one scan for all rules, and left out where the contract allows it.

Great Expectations caps what it lists at 200 values and asks for them rule by rule. The conditions here are those that
its counts were made of, so that both come to the same number of rows.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis

from retro.contracts.conditions import breaks, filled, literal, quoted
from retro.contracts.odcs import contract_path, load_contract
from retro.contracts.rules import ROW_RULES, SELF, Contract, Rule
from retro.contracts.verdict import GateVerdict
from retro.errors import SourceError
from retro.files import shown
from retro.sources import Tables

_BROKEN = ("broken_rule", "broken_value", "broken_rows")
"""What follows the key columns in a quarantine file."""

_MOST_CHARACTERS = 200
"""A value longer than this is cut: it is shown to be recognised, not to be kept."""


@dataclass(frozen=True)
class Quarantined:
    """The broken rows of one table.

    Attributes:
        table: The table's name in the verdict.
        path: A Parquet file: key columns, `broken_rule`, `broken_value`, and in `broken_rows` how many rows there are
            in all, of which the file holds the first by key.
        rows: How many rows break each rule, by the rule's name.
    """

    table: str
    path: Path
    rows: Mapping[str, int]


def write_quarantine(
    tables: Tables, verdict: GateVerdict, *, folder: str, contracts_dir: Path, out: Path, most: int = 1000
) -> tuple[Quarantined, ...]:
    """Write the rows that break a rule, table by table.

    Args:
        tables: The source that was judged.
        verdict: What `check_tables` came to.
        folder: The params folder, as it was given to `check_tables`.
        contracts_dir: `data_contracts`.
        out: Where to write; never below `reports/`, since keys are in the files.
        most: How many rows to keep for each rule.

    Raises:
        SourceError: A file cannot be written.
    """
    written = []
    for label in dict.fromkeys(result.table for result in verdict.results):
        raw = label.startswith(f"{folder}/")
        name = label.removeprefix(f"{folder}/")
        broken = {result.rule for result in verdict.results if result.table == label and result.failed_rows}
        if not broken:
            continue
        contract = load_contract(contract_path(contracts_dir, name, folder if raw else None))
        rules = [rule for rule in contract.rules if rule.name in broken and isinstance(rule, ROW_RULES)]
        path = out / f"{label.replace('/', '.')}.parquet"
        table = tables.raw(name) if raw else tables.whole(name)
        query = broken_rows(contract, table.columns, rules, tables.source.observed_until, most)
        written.append(Quarantined(label, path, _write(ibis.get_backend(table), query, path)))
    return tuple(written)


def leave_out(tables: Tables, verdict: GateVerdict) -> None:
    """Take the rows that a verdict sets aside out of a source's tables.

    The table's view is put in front of the whole table, so that everything asked of the table afterwards goes without
    the rows; the engine of a source that was judged is DuckDB.
    """
    for one in verdict.set_aside:
        name = one.table.rpartition("/")[2]
        whole = f"{name} with broken rows"
        ((definition,),) = tables.connection.raw_sql(
            f"select sql from duckdb_views() where database_name = 'memory' and view_name = {literal(name)}"
        ).fetchall()
        body = definition.split(" AS ", 1)[1].rstrip("; ")
        tables.connection.raw_sql(f"create view {quoted(whole)} as {body}")
        condition = one.condition.replace(SELF, quoted(whole))
        tables.connection.raw_sql(f"""
            create or replace view {quoted(name)} as
            select * exclude "is broken"
            from (select *, coalesce({condition}, false) as "is broken" from {quoted(whole)})
            where not "is broken"
        """)


def worth_of(table: ibis.Table, contract: Contract, condition: str) -> tuple[int, Any]:
    """How many rows meet a condition, and the sum of the column that says what a row of the table is worth.

    The sum is None where the contract names no such column.
    """
    name = contract.table
    worth = quoted(contract.worth) if contract.worth else "null"
    query = f"""
        select count(*), sum(worth)
        from (select {worth} as worth, {condition.replace(SELF, quoted(name))} as is_broken from {quoted(name)})
        where is_broken
    """
    ((rows, total),) = ibis.get_backend(table).raw_sql(query).fetchall()
    return int(rows), total


def quarantine_lines(quarantined: Quarantined, most: int = 3) -> tuple[str, ...]:
    """What a quarantine file holds, one line for each rule, for the terminal.

    Keys and values are written as Python would, so that whatever a customer is called cannot move a cursor.

    Args:
        quarantined: The file.
        most: How many rows to show for each rule.
    """
    file = duckdb.read_parquet(str(quarantined.path))
    key = file.columns[: -len(_BROKEN)]
    lines = []
    for rule, rows in quarantined.rows.items():
        found = file.filter(f"broken_rule = {literal(rule)}").limit(most).fetchall()
        shown_rows = []
        for row in found:
            cells = dict(zip(file.columns, row, strict=True))
            name = ", ".join(f"{column}={cells[column]!r}" for column in key)
            shown_rows.append(f"{name} ({cells['broken_value']!r})")
        more = f" ... and {rows - len(found):,} more" if rows > len(found) else ""
        lines.append(f"{quarantined.table}: {rule}: {'; '.join(shown_rows)}{more}")
    return tuple(lines)


def broken_rows(
    contract: Contract,
    columns: Collection[str],
    rules: Collection[Rule],
    observed_until: dt.datetime | None,
    most: int,
) -> str:
    """A query for the first rows by key that break each rule, with their count: one scan for all rules.

    Each rule's rows are one bounded aggregate, so that a table of which every row is broken needs no memory.
    """
    there = [column.name for column in contract.columns if column.name in columns]
    key = contract.key or [column.name for column in contract.columns if column.needed] or there
    names = ", ".join(map(quoted, key))
    row = ", ".join(f"{quoted(column)}: {quoted(column)}" for column in key)
    flags, counts, parts = [], [], []
    for place, rule in enumerate(rules):
        flags.append(f"{filled(breaks(rule), contract.table, observed_until)} as broken_{place}")
        kept = f"min({{{row}, broken_value: {_value(rule)}}}, {most}) filter (where broken_{place})"
        counts.append(f"count(*) filter (where broken_{place}) as count_{place}, {kept} as kept_{place}")
        parts.append(
            f"select {names}, {literal(rule.name)} as broken_rule, broken_value, count_{place} as broken_rows "
            f"from (select unnest(kept_{place}, recursive := true), count_{place} from judged)"
        )
    return f"""
        with judged as materialized (
            select {", ".join(counts)} from (select *, {", ".join(flags)} from {quoted(contract.table)})
        )
        {" union all ".join(parts)}
    """


def _write(connection: Any, query: str, path: Path) -> dict[str, int]:  # noqa: ANN401 - an Ibis backend
    """Write the file of one table; how many rows break each rule."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".quarantine.") as folder:
        part = Path(folder) / path.name
        try:
            connection.raw_sql(f"copy ({query}) to {literal(str(part))} (format parquet)")
            part.replace(path)
        except OSError as reason:
            raise SourceError(f"{shown(path)}: file must be writable, got {reason.strerror}.") from None
    counted = f"select broken_rule, any_value(broken_rows) from read_parquet({literal(str(path))}) group by broken_rule"
    return dict(sorted(connection.raw_sql(counted).fetchall()))


def _value(rule: Rule) -> str:
    """What a row holds in the columns of a rule, as text that is short enough to be read."""
    values = [f"cast({quoted(column)} as varchar)" for column in rule.columns]
    if len(values) > 1:
        named = zip(rule.columns, values, strict=True)
        values = [f"{literal(column)} || '=' || coalesce({value}, '')" for column, value in named]
    return f"left(concat_ws(', ', {', '.join(values)}), {_MOST_CHARACTERS})" if values else "''"
