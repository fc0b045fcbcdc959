"""Tasks: taken up and finished."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import known, told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import BAND
from retro.i18n import Text


def tasks(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per task: who started it, and over it who finished; the first counts everybody once."""
    shown = frame.assign(
        label=[task_name(name, text) for name in frame["task"]],
        bold=told(frame, text, "tasks.chart.bold", "rate"),
        quiet=told(frame, text, "tasks.chart.quiet"),
    )
    return row_chart(
        shown, text, "tasks.chart", Bar("started", BAND, name="started"), Bar("completed", name="completed")
    )


def task_name(name: object, text: Text) -> str:
    """A task in words; None stands for all of them together."""
    return text.label("task", str(name)) if known(name) else text("tasks.chart.any")
