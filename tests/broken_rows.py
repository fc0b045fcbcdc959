"""Orders of which some rows break each rule of their contract, for every engine that the gate can ask."""

from __future__ import annotations

from pathlib import Path

import duckdb

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


def rows_of(path: Path) -> list[tuple[object, ...]]:
    return duckdb.sql(f"from '{path}' order by all").fetchall()


LOOKING = """
  properties:
  - {name: order_id, logicalType: string, primaryKey: true}
  - {name: user_id, logicalType: string, relationships: [{to: users.user_id}]}
  quality:
  - name: known_user
    type: sql
    query: SELECT COUNT(*) FROM ${object} WHERE user_id NOT IN (SELECT user_id k FROM users WHERE user_id IS NOT NULL)
    description: users must be known
    mustBe: 0
    customProperties: [{property: descriptionZh, value: 用户应能找到}]
  - name: joined_user
    type: sql
    query: SELECT COUNT(*) FROM ${object} AS o LEFT JOIN users ON o.user_id = users.user_id WHERE users.user_id IS NULL
    description: users must be known
    mustBe: 0
    customProperties: [{property: descriptionZh, value: 用户应能找到}]
  - name: known_member
    type: sql
    query: SELECT COUNT(*) FROM ${object} WHERE user_id NOT IN (SELECT member_id FROM users WHERE member_id IS NOT NULL)
    description: members must be known
    mustBe: 0
    customProperties: [{property: descriptionZh, value: 会员应能找到}]
"""
"""Rules that look into users of whom a shop may keep no `user_id`."""
MEMBERS = "select 'u1' as member_id"
NOT_LOOKED_FOR = [f"orders.{rule} (users.user_id)" for rule in ("user_id.reference", "known_user", "joined_user")]
