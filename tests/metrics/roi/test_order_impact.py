"""The effect on orders of a shop whose orders have no amounts."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from retro.metrics import order_impact, phases_of
from retro.periods import Window

START = dt.datetime(2025, 3, 10)
DAY = dt.timedelta(days=1)


def test_orders_above_their_own_baseline_are_the_effect() -> None:
    rng = np.random.default_rng(3)
    counts = [int(100 + rng.normal(0, 4)) + (30 if place >= 140 else 0) for place in range(147)]
    moments = [START + (place - 140) * DAY for place, count in enumerate(counts) for _ in range(count)]
    rows = pd.DataFrame({"order_id": [str(place) for place in range(len(moments))], "ordered_at": moments})
    orders = ibis.memtable(rows.assign(status="paid"))
    window = Window(START, START + 7 * DAY, START + 7 * DAY)
    phases = phases_of(window, anticipation_days=0, settling_days=0, others=())

    found = order_impact(orders, phases, observed_until=START + 7 * DAY)

    total = found.effects.iloc[-1]
    assert total["actual"] == sum(counts[140:])
    assert total["low"] < 210 < total["high"], "30 were added on each of seven days"
    assert found.measurable
