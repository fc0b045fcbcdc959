"""How participation built up, day by day."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.cumulative import cumulative
from retro.charts.frames import checked
from retro.i18n import Text


def participation(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """A line per group over the days of the campaign: the share that had taken part by the end of each.

    Args:
        frame: One row per group and day, as `metrics.participation` returns it: `group`, `day` (int), `rate` (float,
            0 to 1, NaN where nobody was eligible).
        text: Language of the words; groups are named by `group.<name>`.
        target: Share of all eligible members that was aimed at.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no rate is known.
    """
    frame = checked(frame, "participation", ("group", "day", "rate"))
    lines = pd.DataFrame(
        {
            "series": [text.label("group", str(group)) for group in frame["group"]],
            "elapsed": frame["day"],
            "total": frame["rate"],
        }
    )
    value, elapsed = text("participation.chart.value"), text("participation.chart.elapsed")
    chart = cumulative(lines, text, value, elapsed, unit="rate", target=target)
    return replace(chart, caption=text("participation.chart.caption"))
