from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from retro.contracts import load_contract
from retro.contracts.rules import (
    Bounds,
    Covers,
    Fresh,
    HasType,
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

CONTRACTS = Path(__file__).parents[2] / "data_contracts"

Write = Callable[[str], Path]

IDENTIFIERS = {"uid", "source_id", "CustomerID"}
"""Numbers that count nothing."""


def rules_of(path: Path) -> dict[str, Rule]:
    return {rule.name: rule for rule in load_contract(path).rules}


@pytest.mark.parametrize("path", sorted(CONTRACTS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_contract_of_the_project_fits_the_standard(path: Path) -> None:
    contract = load_contract(path)
    assert contract.owner
    assert contract.title
    assert all(column.description for column in contract.columns)
    counted = [column for column in contract.columns if column.type in {"integer", "number"}]
    assert [column.name for column in counted if not column.unit and column.name not in IDENTIFIERS] == []


def test_a_column_makes_its_rules_in_order(contract: Write) -> None:
    found = rules_of(
        contract("""
  properties:
  - name: status
    logicalType: string
    required: true
    enum: [{value: paid}, {value: "01"}]
    logicalTypeOptions: {minLength: 1, maxLength: 9, pattern: "^[a-z]+$"}
    relationships: [{to: states.status}]
  - {name: amount, logicalType: number, physicalType: "DECIMAL(18,2)", logicalTypeOptions: {exclusiveMinimum: 0.5}}
""")
    )
    assert list(found.values()) == [
        HasType(name="status.type", columns=("status",), type="string"),
        NotNull(name="status.required", columns=("status",)),
        OneOf(name="status.enum", columns=("status",), values=("paid", "01")),
        Length(name="status.length", columns=("status",), bounds=Bounds(1, 9)),
        Pattern(name="status.pattern", columns=("status",), regex="^[a-z]+$"),
        Refers(
            name="status.reference",
            columns=("status",),
            tables={"states": ("status",)},
            table="states",
            target="status",
        ),
        HasType(name="amount.type", columns=("amount",), type="number", exact=True),
        Within(name="amount.range", columns=("amount",), bounds=Bounds(low=0.5, above=True)),
    ]


def test_a_primary_key_is_required_and_unique_alone_or_together(contract: Write) -> None:
    alone = rules_of(contract("  properties:\n  - {name: a, logicalType: string, primaryKey: true}\n"))
    assert list(alone) == ["a.type", "a.required", "a.unique"]

    path = contract("""
  properties:
  - {name: a, logicalType: string, primaryKey: true, primaryKeyPosition: 2}
  - {name: b, logicalType: string, primaryKey: true, primaryKeyPosition: 1}
""")
    assert load_contract(path).key == ("b", "a")
    assert rules_of(path)["primary_key.unique"] == Unique(name="primary_key.unique", columns=("b", "a"))
    assert "a.unique" not in rules_of(path)


def test_everyday_marketing_is_booked_to_no_campaign_and_no_reference_breaks() -> None:
    rule = rules_of(CONTRACTS / "campaign_costs.yaml")["campaign_id.reference"]

    assert isinstance(rule, Refers)
    assert rule.besides == ("everyday",)


def test_library_metrics_become_rules(contract: Write) -> None:
    found = rules_of(
        contract("""
  properties:
  - name: age
    logicalType: integer
    quality:
    - {metric: missingValues, arguments: {missingValues: [118]}, mustBe: 0, severity: warning}
    - {metric: nullValues, mustBeLessOrEqualTo: 5, unit: percent}
    - {metric: duplicateValues, mustBe: 0}
    - {metric: invalidValues, arguments: {validValues: [1, 2]}, mustBe: 0}
  - name: code
    logicalType: string
    quality: [{name: shape, metric: invalidValues, arguments: {pattern: "^A"}, mustBe: 0}]
  quality:
  - {metric: rowCount, mustBeBetween: [1, 9], customProperties: [{property: shareOfLastRun, value: 0.5}]}
  - {name: twice, metric: duplicateValues, arguments: {properties: [age, code]}, mustBe: 0}
""")
    )
    age = ("age",)
    assert found["age.missingValues"] == NoneOf(
        name="age.missingValues", columns=age, values=(118,), severity="warning"
    )
    assert found["age.nullValues"] == NotNull(name="age.nullValues", columns=age, tolerance=0.05)
    assert found["age.duplicateValues"] == Unique(name="age.duplicateValues", columns=age)
    assert found["age.invalidValues"] == OneOf(name="age.invalidValues", columns=age, values=(1, 2))
    assert found["shape"] == Pattern(name="shape", columns=("code",), regex="^A")
    assert found["rowCount"] == RowCount(name="rowCount", bounds=Bounds(1, 9), share_of_last=0.5)
    assert found["twice"] == Unique(name="twice", columns=("age", "code"))


def test_sql_becomes_rows_or_a_value(contract: Write) -> None:
    found = rules_of(
        contract("""
  properties:
  - {name: a, logicalType: number}
  - name: b
    logicalType: number
    quality:
    - name: of_column
      type: sql
      query: select count(*) from {object} where ${property} < 0
      description: b must be at least 0
      mustBe: 0
      customProperties: [{property: descriptionZh, value: b 不能为负}]
  quality:
  - name: rows
    type: sql
    query: SELECT COUNT(*) FROM ${object} WHERE a < 0 AND a NOT IN (SELECT x FROM others)
    description: a must be known.
    mustBe: 0
    customProperties:
    - {property: descriptionZh, value: a 应为已知}
    - {property: onBreach, value: quarantine}
    - {property: limit, value: 0.01}
  - name: total
    type: sql
    query: SELECT sum(a) - sum(b) FROM ${table}
    description: a and b must add up
    mustBeBetween: [-1, 1]
    severity: warning
    customProperties: [{property: descriptionZh, value: a 与 b 应相等}]
""")
    )
    assert found["of_column"] == NoRows(
        name="of_column", columns=("b",), condition='"b" < 0', said={"en": "b must be at least 0", "zh": "b 不能为负"}
    )
    assert found["rows"] == NoRows(
        name="rows",
        columns=("a",),
        tables={"others": ("x",)},
        on_breach="quarantine",
        limit=0.01,
        said={"en": "a must be known", "zh": "a 应为已知"},
        condition="a < 0 AND a NOT IN (SELECT x FROM others)",
    )
    assert found["total"] == Value(
        name="total",
        columns=("a", "b"),
        severity="warning",
        said={"en": "a and b must add up", "zh": "a 与 b 应相等"},
        query="SELECT sum(a) - sum(b) FROM ${object}",
        bounds=Bounds(-1, 1),
    )


def test_service_levels_are_freshness_and_coverage(contract: Write) -> None:
    found = rules_of(
        contract("""
  properties: [{name: at, logicalType: timestamp}]
slaProperties:
- {property: latency, value: 2, unit: h, element: orders.at}
- {property: frequency, value: 1, unit: m, element: at}
customProperties: [{property: severity, value: warning}]
""")
    )
    assert found["at.latency"] == Fresh(name="at.latency", columns=("at",), minutes=120, severity="warning")
    assert found["at.frequency"] == Covers(name="at.frequency", columns=("at",), unit="minute", severity="warning")


def test_a_column_that_may_be_absent_is_not_needed(contract: Write) -> None:
    columns = load_contract(
        contract("""
  properties:
  - {name: a, logicalType: string, required: true}
  - {name: b, logicalType: string}
  - {name: c, logicalType: string, customProperties: [{property: mustExist, value: "true"}]}
""")
    ).columns
    assert [column.needed for column in columns] == [True, False, True]


COLUMN = "  properties:\n  - name: a\n    logicalType: string\n"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (f"{COLUMN}    requird: true\n", "line 11: unknown key 'requird'. Did you mean 'required'?"),
        (
            "  properties: [{name: a, logicalType: text}]\n",
            "line 8: schema.0.properties.0.logicalType must be a known value, got 'text'. Known names:",
        ),
        (
            "  properties: [{name: a, logicalType: object}]\n",
            "logicalType of 'a' must be one of string, integer, number, boolean, date, timestamp, got",
        ),
        (f"{COLUMN}    required: yes\n", "line 11: schema.0.properties.0.required must be true or false, got 'yes'."),
        (f"{COLUMN}    encryptedName: b\n", "line 11: key 'encryptedName' cannot be checked. Remove it"),
        (f"{COLUMN}    physicalType: BIGINT\n", "physicalType must be DECIMAL(p,s) or left out, got 'BIGINT'."),
        (f"{COLUMN}    logicalTypeOptions: {{format: uuid}}\n", "line 11: option 'format' cannot be checked."),
        (
            f"{COLUMN}    relationships: [{{to: u.a, customProperties: [{{property: besides, value: x}}]}}]\n",
            "besides must be a list of texts, got 'x'.",
        ),
        (
            f"{COLUMN}    relationships: [{{to: users}}]\n",
            "must fit the Open Data Contract Standard",
        ),
        (
            f"{COLUMN}    customProperties: [{{property: severty, value: warning}}]\n",
            "line 11: unknown custom property 'severty'. Did you mean 'severity'?",
        ),
        (
            f"{COLUMN}    customProperties: [{{property: severity, value: fatal}}]\n",
            "severity must be error or warning, got 'fatal'.",
        ),
        (
            f"{COLUMN}    customProperties: [{{property: onBreach, value: quarantine}}]\n",
            "onBreach: quarantine must come with a limit, such as 0.01 for one row in a hundred.",
        ),
        (
            f"{COLUMN}    quality: [{{metric: nullValues, mustBe: 3}}]\n",
            "breaking rows must be limited by 'mustBe: 0', or by 'mustBeLessOrEqualTo' with 'unit: percent'.",
        ),
        (f"{COLUMN}    quality: [{{metric: nullValues}}]\n", "must give exactly one comparison"),
        (
            f"{COLUMN}    quality: [{{metric: rowCount, mustBe: 1, unit: percent}}]\n",
            "metric 'rowCount' must be said of the table.",
        ),
        (
            f"{COLUMN}    quality: [{{metric: invalidValues, mustBe: 0}}]\n",
            "metric 'invalidValues' must have one argument of: pattern, validValues.",
        ),
        (f"{COLUMN}  quality: [{{type: text, description: fine}}]\n", "a rule of type text is prose"),
        (
            f"{COLUMN}  quality: [{{type: custom, engine: soda, implementation: x}}]\n",
            "a rule of type custom cannot be checked. Write it as type sql or library.",
        ),
        (
            f"{COLUMN}  quality: [{{metric: nullValues, mustBe: 0}}]\n",
            "metric 'nullValues' must be said of a column.",
        ),
        (
            f"{COLUMN}  quality: [{{metric: duplicateValues, arguments: {{properties: [b]}}, mustBe: 0}}]\n",
            "column 'b' must be in the contract. Known names: a.",
        ),
        (
            f"{COLUMN}  quality: [{{metric: rowCount, mustNotBe: 0}}]\n",
            "line 11: mustNotBe cannot be checked. Say what the value must be.",
        ),
        (
            f"{COLUMN}  quality: [{{name: x, type: sql, query: 'drop table a', mustBe: 0}}]\n",
            "line 11: query must be one SELECT.",
        ),
        (
            f"{COLUMN}  quality: [{{name: x, type: sql, query: 'select 1; select 2', mustBe: 0}}]\n",
            "line 11: query must be one SELECT.",
        ),
        (
            f"{COLUMN}  quality: [{{type: sql, query: 'select 1', mustBe: 0}}]\n",
            "a rule of type sql must have a name, a description and the custom property descriptionZh.",
        ),
        (
            f"{COLUMN}slaProperties: [{{property: retention, value: 3, unit: y}}]\n",
            "service level 'retention' cannot be checked on data. Known: frequency, latency.",
        ),
        (
            f"{COLUMN}slaProperties: [{{property: latency, value: 3, unit: h, element: orders.at}}]\n",
            "element must name a column, got 'orders.at'. Did you mean 'a'?",
        ),
        (
            f"{COLUMN}slaProperties: [{{property: frequency, value: 2, unit: d, element: a}}]\n",
            "value of frequency must be 1, got 2.",
        ),
        (
            f"{COLUMN}    logicalTypeOptions: {{pattern: '(?=a)b'}}\n",
            "pattern must be one that RE2 runs, got '(?=a)b' (",
        ),
        (
            f"{COLUMN}    unique: true\n    quality: [{{name: a.unique, metric: duplicateValues, mustBe: 0}}]\n",
            "rule 'a.unique' must be there once, got 2. Name one otherwise.",
        ),
    ],
)
def test_what_cannot_be_checked_is_refused_with_its_line(contract: Write, body: str, message: str) -> None:
    with pytest.raises(ContractError) as reason:
        load_contract(contract(body))
    assert "contracts/orders.yaml" in str(reason.value)
    assert message in str(reason.value)
    assert "\n" not in str(reason.value)


def test_a_contract_is_named_like_its_table(write: Callable[[str, str], Path]) -> None:
    path = write(
        "people.yaml", "apiVersion: v3.2.0\nkind: DataContract\nid: x\nversion: 1.0.0\nschema: [{name: users}]\n"
    )
    with pytest.raises(ContractError, match="name must be the file's, 'people', got 'users'"):
        load_contract(path)


def test_the_standard_itself_is_held(write: Callable[[str, str], Path]) -> None:
    path = write("orders.yaml", "kind: DataContract\nid: x\nversion: 1.0.0\n")
    with pytest.raises(ContractError, match="contract must give 'apiVersion'"):
        load_contract(path)
