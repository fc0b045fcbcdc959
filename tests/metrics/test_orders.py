"""Orders of nobody known: sales count, and figures of people are missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.errors import MissingColumn
from retro.metrics.customer_mix import customer_mix
from retro.metrics.gmv import gmv_kinds
from retro.metrics.orders import buyers_of, orders_of_people, valid_orders
from retro.metrics.sales import daily_sales
from retro.periods import Window

at = dt.datetime.fromisoformat
WINDOW = Window(at("2025-03-01"), at("2025-03-02"), observed_until=at("2025-03-03"))
ROWS = [("a", None, "2025-03-01T08:00", "paid", "10.00"), ("b", None, "2025-03-01T09:00", "paid", "5.00")]


@pytest.fixture
def guests(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id user_id ordered_at status amount", ROWS)


def test_orders_without_buyers_are_sales(guests: ibis.Table) -> None:
    for orders in (guests, guests.drop("user_id")):
        assert daily_sales(orders, end=at("2025-03-02"))["gmv"].tolist() == [Decimal("15.00")]


def test_who_bought_is_unknown_and_not_nobody(guests: ibis.Table) -> None:
    counted = guests.aggregate(buyers=buyers_of(guests)).execute()

    assert counted["buyers"].isna().all()
    assert buyers_of(guests.filter(guests.order_id == "z")).execute() == 0


def test_figures_of_people_take_orders_of_people_alone(guests: ibis.Table) -> None:
    assert orders_of_people(guests).count().execute() == 0
    assert valid_orders(guests.drop("user_id")).count().execute() == 2
    with pytest.raises(MissingColumn) as refused:
        customer_mix(guests.drop("user_id"), WINDOW)
    assert (refused.value.table, refused.value.column) == ("orders", "user_id")


def test_guests_stay_in_the_ladder_and_stand_beside_it(guests: ibis.Table) -> None:
    frame = gmv_kinds(guests.drop("user_id"), {}, WINDOW).set_index("step")

    assert frame.loc["valid", "amount"] == frame.loc["net", "amount"] == Decimal("15.00")
    assert tuple(frame.loc["without_user", ["role", "orders", "amount"]]) == ("aside", 2, Decimal("15.00"))


def test_refunds_without_a_date_have_happened(guests: ibis.Table, table: Callable[..., ibis.Table]) -> None:
    refunds = table("order_id amount", [("a", "4.00")])

    frame = gmv_kinds(guests, {"refunds": refunds}, WINDOW).set_index("step")
    assert frame.loc["part_refunds", "amount"] == Decimal("-4.00")
