"""Views and orders by the minute."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart, minute_traffic
from retro.errors import MetricError
from retro.i18n import Text

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
    {"at": AT, "phase": PHASES, "views": CURVE.astype(int), "orders": (CURVE / 200).astype(int), "usual_views": 60.0}
)


def test_a_chart_is_readable_on_a_page_and_on_a_phone(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(minute_traffic(MINUTES, text))


def test_a_frame_without_rows_is_never_drawn(text: Text) -> None:
    with pytest.raises(MetricError, match=r"charts\.minute_traffic: frame must have rows, got none"):
        minute_traffic(MINUTES.iloc[:0], text)
