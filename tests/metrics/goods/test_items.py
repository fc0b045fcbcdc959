import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics.goods import basket, item_summary, items, pools
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
SPAN = Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"))
WINDOW = replace(SPAN, observed_until=at("2025-04-01"))


def typed(engine: ibis.BaseBackend, rows: dict[str, list[Any]]) -> ibis.Table:
    return engine.create_table(ibis.util.gen_name("typed"), ibis.memtable(pd.DataFrame(rows)).to_pyarrow(), temp=True)


@pytest.fixture
def shop(table: MakeTable, engine: ibis.BaseBackend) -> tuple[ibis.Table, ibis.Table, ibis.Table]:
    orders = table(
        "order_id user_id ordered_at status amount campaign_id",
        [
            ("a", "ann", "2025-02-28T20:01", "paid", "30.00", "night"),
            ("b", "bob", "2025-02-28T20:02", "refunded", "10.00", "night"),
            ("c", "cat", "2025-02-28T20:03", "cancelled", "10.00", "night"),
            ("d", "dan", "2025-02-28T20:04", "paid", "99.00", None),
        ],
    )
    ten = Decimal("10.00")
    lines = {
        "order_id": ["a", "a", "b", "c", "d"],
        "product_id": ["cup", "hat", "cup", "cup", "cup"],
        "quantity": [2, 1, 1, 1, 9],
        "unit_price": [Decimal("20.00")] * 5,
        "amount": [Decimal("20.00"), ten, ten, ten, Decimal("99.00")],
    }
    goods = {
        "product_id": ["cup", "hat", "pen"],
        "name": ["Cup", "Hat", "Pen"],
        "category": ["home"] * 3,
        "pool": ["traffic", "profit", "profit"],
        "unit_cost": [Decimal("15.00"), Decimal("2.00"), Decimal("1.00")],
    }
    return orders, typed(engine, lines), typed(engine, goods)


@pytest.fixture
def parts(engine: ibis.BaseBackend, table: MakeTable) -> dict[str, ibis.Table]:
    stock = {
        "product_id": ["cup", "pen", "hat"],
        "campaign_id": ["night", "night", None],
        "stocked_on": [dt.date(2025, 2, 28)] * 3,
        "opening_units": [4, 10, 50],
        "received_units": [0, 0, 5],
        "sold_units": [4, 0, 1],
        "closing_units": [0, 10, 54],
        "sold_out_at": [at("2025-02-28T20:03"), None, None],
    }
    refunds = table(
        "order_id product_id refunded_at", [("a", "hat", "2025-03-05T10:00"), ("b", None, "2025-03-05T10:00")]
    )
    return {"stock": typed(engine, stock), "refunds": refunds}


def test_items_count_valid_lines_of_the_campaign_and_what_came_back(
    shop: tuple[ibis.Table, ...], parts: dict[str, ibis.Table]
) -> None:
    cup, hat, pen = items(*shop, parts, WINDOW, campaign_id="night").to_dict("records")

    assert (cup["product_id"], cup["orders"], cup["units"], cup["gmv"]) == ("cup", 1, 2, Decimal("20.00"))
    assert (cup["cost"], cup["margin_rate"], cup["list_margin_rate"]) == (Decimal("30.00"), -0.5, 0.25)
    assert (cup["paid_units"], cup["returned_units"]) == (3, 1)
    assert (cup["stocked"], cup["sell_through_rate"], cup["leftover_cost"]) == (4, 1.0, Decimal("0.00"))
    assert cup["sold_out_at"] == at("2025-02-28T20:03")
    assert (hat["units"], hat["returned_units"], hat["item_return_rate"]) == (1, 1, 1.0)
    assert pd.isna(hat["stocked"])
    assert hat["leftover_cost"] is None
    assert (pen["units"], pen["sell_through_rate"], pen["leftover_cost"]) == (0, 0.0, Decimal("10.00"))
    assert pd.isna(pen["margin_rate"])


def test_without_a_campaign_all_orders_of_the_window_count_and_the_stock_of_its_days(
    shop: tuple[ibis.Table, ...], parts: dict[str, ibis.Table]
) -> None:
    frame = items(*shop, parts, WINDOW).set_index("product_id")

    assert frame["units"].to_dict() == {"cup": 11, "hat": 1, "pen": 0}
    assert (frame.loc["cup", "gmv"], frame.loc["hat", "stocked"]) == (Decimal("119.00"), 55)


def test_what_was_paid_back_as_the_price_fell_is_no_return(
    shop: tuple[ibis.Table, ...], parts: dict[str, ibis.Table]
) -> None:
    protected = parts["refunds"].mutate(is_price_protection=True)
    frame = items(*shop, parts | {"refunds": protected}, WINDOW, campaign_id="night").set_index("product_id")

    assert frame["returned_units"].to_dict() == {"cup": 1, "hat": 0, "pen": 0}


def test_a_summary_is_over_all_items(shop: tuple[ibis.Table, ...], parts: dict[str, ibis.Table]) -> None:
    (row,) = item_summary(items(*shop, parts, WINDOW, campaign_id="night")).to_dict("records")

    assert (row["items"], row["active"]) == (3, 2)
    assert (row["stocked"], row["sold"], row["left"], row["sold_out"]) == (14, 4, 10, 1)
    assert row["leftover_cost"] == Decimal("10.00")
    assert (row["returned_units"], row["paid_units"]) == (2, 4)


def test_without_stock_and_refunds_what_is_known_is_told(shop: tuple[ibis.Table, ...]) -> None:
    frame = items(*shop, {}, WINDOW, campaign_id="night")

    assert frame["product_id"].tolist() == ["cup", "hat"]
    assert frame["stocked"].isna().all()
    assert frame["returned_units"].tolist() == [1, 0]
    assert item_summary(frame)["leftover_cost"].tolist() == [None]


def test_pools_stand_in_the_order_of_the_plan(shop: tuple[ibis.Table, ...], parts: dict[str, ibis.Table]) -> None:
    frame = pools(items(*shop, parts, WINDOW, campaign_id="night"), {"profit": 3, "image": 1})

    assert frame["pool"].tolist() == ["profit", "image", "traffic"]
    assert frame["planned_share"].tolist()[:2] == [0.75, 0.25]
    assert frame["items"].tolist() == [2, 0, 1]
    assert frame["margin_rate"].tolist()[0] == pytest.approx(0.8)
    assert frame["gmv"].sum() == Decimal("30.00")


def test_order_value_is_pieces_times_price(shop: tuple[ibis.Table, ...]) -> None:
    campaign, baseline = basket(*shop[:2], window=SPAN).to_dict("records")

    assert (campaign["orders"], campaign["lines"], campaign["units"]) == (2, 3, 12)
    assert campaign["units_per_order"] == 6.0
    assert campaign["gmv"] == Decimal("129.00")
    assert (campaign["unit_price"], campaign["order_value"]) == (Decimal("10.75"), Decimal("64.50"))
    assert (baseline["orders"], baseline["unit_price"]) == (0, None)


def test_a_missing_column_is_named(shop: tuple[ibis.Table, ...]) -> None:
    with pytest.raises(MetricError, match="products: column 'pool' must be in the table"):
        items(shop[0], shop[1], shop[2].drop("pool"), {}, WINDOW, campaign_id="night")
