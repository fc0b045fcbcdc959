"""Channels: the new users of each, and what the baseline had."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import floats, known, told
from retro.charts.rows import Bar, Tick, row_chart
from retro.charts.theme import ACCENT, BAND, USUAL
from retro.i18n import Text


def reach(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per channel with its new users and their change; the baseline and its range stand on it."""
    shown = frame.assign(
        label=[channel_name(name, text) for name in frame["channel"]],
        bold=told(frame, text, "reach.chart.bold"),
        quiet=told(frame, text, "reach.chart.quiet", "lift_rate", "–"),
        said=told(frame, text, "reach.chart.said"),
        width=floats(frame["baseline_high"]) - floats(frame["baseline_low"]),
        start=floats(frame["baseline_low"]).fillna(0),
    )
    usual = "usual" if shown["baseline"].notna().any() else ""
    band = Bar("width", BAND, 0.76, usual, start="start", look={"zorder": 0})
    return row_chart(
        shown, text, "reach.chart", band, Bar("registrations", ACCENT, 0.5, "counted"), Tick("baseline", USUAL)
    )


def channel_name(name: object, text: Text) -> str:
    """A channel in words, also where none is known."""
    return text.label("channel", str(name)) if known(name) else text("reach.chart.unknown")
