"""What the section `minute_traffic` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.metrics import traffic_phases
from retro.sections.minute_traffic import draw as minute_traffic
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def test_an_opening_that_did_not_buy_is_called_so() -> None:
    at = pd.date_range("2025-02-28T20:00", periods=3, freq="min")
    phase = ["opening", "opening", "long_tail"]
    minutes = pd.DataFrame(
        {
            "at": at,
            "phase": phase,
            "views": [9000, 1000, 1000],
            "orders": [10, 10, 20],
            "baseline_views": 90.0,
        }
    )
    sentence = find("minute_traffic", minutes, traffic_phases(minutes)).sentence

    assert "**9,000 page views a minute**" in sentence
    assert "The peak is 100 times the baseline of that minute." in sentence
    assert "many visitors and few orders**: 2.0 for each thousand views, against 20.0" in sentence


def test_a_phase_of_a_few_orders_tells_neither_them_nor_their_share() -> None:
    at = pd.date_range("2025-02-28T20:00", periods=3, freq="min")
    minutes = pd.DataFrame(
        {
            "at": at,
            "phase": ["opening", "opening", "long_tail"],
            "views": [900, 100, 100],
            "orders": [2, 1, 20],
            "baseline_views": 9.0,
        }
    )
    finding = find("minute_traffic", minutes, traffic_phases(minutes))

    assert finding.table is not None
    assert [row[4].text for row in finding.table.rows] == ["<5", "≥5"], "their sum is told"
    assert all(row[5].text == row[8].text == "" for row in finding.table.rows)
    assert {entry.name: entry.numerator for entry in finding.entries}["opening_orders_rate"] is None


AT = pd.date_range("2025-02-28T19:00", periods=1500, freq="min", unit="us")


CURVE = 20 + 9000 * np.exp(-np.abs(np.arange(1500) - 60) / 12)


PHASES = np.select(
    [
        np.arange(1500) < 60,
        np.arange(1500) < 120,
        np.arange(1500) >= 1440,
        (np.arange(1500) >= 300) & (np.arange(1500) < 360),
    ],
    ["preheat", "opening", "last_hour", "midnight"],
    "long_tail",
)


MINUTES = pd.DataFrame(
    {"at": AT, "phase": PHASES, "views": CURVE.astype(int), "orders": (CURVE / 200).astype(int), "baseline_views": 60.0}
)


def test_a_chart_is_readable_on_a_page_and_on_a_phone(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(minute_traffic(MINUTES, text))


def test_a_frame_without_rows_is_never_drawn(text: Text) -> None:
    with pytest.raises(MetricError, match=r"charts\.minute_traffic: frame must have rows, got none"):
        minute_traffic(MINUTES.iloc[:0], text)
