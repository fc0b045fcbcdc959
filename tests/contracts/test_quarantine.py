from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from broken_rows import CONTRACT, COUNTS, ORDERS, THREE_BAD_OF_TEN, USERS, allowing, rows_of
from retro.contracts import (
    GateVerdict,
    describe,
    leave_out,
    quarantine_lines,
    raise_on_breach,
    result_sentence,
    write_quarantine,
)
from retro.errors import ContractBreach
from retro.i18n import load_text
from retro.sources import Tables

Shop = Callable[..., Tables]
Check = Callable[..., GateVerdict]
Write = Callable[[str], Path]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "quarantine" / "run"


def found(path: Path) -> dict[str, int]:
    return dict(duckdb.sql(f"select broken_rule, count(*) from '{path}' group by all").fetchall())


def test_its_counts_are_those_of_the_gate(shop: Shop, check: Check, contract: Write, out: Path) -> None:
    tables, contracts = shop(orders=ORDERS, users=USERS), contract(CONTRACT).parent
    verdict = check(tables, contracts_dir=contracts, needed=["orders"])
    assert {one.rule: one.failed_rows for one in verdict.results if one.failed_rows} == COUNTS
    (written,) = write_quarantine(tables, verdict, folder="shop", contracts_dir=contracts, out=out)
    assert written.table == "orders"
    assert written.rows == COUNTS
    assert found(written.path) == COUNTS

    remembered = check(tables, contracts_dir=contracts, needed=["orders"])
    assert not remembered.kept("orders")
    (again,) = write_quarantine(tables, remembered, folder="shop", contracts_dir=contracts, out=out / "again")
    assert found(again.path) == COUNTS, "looked for where nothing was kept"
    assert rows_of(again.path) == rows_of(written.path)


def test_it_holds_keys_rules_and_values_and_nothing_else(shop: Shop, check: Check, contract: Write, out: Path) -> None:
    tables, contracts = shop(orders=ORDERS, users=USERS), contract(CONTRACT).parent
    verdict = check(tables, contracts_dir=contracts, needed=["orders"])
    write_quarantine(tables, verdict, folder="shop", contracts_dir=contracts, out=out)
    assert [path.name for path in out.iterdir()] == ["orders.parquet"]
    rows = duckdb.sql(f"from '{out / 'orders.parquet'}'")
    assert rows.columns == ["order_id", "broken_rule", "broken_value", "broken_rows"]
    found = rows.fetchall()
    assert ("o03", "status.enum", "lost", 1) in found
    assert ("o04", "amount.range", "99.50", 2) in found
    assert ("o04", "big_spenders", "amount=99.50, status=paid", 1) in found
    assert ("o06", "code.pattern", 'it\'s "=cmd|calc"', 2) in found


def test_it_is_capped_and_the_count_is_not(shop: Shop, check: Check, contract: Write, out: Path) -> None:
    tables, contracts = shop(orders=ORDERS, users=USERS), contract(CONTRACT).parent
    verdict = check(tables, contracts_dir=contracts, needed=["orders"])
    (written,) = write_quarantine(tables, verdict, folder="shop", contracts_dir=contracts, out=out, most=1)
    assert written.rows == COUNTS
    kept = duckdb.sql(f"select order_id, broken_rule, broken_rows from '{written.path}' where broken_rule like 'code%'")
    assert kept.fetchall() == [(None, "code.length", 2), ("o04", "code.pattern", 2)], "the first in the table's order"


def test_a_line_for_each_rule_cannot_move_the_cursor(shop: Shop, check: Check, contract: Write, out: Path) -> None:
    tables = shop(orders="select 'o' || i || chr(27) || '[2J' as order_id, 'B' as code from range(4) as rows (i)")
    contracts = contract("""
  properties:
  - {name: order_id, logicalType: string, primaryKey: true}
  - {name: code, logicalType: string, logicalTypeOptions: {pattern: "^A"}}
""").parent
    verdict = check(tables, contracts_dir=contracts)
    (written,) = write_quarantine(tables, verdict, folder="shop", contracts_dir=contracts, out=out)
    assert quarantine_lines(written, most=2) == (
        r"orders: code.pattern: order_id='o0\x1b[2J' ('B'); order_id='o1\x1b[2J' ('B') ... and 2 more",
    )


def test_a_long_value_is_cut(shop: Shop, check: Check, contract: Write, out: Path) -> None:
    tables = shop(orders="select 'o1' as order_id, repeat('长', 10000) as code")
    contracts = contract("""
  properties:
  - {name: order_id, logicalType: string, primaryKey: true}
  - {name: code, logicalType: string, logicalTypeOptions: {maxLength: 50}}
""").parent
    verdict = check(tables, contracts_dir=contracts)
    (written,) = write_quarantine(tables, verdict, folder="shop", contracts_dir=contracts, out=out)
    assert duckdb.sql(f"select broken_value from '{written.path}'").fetchall() == [("长" * 200,)]


def test_a_sound_shop_writes_nothing(shop: Shop, check: Check, contract: Write, out: Path) -> None:
    tables, contracts = shop(orders="select 'o1' as order_id"), contract(CONTRACT).parent
    verdict = check(tables, contracts_dir=contracts)
    assert write_quarantine(tables, verdict, folder="shop", contracts_dir=contracts, out=out) == ()
    assert not out.exists()


def test_few_broken_rows_are_left_out_and_told(shop: Shop, check: Check, contract: Write) -> None:
    tables, contracts = shop(orders=THREE_BAD_OF_TEN), contract(allowing(0.1)).parent
    verdict = check(tables, contracts_dir=contracts)
    raise_on_breach(verdict)
    assert verdict.badge == "warning"
    (aside,) = verdict.set_aside
    # o2 is there twice (amounts 1 and 2, either may go), and o9 is worth -5.
    assert (aside.table, aside.rules, aside.rows) == ("orders", ("order_id.unique", "amount.range"), 2)
    assert aside.worth in {Decimal(-4), Decimal(-3)}
    unique = next(one for one in verdict.results if one.rule == "order_id.unique")
    assert describe(unique).endswith("got 1 row that breaks this (of 10), left out.")
    assert result_sentence(unique, load_text("zh")) == "order_id 不能重复；10 行中有 1 行不符合，已剔除。"

    leave_out(tables, verdict)
    assert tables.row_count("orders") == 8
    assert tables.orders.amount.min().execute() > 0


def test_too_many_broken_rows_stop_the_report(shop: Shop, check: Check, contract: Write) -> None:
    verdict = check(shop(orders=THREE_BAD_OF_TEN), contracts_dir=contract(allowing(0.09)).parent)
    assert verdict.set_aside == ()
    with pytest.raises(ContractBreach, match="amount must be at least 0, got 1 row that breaks this"):
        raise_on_breach(verdict)


def test_without_a_verdict_to_leave_out_nothing_changes(shop: Shop, check: Check, contract: Write) -> None:
    tables = shop(orders="select 'o1' as order_id, 1::decimal(18, 2) as amount")
    leave_out(tables, check(tables, contracts_dir=contract(allowing(0.1)).parent))
    assert tables.row_count("orders") == 1
