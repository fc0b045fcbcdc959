"""Samples: totals are scaled to the whole with intervals that hold as often as they say."""

import datetime as dt
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd

from retro.metrics.samples import scaled, spreads
from retro.periods import Window

MARCH = Window(dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1))


def test_intervals_of_sampled_sales_hold_the_shops_total() -> None:
    """Orders of 4,000 users with skewed amounts; 5 % of the orders, or of the users, drawn 300 times."""
    rng = np.random.default_rng(1)
    orders = pd.DataFrame({"user_id": rng.integers(0, 4000, 12_000), "amount": rng.lognormal(4, 0.8, 12_000).round(2)})
    whole = orders["amount"].sum()
    for by_user in (False, True):
        held = 0
        for _ in range(300):
            if by_user:
                drawn = orders[orders["user_id"].isin(np.flatnonzero(rng.random(4000) < 0.05))]
                each = drawn.groupby("user_id")["amount"].sum()
            else:
                drawn = orders[rng.random(len(orders)) < 0.05]
                each = drawn["amount"]
            spread = float((each**2).sum() / each.sum())
            _, low, high = scaled(Decimal(str(round(drawn["amount"].sum(), 2))), 0.05, spread)
            held += low <= whole <= high
        assert 0.91 < held / 300 < 0.99


def test_spreads_are_those_of_what_was_drawn() -> None:
    rows = {
        "order_id": ["a", "b", "c", "d"],
        "user_id": ["u", "u", "v", "v"],
        "ordered_at": [dt.datetime(2025, 3, 2)] * 3 + [dt.datetime(2025, 4, 2)],
        "status": "paid",
        "amount": [10.0, 30.0, 20.0, 99.0],
    }
    orders = ibis.memtable(rows)

    assert spreads(orders, MARCH, by_user=False) == (1400 / 60, 1.0)
    assert spreads(orders, MARCH, by_user=True) == (2000 / 60, 5 / 3)
    assert spreads(orders.drop("amount"), MARCH, by_user=False) == (None, 1.0)
