from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from retro.contracts import probe_contract
from retro.errors import ContractError

CONTRACTS = Path(__file__).parents[2] / "data_contracts"

Write = Callable[[str], Path]


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(CONTRACTS.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_rule_of_the_project_fires_alone_when_it_is_broken(path: Path) -> None:
    folder = path.parent.name if path.parent != CONTRACTS else None
    probes = probe_contract(path, CONTRACTS, folder)
    assert [(one.rule, set(one.fired)) for one in probes] == [(one.rule, set(one.expected)) for one in probes]


def test_a_rule_of_every_kind_can_be_broken(contract: Write) -> None:
    probes = probe_contract(
        contract("""
  properties:
  - {name: order_id, logicalType: string, primaryKey: true, logicalTypeOptions: {minLength: 4, maxLength: 20}}
  - {name: code, logicalType: string, examples: [A1, A2], logicalTypeOptions: {pattern: "^A[0-9]$"}}
  - name: age
    logicalType: integer
    logicalTypeOptions: {minimum: 18, exclusiveMaximum: 200}
    quality: [{metric: missingValues, arguments: {missingValues: [118]}, mustBe: 0}]
  - {name: paid, logicalType: boolean}
  - {name: paid_on, logicalType: date, logicalTypeOptions: {minimum: 2020-01-01}}
  - {name: at, logicalType: timestamp}
  quality:
  - {metric: rowCount, mustBeBetween: [2, 20]}
  - {name: pair, metric: duplicateValues, arguments: {properties: [order_id, age]}, mustBe: 0,
     customProperties: [{property: alsoBreaks, value: [order_id.unique]}]}
  - name: ages
    type: sql
    query: SELECT max(age) FROM ${object}
    description: the highest age must be below 120
    mustBeLessThan: 120
    customProperties:
    - {property: descriptionZh, value: 最大年龄应小于 120}
    - {property: counterexample, value: {age: 150}}
slaProperties:
- {property: latency, value: 1, unit: h, element: at}
- {property: frequency, value: 1, unit: m, element: at}
""")
    )
    assert [one.rule for one in probes if not one.holds] == []
    assert len(probes) == 18


def test_a_rule_that_cannot_fire_is_found_out(contract: Write) -> None:
    """A condition that is never true holds on anything: whoever wrote it thought otherwise."""
    path = contract("""
  properties: [{name: amount, logicalType: number}]
  quality:
  - name: amount.sign
    type: sql
    query: SELECT COUNT(*) FROM ${object} WHERE amount < 0 AND amount > 0
    description: amount must not be negative
    mustBe: 0
    customProperties:
    - {property: descriptionZh, value: 金额不能为负}
    - {property: counterexample, value: {amount: -5}}
""")
    _, probe = probe_contract(path)
    assert (probe.rule, probe.fired, probe.holds) == ("amount.sign", (), False)


def test_a_rule_in_sql_needs_a_counterexample(contract: Write) -> None:
    path = contract("""
  properties: [{name: amount, logicalType: number}]
  quality:
  - name: amount.sign
    type: sql
    query: SELECT COUNT(*) FROM ${object} WHERE amount < 0
    description: amount must not be negative
    mustBe: 0
    customProperties: [{property: descriptionZh, value: 金额不能为负}]
""")
    with pytest.raises(ContractError, match=r"rule 'amount\.sign' must have a counterexample"):
        probe_contract(path)


def test_a_contract_that_refuses_sound_rows_is_told_to_give_examples(contract: Write) -> None:
    path = contract("""
  properties: [{name: amount, logicalType: number}]
  quality:
  - name: amount.large
    type: sql
    query: SELECT COUNT(*) FROM ${object} WHERE amount < 100
    description: amount must be large
    mustBe: 0
    customProperties: [{property: descriptionZh, value: 金额应较大}]
""")
    with pytest.raises(ContractError, match=r"got amount\.large broken\. Give the columns examples"):
        probe_contract(path)


def test_a_pattern_needs_examples(contract: Write) -> None:
    path = contract("  properties: [{name: code, logicalType: string, logicalTypeOptions: {pattern: '^A'}}]\n")
    with pytest.raises(ContractError, match="column 'code' must have examples that match its pattern"):
        probe_contract(path)
