"""The quarter's figures beside what was planted, and beside queries that share no code with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.economics import UnitEconomics
from retro.metrics import (
    activity,
    activity_rates,
    campaign_users,
    customer_contribution,
    incidents_in,
    newcomer_path,
    overlap,
    period_totals,
    quarter_sales,
    tier_migration,
)
from retro.periods import Window

START, END = dt.datetime(2025, 1, 1), dt.datetime(2025, 4, 1)
WINDOW = Window(START, END)
DAYS_BEFORE = 366
"""The demo's daily truth begins with 2024."""

CAMPAIGNS = pd.DataFrame(
    [
        ("week", "Week", pd.Timestamp("2025-01-10"), pd.Timestamp("2025-01-17")),
        ("contest", "Contest", pd.Timestamp("2025-01-17"), pd.Timestamp("2025-01-24")),
        ("night", "Night", pd.Timestamp("2025-02-28T20:00"), pd.Timestamp("2025-03-01T20:00")),
    ],
    columns=["report", "title", "start", "end"],
)

IN_QUARTER = "between timestamp '2025-01-01' and timestamp '2025-03-31 23:59:59.999999'"

Ask = Callable[[str], Any]


@pytest.fixture(scope="module")
def shop(whole_shop: Path) -> Callable[[str], ibis.Table]:
    connection = ibis.duckdb.connect()
    return lambda name: connection.read_parquet(whole_shop / f"{name}.parquet")


def test_sales_are_the_planted_ones(shop: Callable[[str], ibis.Table], truth: dict[str, Any]) -> None:
    planted = [Decimal(day) for day in truth["daily"]["net_gmv_cny"]["actual"]][DAYS_BEFORE : DAYS_BEFORE + 90]
    daily = quarter_sales(shop("orders"), CAMPAIGNS, WINDOW)
    totals = period_totals(shop("orders"), WINDOW)

    assert daily["gmv"].tolist() == planted
    assert totals["gmv"].iloc[0] == sum(planted)
    assert daily["campaign"].notna().sum() == 16


def test_overlap_is_what_a_plain_query_counts(shop: Callable[[str], ibis.Table], ask: Ask) -> None:
    how = {"week": "register", "contest": "join"}
    taking_part = campaign_users(shop("users"), shop("orders"), shop("events"), CAMPAIGNS, how)
    frame = overlap(taking_part, CAMPAIGNS).set_index(["first", "then"])

    week = "select user_id from users where registered_at >= '2025-01-10' and registered_at < '2025-01-17'"
    joined = "select user_id from events where event = 'join' and occurred_at >= '2025-01-17'"
    assert frame.loc[("Week", "Contest"), "participants"] == ask(f"select count(*) from ({week})")
    assert frame.loc[("Week", "Contest"), "both"] == ask(f"select count(*) from ({week} intersect {joined})")


def test_activity_is_what_a_plain_query_counts(shop: Callable[[str], ibis.Table], ask: Ask) -> None:
    daily = activity(shop("events"), WINDOW).set_index("on")["dau"]
    rates = activity_rates(shop("users"), shop("events"), shop("orders"), WINDOW).set_index("definition")

    night = "occurred_at::date = date '2025-03-01' and event <> 'register'"
    assert daily.loc[dt.date(2025, 3, 1)] == ask(f"select count(distinct user_id) from events where {night}")
    seen = f"select count(distinct user_id) from events where event <> 'register' and occurred_at {IN_QUARTER}"
    assert rates.loc["period", ["active", "members"]].tolist() == [ask(seen), ask("select count(*) from users")]


def test_new_customers_are_those_without_an_order_before(shop: Callable[[str], ibis.Table], ask: Ask) -> None:
    parts = {name: shop(name) for name in ("order_items", "products", "refunds", "coupons")}
    frame = customer_contribution(
        shop("users"), shop("orders"), parts, WINDOW, high_value=Decimal(1000), economics=UnitEconomics()
    ).set_index("group")

    before = "select user_id from orders where status = 'paid' and ordered_at < '2025-01-01'"
    paid = f"status = 'paid' and ordered_at {IN_QUARTER}"
    new = f"select sum(amount) from orders where {paid} and user_id not in ({before})"
    assert frame.loc["first_time", "gmv"] == ask(new)
    assert frame.loc[["first_time", "returning"], "gmv"].sum() == ask(f"select sum(amount) from orders where {paid}")


def test_moves_between_tiers_are_what_a_plain_query_counts(shop: Callable[[str], ibis.Table], ask: Ask) -> None:
    frame = tier_migration(shop("users"), shop("orders"), WINDOW, high_value=Decimal(1000))

    assert frame["members"].sum() == ask("select count(*) from users")
    year = "status = 'paid' and ordered_at >= timestamp '{0}' - interval 365 days and ordered_at < '{0}'"
    rich = "select user_id from orders where " + year + " group by 1 having sum(amount) >= 1000"
    both = f"select count(*) from ({rich.format('2025-01-01')} intersect {rich.format('2025-04-01')})"
    kept = frame.set_index(["before", "after"]).loc[("high_value", "high_value"), "members"]
    assert kept == ask(both)


def test_newcomers_first_orders_are_what_a_plain_query_counts(shop: Callable[[str], ibis.Table], ask: Ask) -> None:
    frame = newcomer_path(shop("users"), shop("orders"), shop("events"), replace(WINDOW, observed_until=END)).set_index(
        "step"
    )

    ripe = "registered_at >= '2025-01-01' and registered_at < timestamp '2025-04-01' - interval 56 days"
    soon = "ordered_at >= registered_at and ordered_at < registered_at + interval 28 days"
    bought = f"select count(distinct user_id) from users join orders using (user_id) where status = 'paid' and {soon}"
    assert frame.loc["register", "users"] == ask(f"select count(*) from users where {ripe}")
    assert frame.loc["first_order", "users"] == ask(f"{bought} and {ripe}")


def test_incidents_are_the_planted_ones(shop: Callable[[str], ibis.Table], truth: dict[str, Any]) -> None:
    frame, planted = incidents_in(shop("incidents"), WINDOW), truth["incidents"]

    assert sorted(frame["system"]) == sorted(one["system"] for one in planted)
    hours = {one["start"]: one for one in planted}
    for row in frame.itertuples():
        one = hours[row.started_at.isoformat()]
        length = dt.datetime.fromisoformat(one["end"]) - dt.datetime.fromisoformat(one["start"])
        assert row.minutes * 60 == pytest.approx(length.total_seconds())
