"""How many users reach each step of the campaign's path."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, known
from retro.charts.theme import ACCENT, MUTED, PALE, label, row_canvas, styled, value_title
from retro.charts.words import people
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
    names = [text.label("step", str(step)) for step in frame["step"]]
    users = floats(frame["users"])

    figure, ax = row_canvas(names, row=0.56, extra=0.25)
    width = max(users.max(), 1)
    ax.barh(frame.index, width, height=_BAR, color=PALE)
    ax.barh(frame.index, users, height=_BAR, color=ACCENT)
    ax.set_xlim(0, width)
    _label_ends(ax, frame, text, width)
    _label_steps(ax, frame, text)
    value_title(ax, text("funnel.chart.value"))
    return Chart(figure, _alt(frame, names, text), text("funnel.chart.caption", first=names[0]))


def _label_ends(ax: Axes, frame: pd.DataFrame, text: Text, width: float) -> None:
    """Users, and below them their share of the first step, in a column right of the bars."""
    for row, (users, rate) in enumerate(zip(frame["users"], frame["total_rate"], strict=True)):
        if row == 0 or not known(rate):
            label(ax, text.count(users), (width, row), offset=(6, 0), va="center", weight="bold")
        else:
            label(ax, text.count(users), (width, row), offset=(6, 0), va="bottom", weight="bold")
            label(ax, text.rate(rate), (width, row), offset=(6, -1), va="top", color=MUTED)


def _label_steps(ax: Axes, frame: pd.DataFrame, text: Text) -> None:
    """Between two bars: the share that went on."""
    for row, rate in enumerate(frame["step_rate"]):
        if row == 0 or not known(rate):
            continue
        words = text("funnel.chart.step", rate=text.rate(rate))
        label(ax, words, (0, row - 0.5), offset=(4, 0), va="center", color=MUTED)


def _alt(frame: pd.DataFrame, names: list[str], text: Text) -> str:
    steps = [
        text(
            "funnel.chart.alt_step", step=name, users=people(users, text), rate=text.rate(rate) if known(rate) else "–"
        )
        for name, users, rate in zip(names, frame["users"], frame["total_rate"], strict=True)
    ]
    return text("funnel.chart.alt", steps=text.join(steps))
