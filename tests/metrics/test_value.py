import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import first_day_value
from retro.periods import Window
from retro.sources import Tables

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]

WEEK = Window(at("2025-01-10"), at("2025-01-17"))


@pytest.fixture
def users(table: MakeTable) -> ibis.Table:
    return table(
        "user_id registered_at",
        [
            ("ann", "2025-01-10T12:00"),
            ("bob", "2025-01-16T23:59"),
            ("eve", "2025-01-11T08:00"),
            ("old", "2025-01-09T08:00"),
        ],
    )


def test_first_day_value_adds_up_valid_orders_of_the_day(users: ibis.Table, table: MakeTable) -> None:
    orders = table(
        "order_id user_id ordered_at status amount",
        [
            ("1", "ann", "2025-01-10T11:00", "paid", "0.10"),
            ("2", "ann", "2025-01-10T23:59", "paid", "0.20"),
            ("3", "ann", "2025-01-11T00:00", "paid", "100.00"),
            ("4", "bob", "2025-01-16T23:59", "paid", "0.74"),
            ("5", "eve", "2025-01-11T09:00", "refunded", "50.00"),
            ("6", "old", "2025-01-09T09:00", "paid", "50.00"),
        ],
    )
    row = first_day_value(users, orders, WEEK).iloc[0]
    assert row[["users", "buyers", "orders"]].tolist() == [3, 2, 3]
    assert row["value"] == Decimal("1.04")
    assert row["value_per_user"] == Decimal("0.35")


def test_first_day_value_without_orders_is_zero_and_without_users_missing(users: ibis.Table, table: MakeTable) -> None:
    none = table("order_id user_id ordered_at status amount", [])
    row = first_day_value(users, none, WEEK).iloc[0]
    assert (row["buyers"], row["orders"], row["value"], row["value_per_user"]) == (0, 0, Decimal(0), Decimal(0))
    empty = first_day_value(table("user_id registered_at", []), none, WEEK).iloc[0]
    assert empty["users"] == 0
    assert empty["value_per_user"] is None


def test_first_day_value_needs_amounts(users: ibis.Table, table: MakeTable) -> None:
    with pytest.raises(MetricError, match="orders: column 'amount' must be in the table"):
        first_day_value(users, table("order_id user_id ordered_at status", []), WEEK)


@pytest.mark.parametrize(
    ("monday", "value"), [("09-19", "52333.42"), ("10-03", "44121.39"), ("10-10", "43100.42"), ("10-17", "33493.10")]
)
def test_first_day_value_of_a_real_shop(online_retail: Tables, monday: str, value: str) -> None:
    start = at(f"2011-{monday}")
    row = first_day_value(online_retail.users, online_retail.orders, Window(start, start + dt.timedelta(weeks=1))).iloc[
        0
    ]
    assert row["value"] == Decimal(value)
