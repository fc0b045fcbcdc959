"""What was planted around orders is found again: when they left, why they came back, and where they were placed."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist
from typing import Any

import ibis
import pytest

from retro.metrics import refund_rates, refund_reasons, shipping
from retro.metrics.intervals import wilson
from retro.periods import Window
from retro_demo.levels import load_levels

at = dt.datetime.fromisoformat
OBSERVED = at("2025-04-01")
QUIET = Window(at("2025-01-01"), at("2025-02-20"), OBSERVED)
NIGHT = Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"), OBSERVED)
LEVELS = load_levels()

Shop = Callable[[str], ibis.Table]
Ask = Callable[[str], Any]


@pytest.fixture(scope="module")
def shop(whole_shop: Path) -> Shop:
    connection = ibis.duckdb.connect()
    return lambda name: connection.read_parquet(whole_shop / f"{name}.parquet")


@pytest.mark.parametrize(("window", "factor"), [(QUIET, 1.0), (NIGHT, LEVELS.shipping.busy[1].factor)])
def test_orders_leave_in_time_as_often_as_planted(shop: Shop, window: Window, factor: float) -> None:
    levels = LEVELS.shipping
    planted = NormalDist().cdf(math.log(48 / levels.hours / factor) / levels.spread)
    own = shipping(shop("orders"), window)[0].iloc[0]

    low, high = wilson([own["in_time"]], [own["shipped"]], 0.99)
    assert low[0] <= planted <= high[0]
    low, high = wilson([own["open"]], [own["due"]], 0.99)
    assert low[0] <= levels.unrecorded_rate <= high[0]


def test_a_night_brings_back_more_and_for_the_planted_reasons(shop: Shop) -> None:
    night, before = refund_rates(shop("orders"), shop("refunds"), NIGHT)["rate"]
    assert 1.1 < night / before < 2.2  # 1.45 was planted, other discounts beside

    year = Window(at("2024-06-01"), at("2025-02-20"), OBSERVED)
    found = refund_reasons(shop("orders"), shop("refunds"), year).set_index("reason")
    for reason in ("changed_mind", "quality", "late_delivery"):
        low, high = wilson([found.loc[reason, "orders"]], [found.loc[reason, "refunded"]], 0.99)
        assert low[0] <= LEVELS.fates.reasons[reason] <= high[0], reason


@pytest.mark.parametrize(
    ("what", "of", "planted"),
    [
        ("platform = 'jd'", "category = 'digital'", LEVELS.storefronts.drawn_rate),
        ("platform = 'jd'", "category <> 'digital'", LEVELS.storefronts.second_rate),
        (
            "shop = 'tmall_outlet'",
            "platform = 'tmall' and pool = 'clearance'",
            LEVELS.storefronts.outlet_clearance_rate,
        ),
        ("shop = 'tmall_outlet'", "platform = 'tmall' and pool <> 'clearance'", LEVELS.storefronts.outlet_rate),
    ],
)
def test_orders_of_the_web_lie_where_their_first_goods_are_sold(ask: Ask, what: str, of: str, planted: float) -> None:
    lines = (
        "orders join order_items using (order_id) join products using (product_id) where line = 1 and channel = 'web'"
    )
    hits, total = ask(f"select [count(*) filter ({what}), count(*)] from {lines} and {of}")
    low, high = wilson([hits], [total], 0.99)

    assert low[0] <= planted <= high[0]
    assert total > 0


def test_baskets_begin_with_a_bundle_as_often_as_planted(ask: Ask) -> None:
    baskets = "select count(*) from (select count(*) as n, count(bundle_id) as held from order_items group by order_id)"
    many, held, torn = (ask(f"{baskets} where {which}") for which in ("n > 1", "held > 0", "held not in (0, 2)"))
    assert torn == 0
    low, high = wilson([held], [many])
    assert low[0] < LEVELS.bundles.rate < high[0]
