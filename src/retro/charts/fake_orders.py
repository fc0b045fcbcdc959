"""Suspicious orders by rule."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, BAND
from retro.i18n import Text


def fake_orders(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per rule: orders that operations stopped, and the others that the rule finds."""
    found = frame[~frame["rule"].isin(_NO_RULES)].reset_index(drop=True)
    shown = found.assign(
        label=text.labels("fake", found["rule"]),
        bold=told(found, text, "fake_orders.chart.bold"),
        quiet=told(found, text, "fake_orders.chart.quiet"),
        others=found["orders"] - found["stopped"],
    )
    marks = (Bar("stopped", ACCENT, name="stopped"), Bar("others", BAND, name="others", stacked=True))
    return row_chart(shown, text, "fake_orders.chart", *marks, at="mark")


_NO_RULES = ("stopped", "missed")
