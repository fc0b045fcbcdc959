from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.metrics.budget_variance import budget_variance
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
NIGHT = Window(at("2025-03-01"), at("2025-03-02"))
SALES = {"traffic": (Decimal(60), Decimal(10)), "profit": (Decimal(40), Decimal(50))}
COSTS = {"media": (Decimal(3000), Decimal(8)), "sms": (Decimal(1000), Decimal("0.05"))}
PARTS = ["volume", "mix", "price", "variance"]


@pytest.fixture
def shop(table: MakeTable) -> dict[str, ibis.Table]:
    items = table(
        "order_id product_id quantity amount",
        [("a", "t", "90", "810.00"), ("b", "p", "30", "1650.00"), ("c", "p", "500", "1.00"), ("d", "x", "2", "7.00")],
    )
    items = items.mutate(quantity=items.quantity.cast("int64"))
    products = table("product_id pool", [("t", "traffic"), ("p", "profit"), ("x", "image")])
    costs = table(
        "campaign_id category amount",
        [("n", "media", "26400.00"), ("n", "sms", "50.00"), ("n", "prizes", "12.00"), ("other", "media", "9.00")],
    )
    return {"order_items": items, "products": products, "campaign_costs": costs}


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    moments = {"a": "2025-03-01T10:00", "b": "2025-03-01T11:00", "c": "2025-03-02T00:00", "d": "2025-03-01T12:00"}
    return table(
        "order_id user_id ordered_at status amount", [(one, "u", at, "paid", "1.00") for one, at in moments.items()]
    )


def split(orders: ibis.Table, shop: dict[str, ibis.Table], **asked: Any) -> pd.DataFrame:
    given = {"campaign_id": "n", "sales": {}, "costs": {}, "counted": {}} | asked
    return budget_variance(orders, shop, NIGHT, **given).set_index("line")


def test_sales_split_into_volume_mix_and_price_as_worked_by_hand(
    orders: ibis.Table, shop: dict[str, ibis.Table]
) -> None:
    """120 pieces in place of 100 make +520 at the budget's mix of 60 to 40; of 72 and 48 there are 90 and 30: -720.

    Nine in place of ten, and 55 in place of 50, are -90 and +150. In all -140, and 7 of goods not in the budget.
    """
    found = split(orders, shop, sales=SALES, by="pool")

    assert found.index.tolist() == ["traffic", "profit", "rest", "total"]
    assert found.loc["traffic", PARTS].tolist() == [Decimal(120), Decimal(180), Decimal(-90), Decimal(210)]
    assert found.loc["profit", PARTS].tolist() == [Decimal(400), Decimal(-900), Decimal(150), Decimal(-350)]
    assert found.loc["rest", ["amount", *PARTS]].tolist() == [Decimal(7), None, None, None, Decimal(7)]
    assert found.loc["total", PARTS].tolist() == [Decimal(520), Decimal(-720), Decimal(60), Decimal(-133)]
    assert found.loc["total", ["planned", "amount"]].tolist() == [Decimal(2600), Decimal(2467)]


def test_one_line_of_sales_has_no_mix(orders: ibis.Table, shop: dict[str, ibis.Table]) -> None:
    """122 pieces for 2,467 in place of 100 at 26: 22 more at 26, and 2,467 less 3,172."""
    found = split(orders, shop, sales={"all": (Decimal(100), Decimal(26))})

    assert found.loc["all", PARTS].tolist() == [Decimal(572), Decimal(0), Decimal(-705), Decimal(-133)]


def test_the_parts_add_up_to_the_cent_where_pieces_do_not_divide(
    orders: ibis.Table, shop: dict[str, ibis.Table]
) -> None:
    odd = {"traffic": (Decimal(7), Decimal("3.33")), "profit": (Decimal(4), Decimal("9.99"))}
    found = split(orders, shop, sales=odd, by="pool")

    for _, row in found.drop(index="rest").iterrows():
        beside = Decimal(7) if row.name == "total" else 0
        assert row["volume"] + row["mix"] + row["price"] + beside == row["variance"]
        assert row["variance"] == row["amount"] - row["planned"]


def test_a_line_of_which_nothing_was_sold_is_all_volume_and_mix(
    orders: ibis.Table, shop: dict[str, ibis.Table]
) -> None:
    found = split(orders, shop, sales={**SALES, "clearance": (Decimal(20), Decimal(5))}, by="pool")

    assert found.loc["clearance", PARTS].tolist() == [Decimal(0), Decimal(-100), Decimal(0), Decimal(-100)]


def test_cost_splits_into_what_there_was_more_of_and_what_one_cost_more(
    orders: ibis.Table, shop: dict[str, ibis.Table]
) -> None:
    """3,300 registrations at 8 in place of 3,000 at 8; 1,250 messages at 0.04 in place of 1,000 at 0.05."""
    counted = {"media": Decimal(3300), "sms": Decimal(1250)}
    found = split(orders, shop, costs=COSTS, counted=counted)

    assert found.loc["media", PARTS].tolist() == [Decimal(2400), None, Decimal(0), Decimal(2400)]
    assert found.loc["sms", PARTS].tolist() == [Decimal("12.50"), None, Decimal("-12.50"), Decimal(0)]
    assert found.loc["rest", "amount"] == Decimal(12)
    assert found.loc["total", PARTS].tolist() == [Decimal("2412.50"), None, Decimal("-12.50"), Decimal(2412)]


def test_what_nobody_counted_or_booked_is_not_split(orders: ibis.Table, shop: dict[str, ibis.Table]) -> None:
    costs = {**COSTS, "service": (Decimal(10), Decimal(10))}
    found = split(orders, shop, costs=costs, counted={"media": Decimal(3300), "service": Decimal(3)})

    assert found.loc["sms", PARTS].tolist() == [None, None, None, Decimal(0)]
    assert found.loc["service", ["amount", *PARTS]].tolist() == [None] * 5
    assert found.loc["total", ["amount", *PARTS]].tolist() == [None] * 5


def test_without_order_items_sales_are_not_known_and_without_a_budget_there_is_no_row(orders: ibis.Table) -> None:
    assert split(orders, {}, sales=SALES, by="pool").loc["total", ["amount", *PARTS]].tolist() == [None] * 5
    assert split(orders, {}).empty
