"""What metrics ask compiles for warehouses that no test can run: Ibis writes their SQL, and sqlglot parses it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.operations as ops
import pytest
import sqlglot
from ibis.backends.sql import compilers
from ibis.common.exceptions import OperationNotDefinedError

from retro import metrics
from retro.metrics import FunnelPath, FunnelRules
from retro.periods import Window

WAREHOUSES = {
    "trino": compilers.TrinoCompiler,
    "bigquery": compilers.BigQueryCompiler,
    "snowflake": compilers.SnowflakeCompiler,
    "databricks": compilers.DatabricksCompiler,
}

MEDIANS = {"trino", "bigquery"}
"""Warehouses without an exact median, which the times of a funnel ask for: Ibis says so and guesses nothing."""

at = dt.datetime.fromisoformat
WEEK = Window(at("2025-01-10"), at("2025-01-17"), at("2025-01-25"))
PATH = FunnelPath(["A", "B", "C"], dt.timedelta(days=3), FunnelRules(plan="running"))

FIGURES: dict[str, Callable[[Any], object]] = {
    "registrations": lambda t: metrics.registrations(t["users"], WEEK),
    "funnel": lambda t: metrics.funnel(t["events"], PATH, WEEK),
    "retention": lambda t: metrics.retention(t["users"], t["events"], WEEK),
    "repurchase": lambda t: metrics.repurchase(t["orders"], WEEK),
    "second_order": lambda t: metrics.second_order(t["orders"], WEEK),
    "first_day_value": lambda t: metrics.first_day_value(t["users"], t["orders"], WEEK),
    "lorenz": lambda t: metrics.lorenz(t["orders"], points=7),
}


@pytest.fixture(scope="module")
def shop() -> tuple[Any, dict[str, ibis.Table]]:
    engine, day = ibis.duckdb.connect(), at("2025-01-11")
    rows = {
        "users": {"user_id": ["u"], "registered_at": [day]},
        "events": {"user_id": ["u"], "event": ["A"], "occurred_at": [day]},
        "orders": {
            "order_id": ["o"],
            "user_id": ["u"],
            "ordered_at": [day],
            "status": ["paid"],
            "amount": [Decimal("9.00")],
        },
    }
    return engine, {name: engine.create_table(name, ibis.memtable(columns)) for name, columns in rows.items()}


@pytest.mark.parametrize("name", FIGURES)
def test_metrics_compile_for_warehouses(
    shop: tuple[Any, dict[str, ibis.Table]], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, tables = shop
    asked: list[Any] = []
    compile_own = type(engine.compiler).to_sqlglot

    def spy(compiler: Any, expression: Any, **given: Any) -> Any:
        asked.append(expression)
        return compile_own(compiler, expression, **given)

    monkeypatch.setattr(type(engine.compiler), "to_sqlglot", spy)
    FIGURES[name](tables)
    assert asked
    for warehouse, compiler in WAREHOUSES.items():
        for expression in asked:
            if warehouse in MEDIANS and expression.op().find(ops.Median):
                with pytest.raises(OperationNotDefinedError, match="Median"):
                    compiler().to_sqlglot(expression.as_table().unbind())
                continue
            query = compiler().to_sqlglot(expression.as_table().unbind()).sql(warehouse)
            assert sqlglot.parse_one(query, read=warehouse).find(sqlglot.exp.Select), (warehouse, query)
