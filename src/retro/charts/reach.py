"""New users by channel, against what each channel usually brings."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, known, rows
from retro.charts.theme import ACCENT, BAND, MUTED, USUAL, label, legend, row_canvas, styled, value_title
from retro.charts.words import people
from retro.i18n import Text

_BAR = 0.5


@styled()
def reach(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per channel with its new users and their change; the usual level and its range stand on it.

    Args:
        frame: One row per channel, as `metrics.reach` returns it: `channel` (str, None for unknown), `registrations`
            (int), `baseline`, `baseline_low`, `baseline_high`, `lift_rate` (float, NaN where not known).
        text: Language of the words; channels are named by `channel.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    columns = ("channel", "registrations", "baseline", "baseline_low", "baseline_high", "lift_rate")
    frame = checked(frame, "reach", columns)
    names = [channel_name(name, text) for name in frame["channel"]]

    figure, ax = row_canvas(names, row=0.5, extra=0.55)
    counted = ax.barh(frame.index, floats(frame["registrations"]), height=_BAR, color=ACCENT)
    ends = pd.concat([floats(frame["registrations"]), floats(frame["baseline_high"])])
    ax.set_xlim(0, ends.max() or 1)
    usual = [_draw_row(ax, row, text) for row in rows(frame)]
    entries: list[tuple[Any, str]] = [(counted, text("reach.chart.counted"))]
    if any(usual):
        entries.append(
            ((Patch(color=BAND), next(line for line in usual if line)), text("registrations.chart.registration.usual"))
        )
    value_title(ax, text("reach.chart.value"))
    legend(ax, entries)
    parts = [
        text("reach.chart.part", channel=name, count=people(row.registrations, text), lift=_lift(row, text))
        for name, row in zip(names, rows(frame), strict=True)
    ]
    return Chart(figure, text("reach.chart.alt", parts=text.join(parts)), text("reach.chart.caption"))


def channel_name(name: object, text: Text) -> str:
    """A channel in words, also where none is known."""
    return text.label("channel", str(name)) if known(name) else text("reach.chart.unknown")


def _lift(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    return text.change(row.lift_rate, 0) if known(row.lift_rate) else "–"


def _draw_row(ax: Axes, row: Any, text: Text) -> Any:  # noqa: ANN401 - as above, and a line of matplotlib
    """The usual range behind the bar's foot, its level across it, and the words behind both."""
    line = None
    if known(row.baseline):
        width = row.baseline_high - row.baseline_low
        ax.barh(row.Index, width, left=row.baseline_low, height=_BAR + 0.24, color=BAND, zorder=0)
        ends = row.Index - _BAR / 2 - 0.12, row.Index + _BAR / 2 + 0.12
        ax.vlines(row.baseline, *ends, color="white", linewidth=3.2)
        line = ax.vlines(row.baseline, *ends, color=USUAL, linewidth=1.8)
    at: dict[str, Any] = {"xycoords": ("axes fraction", "data")}
    label(ax, text.count(row.registrations), (1, row.Index), offset=(6, 1), va="bottom", weight="bold", **at)
    label(ax, _lift(row, text), (1, row.Index), offset=(6, -1), va="top", color=MUTED, **at)
    return line
