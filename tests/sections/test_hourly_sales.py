from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02"))


def test_the_busiest_hour_stands_beside_the_baseline_one() -> None:
    hours = [dt.datetime(2025, 3, 1, hour) for hour in (20, 21)]
    frame = pd.DataFrame(
        {"at": hours, "orders": [5, 9], "gmv": [Decimal(1), Decimal(2)], "baseline_orders": [1.0, 2.0]}
    )

    finding = find("hourly_sales", frame)
    assert "the busiest hour was 1 Mar 21:00 with 9. The baseline of this hour is 2.0." in finding.sentence
    assert {entry.name: entry.value for entry in finding.entries} == {
        "orders": 14, "gmv": Decimal("3.00"), "peak_hour_orders": 9,
    }  # fmt: skip
