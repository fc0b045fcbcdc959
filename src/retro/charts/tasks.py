"""How many took up each task, and how many finished it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, known, rows
from retro.charts.theme import ACCENT, BAND, MUTED, label, legend, row_canvas, styled, value_title
from retro.charts.words import people
from retro.i18n import Text


@styled()
def tasks(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per task: who started it, and over it who finished; the first row counts everybody once.

    Args:
        frame: All tasks together and one row per task, as `metrics.tasks` returns it: `task` (str, None for all
            together), `started`, `completed` (int), `rate`, `low`, `high` (float).
        text: Language of the words; tasks are named by `task.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "tasks", ("task", "started", "completed", "rate", "low", "high"))
    names = [task_name(name, text) for name in frame["task"]]

    figure, ax = row_canvas(names, row=0.5, extra=0.55)
    started = ax.barh(frame.index, floats(frame["started"]), height=0.5, color=BAND)
    completed = ax.barh(frame.index, floats(frame["completed"]), height=0.5, color=ACCENT)
    ax.set_xlim(0, floats(frame["started"]).max() or 1)
    for row in rows(frame):
        _label_row(ax, row, text)
    value_title(ax, text("tasks.chart.value"))
    legend(ax, [(started, text("tasks.chart.started")), (completed, text("tasks.chart.completed"))])
    parts = [
        text("chart.named", name=name, value=text.rate(row.rate)) for name, row in zip(names, rows(frame), strict=True)
    ]
    return Chart(figure, text("tasks.chart.alt", parts=text.join(parts)), text("tasks.chart.caption"))


def task_name(name: object, text: Text) -> str:
    """A task in words; None stands for all of them together."""
    return text.label("task", str(name)) if known(name) else text("tasks.chart.any")


def _label_row(ax: Axes, row: Any, text: Text) -> None:  # noqa: ANN401 - a named tuple of pandas
    at: dict[str, Any] = {"xycoords": ("axes fraction", "data")}
    label(ax, text.rate(row.rate), (1, row.Index), offset=(6, 1), va="bottom", weight="bold", **at)
    words = text("chart.of", hits=text.count(row.completed), total=people(row.started, text))
    label(ax, words, (1, row.Index), offset=(6, -1), va="top", color=MUTED, **at)
