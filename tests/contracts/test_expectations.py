from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from retro.contracts.expectations import Facts, suite, units_of
from retro.contracts.rules import (
    Bounds,
    Contract,
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

at = dt.datetime.fromisoformat

ORDERS = Contract("orders", "data_contracts/orders.yaml", "", "", "订单", "", ("order_id",), (), ())
FACTS = Facts(at("2025-01-10"), at("2025-01-12"), ZoneInfo("Asia/Shanghai"), last_rows=1000)
A = ("a",)

CASES: list[tuple[Rule, str, dict[str, object]]] = [
    (NotNull(name="r", columns=A), "expect_column_values_to_not_be_null", {"column": "a"}),
    (
        NotNull(name="r", columns=A, tolerance=0.05),
        "expect_column_values_to_not_be_null",
        {"column": "a", "mostly": 0.95},
    ),
    (
        OneOf(name="r", columns=A, values=("x", "y")),
        "expect_column_values_to_be_in_set",
        {"column": "a", "value_set": ["x", "y"]},
    ),
    (
        NoneOf(name="r", columns=A, values=(118,)),
        "expect_column_values_to_not_be_in_set",
        {"column": "a", "value_set": [118]},
    ),
    (
        Within(name="r", columns=A, bounds=Bounds(low=0, above=True)),
        "expect_column_values_to_be_between",
        {"column": "a", "min_value": 0, "strict_min": True},
    ),
    (
        Length(name="r", columns=A, bounds=Bounds(1, 9)),
        "expect_few_rows_to_break",
        {"expression": 'count(case when length("a") < 1 or length("a") > 9 then 1 end)'},
    ),
    (
        Unique(name="r", columns=A),
        "expect_few_rows_to_break",
        {"expression": 'count("a") - count(distinct "a")'},
    ),
    (
        Unique(name="r", columns=("a", "b")),
        "expect_few_rows_to_break",
        {"expression": 'count(*) - count(distinct ("a", "b"))'},
    ),
    (
        Pattern(name="r", columns=A, regex="^it's$"),
        "expect_few_rows_to_break",
        {"expression": "count(case when not regexp_matches(\"a\", '^it''s$') then 1 end)"},
    ),
    (
        Refers(name="r", columns=A, table="users", target="user_id", besides=("none", "it's")),
        "expect_few_rows_to_break",
        {
            "expression": '(select count(*) from "orders" where "a" is not null and "a" not in '
            """('none', 'it''s') and "a" not in (select "user_id" from "users" where "user_id" is not null))"""
        },
    ),
    (
        Refers(name="r", columns=A, table="users", target="user_id"),
        "expect_few_rows_to_break",
        {
            "expression": '(select count(*) from "orders" where "a" is not null and "a" not in '
            '(select "user_id" from "users" where "user_id" is not null))'
        },
    ),
    (
        NoRows(name="r", condition="a < 0 or b < 0"),
        "expect_few_rows_to_break",
        {"expression": "count(case when (a < 0 or b < 0) then 1 end)"},
    ),
    (
        Value(name="r", query="select sum(a) from ${object}", bounds=Bounds(high=3, below=True)),
        "expect_aggregate_to_be_between",
        {"expression": '(select sum(a) from "orders")', "max_value": 3, "strict_max": True},
    ),
    (
        RowCount(name="r", bounds=Bounds(low=0, above=True)),
        "expect_table_row_count_to_be_between",
        {"min_value": 1},
    ),
    (
        RowCount(name="r", bounds=Bounds(low=1), share_of_last=0.5),
        "expect_table_row_count_to_be_between",
        {"min_value": 500},
    ),
    (
        Covers(name="r", columns=A, unit="day"),
        "expect_aggregate_to_be_between",
        {
            "expression": "count(distinct case when \"a\" >= timestamp '2025-01-10 00:00:00' "
            "and \"a\" < timestamp '2025-01-12 00:00:00' then date_trunc('day', \"a\") end)",
            "min_value": 2,
        },
    ),
]


@pytest.mark.parametrize(("rule", "kind", "arguments"), CASES, ids=lambda value: getattr(value, "kind", ""))
def test_a_rule_becomes_one_expectation(rule: Rule, kind: str, arguments: dict[str, object]) -> None:
    (made,) = suite(ORDERS, [rule], FACTS)["expectations"]
    assert made == {"type": kind, "kwargs": arguments, "meta": {"rule": "r"}, "severity": "critical"}


def test_rows_of_the_future_do_not_make_a_table_fresh() -> None:
    (made,) = suite(ORDERS, [Fresh(name="r", columns=A, minutes=90)], FACTS)["expectations"]

    assert made["type"] == "expect_aggregate_to_be_between"
    assert made["kwargs"]["min_value"] == "2025-01-11T22:30:00"
    assert re.fullmatch(
        r"""cast\(max\(case when "a" < timestamp '[-: 0-9]+' then "a" end\) as timestamp\)""",
        made["kwargs"]["expression"],
    )


@pytest.mark.parametrize("bound", [9007199254740993, -(10**17) - 1])
def test_bounds_of_long_integers_stay_exact(bound: int) -> None:
    (made,) = suite(ORDERS, [Within(name="r", columns=A, bounds=Bounds(low=bound))], FACTS)["expectations"]

    assert made["type"] == "expect_few_rows_to_break"
    assert made["kwargs"] == {"expression": f'count(case when "a" < {bound} then 1 end)'}


def test_a_warning_keeps_its_severity() -> None:
    made = suite(ORDERS, [NotNull(name="r", columns=A, severity="warning")], FACTS)
    assert made["name"] == "orders"
    assert made["expectations"][0]["severity"] == "warning"


def test_a_rule_without_an_expectation_is_refused() -> None:
    with pytest.raises(ContractError, match=r"rule 'a\.type' must have an expectation, got kind 'type'"):
        suite(ORDERS, [HasType(name="a.type", columns=A, type="string")], FACTS)


@pytest.mark.parametrize(
    ("start", "end", "zone", "unit", "units"),
    [
        ("2025-01-10T00:00", "2025-01-12T00:00", "Asia/Shanghai", "day", 2),
        ("2025-02-28T20:00", "2025-03-01T20:00", "Asia/Shanghai", "day", 2),  # an evening and the next day
        ("2025-02-28T20:00", "2025-03-01T20:00", "Asia/Shanghai", "minute", 1440),
        ("2025-02-28T20:30", "2025-02-28T22:00", "Asia/Shanghai", "hour", 2),  # 20 h has begun before the window
        ("2025-03-30T00:00", "2025-03-31T00:00", "Europe/London", "minute", 1380),  # the clock jumps over an hour
        ("2025-10-26T00:00", "2025-10-27T00:00", "Europe/London", "hour", 24),  # it shows an hour twice, under one name
    ],
)
def test_units_are_counted_by_the_local_clock(start: str, end: str, zone: str, unit: str, units: int) -> None:
    facts = Facts(dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end), ZoneInfo(zone))
    assert units_of(facts, Covers(name="r", unit=unit)) == units  # type: ignore[arg-type]  # from the table of cases
