from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

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

# Ten rows; every rule is broken by rows that can be pointed at.
ORDERS = """
select * from (values
  ('o01', 'u1', 'paid', 10.00::decimal(18, 2), 1, 'A1'),
  ('o02', 'u1', 'paid', -1.00::decimal(18, 2), 2, 'A2'),
  ('o03', 'u9', 'lost', 20.00::decimal(18, 2), 3, 'A3'),
  ('o04', 'u8', 'paid', 99.50::decimal(18, 2), 118, 'B4'),
  ('o04', 'u1', 'paid', 12.00::decimal(18, 2), 5, 'A5'),
  ('o04', 'u1', 'odd',  12.00::decimal(18, 2), 5, 'A5'),
  (null,  'u1', 'paid', 12.00::decimal(18, 2), 6, 'A6'),
  (null,  'u1', 'paid', 12.00::decimal(18, 2), 7, 'A7777'),
  ('o05', null, null,   null,                  null, null),
  ('o06', 'u1', 'paid', 12.00::decimal(18, 2), 118, 'it''s "=cmd|calc"')
) as rows (order_id, user_id, status, amount, age, code)
"""
USERS = "select 'u1' as user_id union all select null"

CONTRACT = """
  customProperties: [{property: worth, value: amount}]
  properties:
  - {name: order_id, logicalType: string, primaryKey: true}
  - {name: user_id, logicalType: string, relationships: [{to: users.user_id}]}
  - {name: status, logicalType: string, enum: [{value: paid}, {value: odd}]}
  - {name: amount, logicalType: number, physicalType: "DECIMAL(18,2)", logicalTypeOptions: {minimum: 0, maximum: 99}}
  - name: age
    logicalType: integer
    quality: [{metric: missingValues, arguments: {missingValues: [118]}, mustBe: 0}]
  - {name: code, logicalType: string, logicalTypeOptions: {pattern: "^A[0-9]", maxLength: 4}}
  quality:
  - {metric: rowCount, mustBeGreaterThan: 0}
  - {name: twice, metric: duplicateValues, arguments: {properties: [user_id, age]}, mustBe: 0}
  - name: big_spenders
    type: sql
    query: SELECT COUNT(*) FROM ${object} WHERE amount > (SELECT avg(amount) FROM ${object}) AND status = 'paid'
    description: paid orders must not be above the mean
    mustBe: 0
    customProperties: [{property: descriptionZh, value: 已支付订单不能高于均值}]
"""

COUNTS = {
    "age.missingValues": 2,
    "amount.range": 2,
    "big_spenders": 1,
    "code.length": 2,
    "code.pattern": 2,
    "order_id.required": 2,
    "order_id.unique": 2,
    "status.enum": 1,
    "twice": 1,
    "user_id.reference": 2,
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "quarantine" / "run"


def found(path: Path) -> dict[str, int]:
    return dict(duckdb.sql(f"select broken_rule, count(*) from '{path}' group by all").fetchall())


def rows_of(path: Path) -> list[tuple[object, ...]]:
    return duckdb.sql(f"from '{path}' order by all").fetchall()


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


SET_ASIDE = """
  customProperties: [{property: worth, value: amount}]
  properties:
  - {name: order_id, logicalType: string, primaryKey: true, customProperties: [QUARANTINE, LIMIT]}
  - name: amount
    logicalType: number
    physicalType: DECIMAL(18,2)
    logicalTypeOptions: {minimum: 0}
    customProperties: [QUARANTINE, LIMIT]
"""
THREE_BAD_OF_TEN = """
select 'o' || greatest(i, 2) as order_id, case i when 9 then -5 when 8 then null else i end::decimal(18, 2) as amount
from range(1, 11) as rows (i)
"""


def allowing(limit: float) -> str:
    quarantine = "{property: onBreach, value: quarantine}"
    return SET_ASIDE.replace("QUARANTINE", quarantine).replace("LIMIT", f"{{property: limit, value: {limit}}}")


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
