"""Engines that no test here can run: their SQL compiles, which is all that is promised."""

import datetime as dt

import ibis
import pytest
from ibis import _

from retro.metrics import Exclusion, FunnelRules, buyers
from retro.metrics.funnel.collapse import collapse
from retro.metrics.funnel.marks import Marks, Period, mark
from retro.metrics.funnel.running import running
from retro.metrics.funnel.steps import read_steps

DAY = dt.timedelta(days=1)
START = dt.datetime.fromisoformat("2025-01-10")
EVENTS = ibis.table({"user_id": "string", "event": "string", "occurred_at": "timestamp"}, name="events")
ORDERS = ibis.table(
    {
        "order_id": "string",
        "user_id": "string",
        "ordered_at": "timestamp",
        "status": "string",
        "amount": "decimal(18, 2)",
    },
    name="orders",
)


def marks(rules: FunnelRules) -> Marks:
    steps = ["view", ["cart", "order"], _.event == "pay"] if rules.plan == "collapse" else ["view", "cart", "pay"]
    return mark(EVENTS, read_steps(steps), Period(START, START + DAY, START + 2 * DAY, DAY), rules)


@pytest.mark.parametrize("dialect", ["trino", "bigquery", "snowflake"])
def test_funnel_compiles(dialect: str) -> None:
    sql = " ".join(str(ibis.to_sql(running(marks(FunnelRules())), dialect=dialect)).upper().split())
    assert "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING" in sql
    assert "ASOF" not in sql
    assert "EXCLUDE" not in sql
    shared = FunnelRules(plan="collapse", exclusions=(Exclusion("leave", 1, 2),))
    assert "COALESCE" in ibis.to_sql(collapse(marks(shared)), dialect=dialect)


@pytest.mark.parametrize("dialect", ["trino", "bigquery", "snowflake"])
def test_value_compiles(dialect: str) -> None:
    assert "GROUP BY" in ibis.to_sql(buyers(ORDERS, observed_until=START), dialect=dialect)
