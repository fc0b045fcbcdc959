"""Cumulative lines: how a campaign built up, beside earlier ones, against its target."""

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.lines import Lines, Rule, line_chart
from retro.i18n import Number, Text


def cumulative(
    frame: pd.DataFrame, text: Text, value: str, elapsed: str, *, unit: str = "count", target: Number | None = None
) -> Chart:
    """A line per series over the time since its start; the first is the campaign, the others stand behind it.

    Args:
        frame: One row per series and moment: `series` (str, ready to be read), `elapsed` (number: hours or days
            since the series began), `total` (number reached by then, NaN where not yet observed).
        text: Language of the words, and currency.
        value: What is counted up, with its unit, such as `GMV (CNY)`.
        elapsed: Title of the time, with its unit, such as `Hours since the start`.
        unit: How totals are written: `count`, `money` or `rate`.
        target: What the campaign aims at in the end.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no total.
    """
    aims = [] if target is None else [Rule(target, words=text("chart.target", value=text.aim(target, unit)))]
    return line_chart(
        frame,
        text,
        "chart.cumulative",
        Lines("total", "series"),
        *aims,
        at="elapsed",
        over="hours",
        y=unit,
        height=3.5,
        under=elapsed,
        facts={"value": value, "elapsed": elapsed},
    )
