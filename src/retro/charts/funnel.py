"""How many users reach each step of the campaign's path."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, rows
from retro.charts.theme import ACCENT, MUTED, PALE, label, row_canvas, styled, value_title
from retro.i18n import Text

_BAR = 0.5
"""Height of a bar in rows; the rate from step to step stands between two bars."""


@styled()
def funnel(frame: pd.DataFrame, text: Text) -> Chart:
    """One bar per step with its users and its share of the first step; between two bars, the share that went on.

    Args:
        frame: One row per step in order, as `metrics.funnel` returns it: `step` (str), `users` (int),
            `step_rate`, `total_rate`, `low`, `high` (float, 0 to 1, NaN where there is none).
        text: Language of the words; steps are named by `step.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "funnel", ("step", "users", "step_rate", "total_rate"))
    names, users = text.labels("step", frame["step"]), floats(frame["users"])

    figure, ax = row_canvas(names, row=0.56, extra=0.25)
    width = max(users.max(), 1)
    ax.barh(frame.index, width, height=_BAR, color=PALE)
    ax.barh(frame.index, users, height=_BAR, color=ACCENT)
    ax.set_xlim(0, width)
    for row in rows(frame):
        _label_end(ax, row, text, width)
    for row in rows(frame)[1:]:
        if went_on := text.told("funnel.chart.step", row):
            label(ax, went_on, (0, row.Index - 0.5), offset=(4, 0), va="center", color=MUTED)
    value_title(ax, text("funnel.chart.value"))
    said = [text.told("funnel.chart.said", row) for row in rows(frame)]
    parts = [text("chart.named", name=name, value=one) for name, one in zip(names, said, strict=True)]
    alt, caption = text("funnel.chart.alt", parts=text.join(parts)), text("funnel.chart.caption", first=names[0])
    return Chart(figure, alt, caption)


def _label_end(ax: Axes, row: Any, text: Text, width: float) -> None:  # noqa: ANN401 - a named tuple of pandas
    """Users right of the bar, and below them their share of the first step."""
    share = text.told("funnel.chart.quiet", row) if row.Index else ""
    place = (width, row.Index)
    label(ax, text.count(row.users), place, offset=(6, 0), va="bottom" if share else "center", weight="bold")
    if share:
        label(ax, share, place, offset=(6, -1), va="top", color=MUTED)
