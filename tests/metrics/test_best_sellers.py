"""Best sellers by platform and shop, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from retro.errors import MissingColumn
from retro.metrics.best_sellers import best_sellers
from retro.periods import Window

at = dt.datetime.fromisoformat
DAY = Window(at("2025-02-10"), at("2025-02-11"), at("2025-03-01"), baseline_weeks=1)
ORDERS = [
    ("a", "ann", "2025-02-10T10:00", "paid", "tmall", "flagship", "c"),
    ("b", "bob", "2025-02-10T11:00", "paid", "tmall", "outlet", None),
    ("c", "bob", "2025-02-10T12:00", "paid", "jd", "jd", None),
    ("d", "cat", "2025-02-04T12:00", "paid", "tmall", "flagship", None),
    ("e", "cat", "2025-02-10T12:00", "cancelled", "jd", "jd", None),
    ("f", "cat", "2025-02-10T12:00", "paid", None, None, None),
]
LINES = [
    ("a", "p1", 1, "100.00"),
    ("a", "p2", 2, "60.00"),
    ("b", "p2", 1, "50.00"),
    ("b", "p3", 1, "90.00"),
    ("c", "p3", 1, "90.00"),
    ("d", "p1", 1, "10.00"),
    ("d", "p2", 1, "30.00"),
    ("e", "p1", 1, "999.00"),
    ("f", "p1", 1, "999.00"),
]


@pytest.fixture
def orders(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id user_id ordered_at status platform shop campaign_id", ORDERS)


@pytest.fixture
def products(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table(
        "product_id name category", [("p1", "Cream", "beauty"), ("p2", "Soap", "beauty"), ("p3", None, "food")]
    )


@pytest.fixture
def lines(engine: ibis.BaseBackend) -> ibis.Table:
    names = ("order_id", "product_id", "quantity", "amount")
    kinds = (pa.string(), pa.string(), pa.int64(), pa.decimal128(18, 2))
    rows = [dict(zip(names, (*row[:3], Decimal(row[3])), strict=True)) for row in LINES]
    given = pa.Table.from_pylist(rows, schema=pa.schema(list(zip(names, kinds, strict=True))))
    return engine.create_table(ibis.util.gen_name("lines"), given, temp=True)


def test_goods_are_ranked_at_each_place_beside_the_weeks_before(
    orders: ibis.Table, lines: ibis.Table, products: ibis.Table
) -> None:
    frame = best_sellers(orders, lines, products, DAY, top=2)
    keys = list(zip(frame["dimension"], frame["place"], frame["product_id"], strict=True))

    assert keys == [
        ("platform", "tmall", "p2"),
        ("platform", "tmall", "p1"),
        ("platform", "jd", "p3"),
    ]
    soap = frame.iloc[0]
    assert [soap[name] for name in ("rank", "name", "orders", "buyers", "units", "gmv")] == [1, "Soap", 2, 2, 3, 110]
    assert (soap["share"], soap["place_gmv"]) == (pytest.approx(110 / 300), Decimal("300.00"))
    assert (soap["baseline_rank"], soap["baseline_share"]) == (1, 0.75)
    assert frame.iloc[1]["baseline_rank"] == 2
    assert frame.iloc[2]["name"] == "p3"
    assert pd.isna(frame.iloc[2]["baseline_rank"])


def test_by_shop_only_where_orders_say_no_platform(orders: ibis.Table, lines: ibis.Table, products: ibis.Table) -> None:
    assert set(best_sellers(orders, lines, products, DAY)["dimension"]) == {"platform"}
    shops = best_sellers(orders.drop("platform"), lines, products, DAY, top=1)
    assert list(zip(shops["place"], shops["product_id"], strict=True)) == [
        ("flagship", "p1"),
        ("outlet", "p3"),
        ("jd", "p3"),
    ]


def test_of_a_campaign_only_its_own_orders_count(orders: ibis.Table, lines: ibis.Table, products: ibis.Table) -> None:
    frame = best_sellers(orders, lines, products, DAY, campaign_id="c")

    assert frame["product_id"].tolist() == ["p1", "p2"]


def test_goods_without_names_go_by_their_ids(orders: ibis.Table, lines: ibis.Table, products: ibis.Table) -> None:
    frame = best_sellers(orders, lines, products.select("product_id"), DAY, top=1)

    assert frame["name"].tolist() == frame["product_id"].tolist()
    assert frame["category"].isna().all()


def test_without_orders_that_say_their_place_there_are_no_rows(
    orders: ibis.Table, lines: ibis.Table, products: ibis.Table
) -> None:
    assert best_sellers(orders.filter(orders.order_id == "f"), lines, products, DAY).empty


def test_a_shop_that_keeps_neither_lacks_the_column(
    orders: ibis.Table, lines: ibis.Table, products: ibis.Table
) -> None:
    with pytest.raises(MissingColumn, match="orders: column 'platform' or 'shop' must be in the table, got neither"):
        best_sellers(orders.drop("platform", "shop"), lines, products, DAY)
