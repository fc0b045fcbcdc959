from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.economics import UnitEconomics
from retro.metrics.customers import customer_contribution, tier_migration
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
QUARTER = Window(at("2025-01-01"), at("2025-04-01"))


@pytest.fixture
def users(table: MakeTable) -> ibis.Table:
    rows = [("ann", "2024-01-01"), ("bob", "2024-01-01"), ("eve", "2024-12-20"), ("joe", "2025-02-01")]
    return table("user_id registered_at", rows)


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    """Ann is of high value by an order of a year ago less a month, bob is asleep, eve and joe are new."""
    return table(
        "order_id user_id ordered_at status amount",
        [
            ("a", "ann", "2024-02-01", "paid", "150.00"),
            ("b", "ann", "2025-01-15", "paid", "10.00"),
            ("c", "bob", "2024-06-01", "paid", "20.00"),
            ("d", "eve", "2025-01-02", "paid", "30.00"),
            ("e", "joe", "2025-02-02", "paid", "40.00"),
            ("f", "joe", "2025-02-03", "paid", "80.00"),
            ("g", "bob", "2025-02-03", "refunded", "99.00"),
        ],
    )


def test_both_cuts_add_up_to_all_valid_orders(users: ibis.Table, orders: ibis.Table) -> None:
    economics = UnitEconomics(margin_rate=Decimal("0.25"))
    frame = customer_contribution(users, orders, {}, QUARTER, economics=economics, high_value=Decimal(100)).set_index(
        "group"
    )

    assert frame.loc[["first_time", "returning"], "gmv"].tolist() == [Decimal("150.00"), Decimal("10.00")]
    assert frame.loc["first_time", ["buyers", "orders", "order_value"]].tolist() == [2, 3, Decimal("50.00")]
    assert frame.loc["high_value", "gmv"] == Decimal("10.00")
    assert frame.loc["new", "gmv"] == Decimal("30.00")
    assert frame.loc["not_member", "gmv"] == Decimal("120.00")
    assert frame.loc["dormant", ["orders", "gmv"]].tolist() == [0, Decimal("0.00")]
    assert frame.loc["first_time", "margin"] == Decimal("37.50")


def test_margin_is_missing_where_goods_costs_are_not_known(users: ibis.Table, orders: ibis.Table) -> None:
    frame = customer_contribution(users, orders, {}, QUARTER, economics=UnitEconomics(), high_value=Decimal(100))

    assert frame.loc[frame["orders"] > 0, "margin"].tolist() == [None] * 5
    assert frame.loc[frame["orders"] > 0, "margin_rate"].isna().all()


def test_moves_add_up_to_the_members_at_the_end(users: ibis.Table, orders: ibis.Table) -> None:
    frame = tier_migration(users, orders, QUARTER, high_value=Decimal(100))
    moved = frame[frame["members"] > 0].set_index(["before", "after"])["members"].to_dict()

    assert moved == {
        ("high_value", "new"): 1,  # ann's large order is older than a year by then
        ("dormant", "dormant"): 1,
        ("new", "new"): 1,
        ("not_member", "high_value"): 1,
    }
    assert frame.groupby("before")["share"].sum().loc["high_value"] == 1
    assert pd.isna(frame.set_index(["before", "after"]).loc[("active", "new"), "share"])
