from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ibis

from retro.contracts import GateVerdict, draft_contract, load_contract, probe_contract
from retro.sources import Tables

Shop = Callable[..., Tables]
Check = Callable[..., GateVerdict]

ORDERS = """
select
  i as order_id,
  if(i % 7 = 0, null, 'u' || i % 30) as user_id,
  ['paid', 'no', '待支付'][1 + i % 3] as status,
  (i % 90 + 0.5)::decimal(18, 2) as amount,
  -i / 2.0 as score,
  i % 2 = 0 as is_first,
  date '2025-01-01' + i::int as ordered_on,
  timestamp '2025-01-01' + interval (i) minute as "ordered at",
  ['a', 'b'] as tags
from range(100) as rows (i)
"""

DRAFT = """\
# Drafted from 100 rows. Types, nulls and values are what was seen: keep what must hold, loosen what happened to.
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 0.1.0
status: draft
team: {name: shop}
schema:
- name: orders
  businessName: orders
  description: What a row is.
  logicalType: object
  properties:
  - name: order_id
    businessName: order_id
    description: What it holds.
    logicalType: integer
    primaryKey: true
    # seen: 0 to 99
    logicalTypeOptions: {minimum: 0}
  - name: user_id
    businessName: user_id
    description: What it holds.
    logicalType: string
    # seen: 30 values, at most 3 characters
  - name: status
    businessName: status
    description: What it holds.
    logicalType: string
    required: true
    enum: [{value: "no"}, {value: paid}, {value: "待支付"}]
    # seen: 3 values, at most 4 characters
  - name: amount
    businessName: amount
    description: What it holds.
    logicalType: number
    physicalType: DECIMAL(18,2)
    required: true
    # seen: 0.50 to 89.50
    logicalTypeOptions: {minimum: 0}
  - name: score
    businessName: score
    description: What it holds.
    logicalType: number
    required: true
    # seen: -49.5 to 0.0
  - name: is_first
    businessName: is_first
    description: What it holds.
    logicalType: boolean
    required: true
  - name: ordered_on
    businessName: ordered_on
    description: What it holds.
    logicalType: date
    required: true
    # seen: 2025-01-01 to 2025-04-10
  - name: "ordered at"
    businessName: "ordered at"
    description: What it holds.
    logicalType: timestamp
    required: true
    # seen: 2025-01-01 00:00:00 to 2025-01-01 01:39:00
  # tags is left out: contracts know no type array<string>.
  quality:
  - {metric: rowCount, mustBeGreaterThan: 0}
"""


def test_a_draft_says_what_was_seen(shop: Shop) -> None:
    assert draft_contract(shop(orders=ORDERS).whole("orders"), "orders", owner="shop") == DRAFT


def test_a_draft_is_a_contract_that_its_data_keeps_and_that_bites(shop: Shop, check: Check, tmp_path: Path) -> None:
    tables = shop(orders=ORDERS)
    path = tmp_path / "orders.yaml"
    path.write_text(draft_contract(tables.whole("orders"), "orders"), encoding="utf-8")
    assert load_contract(path).key == ("order_id",)
    assert check(tables, contracts_dir=tmp_path).badge == "passed"
    assert [one.rule for one in probe_contract(path) if not one.holds] == []


def test_a_draft_of_an_empty_table_knows_its_types_and_nothing_else() -> None:
    drafted = draft_contract(ibis.memtable([], schema={"a": "string", "b": "int64"}), "things")
    assert "logicalType: integer" in drafted
    assert "required" not in drafted
    assert "seen" not in drafted.partition("\n")[2]
