"""Turnout by tier of members."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import told
from retro.charts.rows import Bar, row_chart
from retro.i18n import Text


def tier_turnout(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per tier: the share of its members who came, and what share of all who came that is."""
    frame = frame[frame["members"].map(lambda members: members != 0)].reset_index(drop=True)
    shown = frame.assign(
        label=text.labels("tier", frame["tier"]),
        bold=told(frame, text, "tier_turnout.chart.bold", "came"),
        quiet=told(frame, text, "tier_turnout.chart.quiet", "came_share", ""),
    )
    return row_chart(shown, text, "tier_turnout.chart", Bar("rate"), at="mark")
