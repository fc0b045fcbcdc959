"""Dots with their intervals: rates of a few groups, one below the other."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.axes import rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.theme import ACCENT, MUTED, USUAL, label, row_canvas, styled
from retro.charts.words import people
from retro.i18n import Text


@styled()
def dots(frame: pd.DataFrame, text: Text, value: str) -> Chart:
    """A dot with its 95 % interval per group; the campaign's in the accent, what it is compared with in grey.

    Args:
        frame: One row per group, in order: `label` (str, ready to be read), `rate`, `low`, `high` (float, 0 to 1, NaN
            where there is none), `people` (number the rate is taken over), `campaign` (bool).
        text: Language of the words.
        value: What the rate is.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no rate.
    """
    frame = checked(frame, "dots", ("label", "rate", "low", "high", "people", "campaign"))
    seen = drawn(frame, "dots", "rate")

    figure, ax = row_canvas(list(frame["label"]), row=0.5, extra=0.6)
    for row in rows(frame):
        _draw_row(ax, row, text)
    ax.set_xlim(0, min(1, floats(seen["high"]).max() * 1.05) or 1)
    rate_axis(ax.xaxis, text)
    ax.set_xlabel(value)
    parts = [text("chart.named", name=row.label, value=_said(row, text)) for row in rows(frame)]
    alt = text("chart.dots.alt", value=value, parts=text("chart.clause").join(parts))
    return Chart(figure, alt, text("chart.dots.caption", value=value))


def _draw_row(ax: Axes, row: Any, text: Text) -> None:  # noqa: ANN401 - a named tuple of pandas
    if not known(row.rate):
        label(ax, text("chart.unknown"), (0, row.Index), offset=(6, 0), va="center", color=MUTED)
        return
    colour = ACCENT if row.campaign else USUAL
    ax.plot([row.low, row.high], [row.Index] * 2, color=colour, linewidth=3, alpha=0.4)
    ax.plot([row.rate], [row.Index], "o", color=colour, markersize=8)
    look = {"color": colour, "weight": "bold"}
    label(ax, text.value(row.rate, "rate"), (row.high, row.Index), offset=(8, 1), va="bottom", **look)
    of = text("chart.dots.of", people=people(row.people, text))
    label(ax, of, (row.high, row.Index), offset=(8, -1), va="top", color=MUTED)


def _said(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    if not known(row.rate):
        return text("chart.unknown")
    interval = text.interval(row.low, row.high, "rate")
    return text("chart.dots.said", rate=text.value(row.rate, "rate"), interval=interval)
