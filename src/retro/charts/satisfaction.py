"""How content customers are: each score as the shares of those who are not, in between, and are."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from retro.charts.chart import Chart
from retro.charts.frames import checked, known, rows
from retro.charts.theme import ACCENT, BAND, INK, MUTED, OPTIONAL, WARM, label, legend, row_canvas, styled, value_title
from retro.charts.words import people
from retro.i18n import Text

_PARTS = (("negative", WARM, "white"), ("neutral", BAND, INK), ("positive", ACCENT, "white"))
_ROOM = 0.08
"""Shares below this carry no number inside their part of the bar."""


@styled()
def satisfaction(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per measure, divided by how content its respondents are; the score stands behind it.

    Args:
        frame: One row per measure, as `metrics.satisfaction` returns it: `measure` (str), `answers`, `negative`,
            `neutral`, `positive` (int), `value`, `low`, `high` (float).
        text: Language of the words; measures are named by `satisfaction.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    columns = ("measure", "answers", "negative", "neutral", "positive", "value", "low", "high")
    frame = checked(frame, "satisfaction", columns)
    names = [text.label("satisfaction", str(name)) for name in frame["measure"]]

    figure, ax = row_canvas(names, row=0.55, extra=0.5)
    for row in rows(frame):
        _draw_row(ax, row, text)
    ax.set_xlim(0, 1)
    value_title(ax, text("satisfaction.chart.value"))
    legend(ax, [(Patch(color=colour), text(f"satisfaction.chart.{name}")) for name, colour, _ in _PARTS])
    parts = [
        text("chart.named", name=name, value=_score(row, text)) for name, row in zip(names, rows(frame), strict=True)
    ]
    return Chart(figure, text("satisfaction.chart.alt", parts=text.join(parts)), text("satisfaction.chart.caption"))


def _written(value: float, measure: str, text: Text) -> str:
    """A score as readers write it: NPS as a whole number, means to two decimals."""
    return text.exact(value, 0 if measure == "nps" else 2)


def _score(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    return _written(row.value, str(row.measure), text)


def _draw_row(ax: Axes, row: Any, text: Text) -> None:  # noqa: ANN401 - as above
    left = 0.0
    for name, colour, ink in _PARTS:
        share = getattr(row, name) / row.answers
        ax.barh(row.Index, share, left=left, height=0.5, color=colour)
        if share >= _ROOM:
            look: dict[str, Any] = {"ha": "center", "va": "center", "color": ink}
            label(ax, text.rate(share, 0), (left + share / 2, row.Index), group=OPTIONAL, **look)
        left += share
    label(ax, _score(row, text), (1, row.Index), offset=(6, 1), va="bottom", weight="bold")
    base = people(row.answers, text)
    if known(row.low):
        low, high = _written(row.low, str(row.measure), text), _written(row.high, str(row.measure), text)
        base = text("satisfaction.chart.base", low=low, high=high, answers=base)
    label(ax, base, (1, row.Index), offset=(6, -1), va="top", color=MUTED)
