import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.metrics.order_channels import order_channels
from retro.periods import Window

at = dt.datetime.fromisoformat


def test_shares_stand_beside_those_of_the_baseline_weeks(table: Callable[..., ibis.Table]) -> None:
    orders = table(
        "order_id user_id ordered_at status amount channel",
        [
            ("a", "ann", "2025-02-28T20:00", "paid", "60.00", "live_stream"),
            ("b", "ann", "2025-02-28T21:00", "paid", "20.00", "live_stream"),
            ("c", "bob", "2025-02-28T22:00", "paid", "20.00", "app"),
            ("d", "bob", "2025-02-28T23:00", "refunded", "99.00", "app"),
            ("e", "bob", "2025-02-20T20:00", "paid", "30.00", "app"),
            ("f", "cat", "2025-02-21T20:00", "paid", "10.00", "live_stream"),
            ("g", "cat", "2024-02-21T20:00", "paid", "500.00", "web"),
        ],
    )
    window = Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"), baseline_weeks=4)
    live, app = order_channels(orders, window).to_dict("records")
    assert (live["channel"], live["orders"], live["buyers"], live["gmv"]) == ("live_stream", 2, 1, Decimal("80.00"))
    assert (live["rate"], live["baseline_rate"], live["order_value"]) == (0.8, 0.25, Decimal("40.00"))
    assert (app["rate"], app["baseline_rate"]) == (pytest.approx(0.2), 0.75)

    counted = order_channels(orders.drop("amount"), window).set_index("channel")
    assert counted["gmv"].tolist() == counted["order_value"].tolist() == [None, None]
    assert counted["rate"].to_dict() == {"live_stream": pytest.approx(2 / 3), "app": pytest.approx(1 / 3)}
    assert counted["baseline_rate"].tolist() == [0.5, 0.5]
