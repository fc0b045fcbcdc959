"""Quarantine: the first rows that break each rule, and all of them left out where the contract allows it.

Great Expectations caps what it lists at 200 values. The conditions here are those that its counts were made of, so that
both mean the same rows; one query finds them, each part of it stopping at the cap, and what is dear to find, repeated
keys and orphans, the gate kept while it counted.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import ibis
from ibis.backends.sql.datatypes import DuckDBType

from retro.contracts.conditions import breaks, filled, value_of
from retro.contracts.dialects import name_tables, rows_of, translated
from retro.contracts.odcs import contract_path, load_contract
from retro.contracts.rules import ROW_RULES, SELF, Contract, Rule, Unique
from retro.contracts.verdict import MOST_KEPT, GateVerdict, KeptRow
from retro.errors import SourceError
from retro.files import make_folder, shown
from retro.sources import Tables
from retro.sources.quoting import literal, quoted
from retro.sources.views import copy_view

_BROKEN = ("broken_rule", "broken_value", "broken_rows")
"""What follows the key columns in a quarantine file."""


@dataclass(frozen=True)
class Quarantined:
    """The broken rows of one table.

    Attributes:
        table: The table's name in the verdict.
        path: A Parquet file: key columns, `broken_rule`, `broken_value`, and in `broken_rows` how many rows there are
            in all, of which the file holds the first.
        rows: How many rows break each rule, by the rule's name.
    """

    table: str
    path: Path
    rows: Mapping[str, int]


def write_quarantine(
    tables: Tables, verdict: GateVerdict, *, folder: str, contracts_dir: Path, out: Path, most: int = MOST_KEPT
) -> tuple[Quarantined, ...]:
    """Write the rows that break a rule, table by table.

    Args:
        tables: The source that was judged.
        verdict: The verdict of `check_tables`.
        folder: The params folder, as it was given to `check_tables`.
        contracts_dir: `data_contracts`.
        out: Where to write; never below `reports/`, since keys are in the files.
        most: How many rows to keep for each rule.

    Raises:
        SourceError: A file cannot be written.
    """
    name_tables(tables.connection, tables.by_name)
    written = []
    for label in dict.fromkeys(result.table for result in verdict.results):
        raw = label.startswith(f"{folder}/")
        name = label.removeprefix(f"{folder}/")
        broken = {one.rule: one.failed_rows for one in verdict.results if one.table == label and one.failed_rows}
        if not broken:
            continue
        contract = load_contract(contract_path(contracts_dir, name, folder if raw else None))
        rules = [
            (rule, broken[rule.name]) for rule in contract.rules if rule.name in broken and isinstance(rule, ROW_RULES)
        ]
        path = out / f"{label.replace('/', '.')}.parquet"
        table = tables.raw(name) if raw else tables.whole(name)
        connection = ibis.get_backend(table)
        types = {column: DuckDBType.to_string(kind) for column, kind in table.schema().items()}
        kept = verdict.kept(label) if most <= MOST_KEPT else {}
        query = broken_rows(contract, types, rules, kept, tables.source.observed_until, most)
        written.append(Quarantined(label, path, _write(connection, query, path)))
    return tuple(written)


def leave_out(tables: Tables, verdict: GateVerdict) -> None:
    """Take the rows that a verdict sets aside out of a source's tables.

    On DuckDB the table's view is put in front of the whole table, so that everything asked of the table afterwards goes
    without the rows. Tables of a server are no views of ours: there the table gives way to one without the rows.
    """
    connection = tables.connection
    for one in verdict.set_aside:
        name = one.table.rpartition("/")[2]
        of_server = connection.name != "duckdb"
        whole = name if of_server else f"{name} with broken rows"
        condition = one.condition.replace(SELF, quoted(whole))
        marked = f'select *, coalesce({condition}, false) as "is broken" from {quoted(whole)}'
        if of_server:
            name_tables(connection, tables.by_name)
            query = f'select * from ({marked}) as marked where not "is broken"'
            sound = connection.sql(translated(connection, query))
            tables.replace(name, sound.drop("is broken"))
            continue
        copy_view(connection, name, whole)
        sound = f'select * exclude "is broken" from ({marked}) where not "is broken"'
        connection.raw_sql(f"create or replace view {quoted(name)} as {sound}")


def worth_of(table: ibis.Table, contract: Contract, condition: str) -> tuple[int, Any]:
    """How many rows meet a condition, and the sum of the column that says what a row of the table is worth.

    The sum is None where the contract names no such column.
    """
    name = contract.table
    worth = quoted(contract.worth) if contract.worth else "null"
    query = f"""
        select count(*), sum(worth)
        from (
            select {worth} as worth, {condition.replace(SELF, quoted(name))} as is_broken from {quoted(name)}
        ) as marked
        where is_broken
    """
    ((rows, total),) = rows_of(ibis.get_backend(table), query)
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
    types: Mapping[str, str],
    broken: Sequence[tuple[Rule, int]],
    kept: Mapping[str, Sequence[KeptRow]],
    observed_until: dt.datetime | None,
    most: int,
) -> str:
    """A query for the first rows that break each rule.

    Each part stops as soon as it has found what it may keep. What the gate kept of a rule is not looked for again.

    Args:
        contract: Whose rules they are.
        types: The types of the table's columns, as DuckDB calls them.
        broken: The rules, with how many rows break each.
        kept: What the gate kept, by the rule's name.
        observed_until: Until when the source was observed.
        most: How many rows to keep for each rule.
    """
    there = [column.name for column in contract.columns if column.name in types]
    key = contract.key or tuple(column.name for column in contract.columns if column.needed) or tuple(there)
    names = ", ".join(map(quoted, key))
    parts = []
    for rule, count in broken:
        rows = _kept(kept[rule.name], types, key) if rule.name in kept else _found(rule, contract, key, observed_until)
        parts.append(
            f"(select {names}, {literal(rule.name)} as broken_rule, broken_value, {count} as broken_rows "
            f"from ({rows}) as found limit {min(most, count)})"
        )
    return " union all ".join(parts)


def _kept(rows: Sequence[KeptRow], types: Mapping[str, str], key: Sequence[str]) -> str:
    """Rows that the gate kept, their keys in their own types again; a repeated key as often as it is too much."""
    entries = [
        f"({', '.join(_cell(row[name], types[name]) for name in key)}, {_cell(_value_kept(row, key), 'varchar')})"
        for row in rows
        for _ in range(int(row.get("again", 1)))
    ]
    return f"select * from (values {', '.join(entries)}) as kept ({', '.join(map(quoted, key))}, broken_value)"


def _value_kept(row: KeptRow, key: Sequence[str]) -> str | None:
    if "again" not in row:
        value: str | None = row["broken_value"]
        return value
    return str(row[key[0]]) if len(key) == 1 else ", ".join(f"{name}={row[name] or ''}" for name in key)


def _cell(value: str | None, kind: str) -> str:
    return f"cast({'null' if value is None else literal(value)} as {kind})"


def _found(rule: Rule, contract: Contract, key: Sequence[str], observed_until: dt.datetime | None) -> str:
    table, names = quoted(contract.table), ", ".join(map(quoted, key))
    condition = filled(breaks(rule), contract.table, observed_until)
    if isinstance(rule, Unique):  # only rows that are there twice are put in order
        mine = ", ".join(map(quoted, rule.columns))
        alike = " and ".join(f"rows.{name} is not distinct from twice.{name}" for name in map(quoted, rule.columns))
        twice = f"select {mine} from {table} group by {mine} having count(*) > 1"
        table = f"(select rows.* from {table} as rows semi join ({twice}) as twice on {alike})"
        return f"select {names}, {value_of(rule)} as broken_value from {table} qualify {condition}"
    return f"select {names}, {value_of(rule)} as broken_value from {table} where {condition}"


def _write(connection: Any, query: str, path: Path) -> dict[str, int]:  # noqa: ANN401 - an Ibis backend
    """Write the file of one table; how many rows break each rule."""
    make_folder(path.parent)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".quarantine.") as folder:
        part = Path(folder) / path.name
        try:
            # The source's connection itself may write nothing.
            if connection.name == "duckdb":
                rows = connection.con.sql(query).to_arrow_reader()
            else:
                rows = connection.sql(translated(connection, query)).to_pyarrow()
            duckdb.from_arrow(rows).write_parquet(str(part))
            part.chmod(0o600)
            part.replace(path)
        except OSError as reason:
            raise SourceError(f"{shown(path)}: file must be writable, got {reason.strerror}.") from None
    counted = duckdb.read_parquet(str(path)).aggregate("broken_rule, any_value(broken_rows)")
    return dict(sorted(counted.fetchall()))
