"""Launches of the demo's brand shop: what was planted is found, and a launch that moved nothing is said to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pytest

from retro.metrics.product_launch import launch_votes, launches, neighbours, product_launch
from retro.metrics.supply import reorders, sampling
from retro.periods import Window
from retro_demo.levels import load_levels

AUTUMN, SUMMER = (
    Window(
        dt.datetime(2024, month, day), dt.datetime(2024, month, day) + dt.timedelta(weeks=4), dt.datetime(2025, 4, 1)
    )
    for month, day in ((9, 2), (6, 3))
)

Shop = dict[str, ibis.Table]


@pytest.fixture(scope="module")
def shop(whole_shop: Path) -> Shop:
    connection = ibis.duckdb.connect()
    paths = (whole_shop / "new_goods").glob("*.parquet")
    return {path.stem: connection.read_parquet(path, table_name=path.stem) for path in paths}


@pytest.fixture(scope="module")
def told(shop: Shop) -> Callable[[Window], dict[str, Any]]:
    return lambda window: product_launch(launches(shop, shop["products"], window)).to_dict("records")[0]


def test_the_autumn_launch_is_found(
    shop: Shop, truth: dict[str, Any], told: Callable[[Window], dict[str, Any]]
) -> None:
    planted, levels = truth["new_goods"]["autumn"], load_levels().new_goods
    row, (near, _) = told(AUTUMN), neighbours(shop, shop["products"], AUTUMN).to_dict("records")
    votes = launch_votes(shop["votes"], shop, shop["products"], launches(shop, shop["products"], AUTUMN)).iloc[0]
    own, _ = sampling(shop["samples"], shop["products"], AUTUMN).to_dict("records")
    answered = reorders(shop["reorders"], Window(AUTUMN.start, dt.datetime(2025, 3, 1), AUTUMN.observed)).iloc[0]

    assert row["items"] == row["measured"] == planted["items"]
    assert row["units"] == pytest.approx(planted["ordered_in_30_days"] * (1 - levels.cancelled_rate), rel=0.02)
    assert row["lift_low"] > 0
    assert near["taken_low"] < -planted["taken_rate"] < near["taken_high"] < 0
    assert own["median_days_low"] <= planted["sampling_days"] <= own["median_days_high"]
    assert answered["on_time_rate"] == pytest.approx(levels.on_time_rate, abs=0.1)
    assert votes["rank_correlation_low"] > 0
    assert votes["bought_low"] > 0.05


def test_the_summer_launch_moved_nothing(shop: Shop, told: Callable[[Window], dict[str, Any]]) -> None:
    row, (near, _) = told(SUMMER), neighbours(shop, shop["products"], SUMMER).to_dict("records")

    assert row["lift_high"] < 0
    assert near["taken_low"] < 0 < near["taken_high"]


def test_the_shop_holds_together(shop: Shop) -> None:
    connection = shop["orders"].get_backend()
    never = {
        "an order before registering": "orders join users using (user_id) where ordered_at < registered_at",
        "a sale before the launch": """orders join order_items using (order_id) join products using (product_id)
            where ordered_at < launched_on""",
        "items that differ from their order": """orders join (select order_id, sum(amount) as total from order_items
            group by 1) using (order_id) where total <> amount""",
        "stock that does not add up": "stock where opening_units + received_units - sold_units <> closing_units",
        "a reorder before its trigger": "reorders where ordered_on < triggered_on or received_on <= ordered_on",
        "a vote after the launch": "votes join products using (product_id) where voted_at >= launched_on",
    }
    for what, rows in never.items():
        assert connection.raw_sql(f"select count(*) from {rows}").fetchone() == (0,), what
