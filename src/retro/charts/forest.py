"""Forest plot: estimates with their intervals, one below the other, against the value of no effect."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.axes import amount_axis, points_axis, rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.theme import ACCENT, BASELINE, MUTED, label, row_canvas, styled
from retro.charts.words import written
from retro.i18n import Text

_AXES = {"change": rate_axis, "rate": rate_axis, "percentage_points": points_axis}


@styled()
def forest(frame: pd.DataFrame, text: Text, value: str, unit: str = "percentage_points", reference: float = 0) -> Chart:
    """A dot with its interval per row; hollow and grey where the interval holds the value of no effect.

    Args:
        frame: One row per estimate, in order: `label` (str, ready to be read), `estimate`, `low`, `high` (float,
            NaN where it cannot be estimated).
        text: Language of the words, and currency.
        value: What is estimated, such as `Change of day-7 retention`.
        unit: How estimates are written: `percentage_points`, `change`, `rate`, `ratio`, `money` or `count`.
        reference: The value of no effect: 0 for differences, 1 for ratios.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no estimate.
    """
    frame = checked(frame, "forest", ("label", "estimate", "low", "high"))
    seen = drawn(frame, "forest", "estimate")

    figure, ax = row_canvas(list(frame["label"]), extra=0.6)
    ax.lines[0].set_xdata([reference, reference])
    low, high = min(reference, floats(seen["low"]).min()), max(reference, floats(seen["high"]).max())
    margin = (high - low) * 0.04 or 1.0
    ax.set_xlim(low - margin, high + margin)
    for row in rows(frame):
        _draw_row(ax, row, text, unit, reference)
    _AXES.get(unit, amount_axis)(ax.xaxis, text)
    ax.set_xlabel(text("chart.forest.points", value=value) if unit == "percentage_points" else value)
    parts = [_said(row, unit, text) for row in rows(frame)]
    alt = text("chart.forest.alt", value=value, parts=text("chart.clause").join(parts))
    return Chart(figure, alt, text("chart.forest.caption", value=value, reference=_reference(reference, unit, text)))


def _reference(reference: float, unit: str, text: Text) -> str:
    """The value of no effect, in words: a rate as a rate, else its plain number."""
    return text.rate(reference) if unit == "rate" else text.short(reference)


def _draw_row(ax: Axes, row: Any, text: Text, unit: str, reference: float) -> None:  # noqa: ANN401 - a tuple of pandas
    edge = ax.get_xlim()[1]
    if not known(row.estimate):
        label(ax, text("chart.unknown"), (edge, row.Index), offset=(6, 0), va="center", color=MUTED)
        return
    clear = not row.low <= reference <= row.high
    colour = ACCENT if clear else BASELINE
    ax.plot([row.low, row.high], [row.Index] * 2, color=colour, linewidth=3, alpha=0.4)
    ax.plot([row.estimate], [row.Index], "o", color=colour, markersize=7, markerfacecolor=colour if clear else "white")
    words = written(row.estimate, unit, text)
    label(ax, words, (edge, row.Index), offset=(6, 0), va="center", color=colour, weight="bold")


def _said(row: Any, unit: str, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    if not known(row.estimate):
        return text("chart.named", name=row.label, value=text("chart.unknown"))
    low, high = written(row.low, unit, text), written(row.high, unit, text)
    estimate = written(row.estimate, unit, text)
    return text("chart.forest.row", name=row.label, estimate=estimate, low=low, high=high)
