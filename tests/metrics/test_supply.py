"""Tables worked by hand: days of stock, of sampling, and reorders at their trigger."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.supply import reorders, sampling, stock_days
from retro.periods import Window

WINDOW = Window(dt.datetime(2024, 9, 2), dt.datetime(2024, 9, 30), dt.datetime(2024, 12, 1))


def table(columns: str, rows: list[tuple[Any, ...]]) -> ibis.Table:
    return ibis.memtable(pd.DataFrame(rows, columns=columns.split()))


def on(day: int, month: int = 9) -> dt.date:
    return dt.date(2024, month, day)


PRODUCTS = table("product_id launched_on", [("new", on(3)), ("old", dt.date(2024, 2, 1))])


def test_stock_at_the_pace_of_the_last_days() -> None:
    rows = [("new", on(28), 4, 30), ("new", on(29), 6, 24), ("old", on(29), 0, 50), ("new", on(30), 9, 0)]
    frame = stock_days(table("product_id stocked_on sold_units closing_units", rows), PRODUCTS, WINDOW)

    assert frame[["group", "items", "closing", "sold", "idle_items"]].to_numpy().tolist() == [
        ["own", 1, 24, 10, 0],
        ["others", 1, 50, 0, 1],
    ]
    assert frame["stock_days"].iloc[0] == 24 / 5
    assert np.isnan(frame["stock_days"].iloc[1])


def test_the_median_of_samples_and_its_interval() -> None:
    rows = [("new", on(1, 7), on(1, 7) + dt.timedelta(days=days)) for days in range(10, 20)] + [("new", on(1, 8), None)]
    (row,) = sampling(table("product_id started_on approved_on", rows), PRODUCTS, WINDOW).to_dict("records")

    assert (row["group"], row["samples"], row["approved"], row["median_days"]) == ("own", 11, 10, 14.5)
    assert (row["median_days_low"], row["median_days_high"]) == (11, 18)


def test_reorders_on_the_day_or_the_next() -> None:
    rows = [("a", on(3), on(3), on(12), 40), ("a", on(9), on(10), None, 60), ("b", on(9), on(20), on(28), 50),
            ("c", on(9), None, None, None), ("old", on(1), on(1), None, 9)]  # fmt: skip
    (row,) = reorders(table("product_id triggered_on ordered_on received_on units", rows), WINDOW).to_dict("records")

    assert [row[name] for name in ("triggers", "reordered", "on_time", "on_time_rate")] == [4, 3, 2, 0.5]
    assert [row[name] for name in ("delay_days", "transit_days", "lot")] == [1, 8.5, 50]
    bare = table("product_id triggered_on ordered_on", [row[:3] for row in rows[:2]])
    assert np.isnan(reorders(bare, WINDOW)["lot"].iloc[0])
    assert reorders(bare.filter(bare.product_id == "z"), WINDOW).empty


def test_a_table_without_its_column_is_refused() -> None:
    with pytest.raises(MissingColumn, match="samples: column 'approved_on' must be in the table"):
        sampling(table("product_id started_on", [("new", on(1))]), PRODUCTS, WINDOW)
