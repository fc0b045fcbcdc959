"""Heat maps: shares or counts by two orders, such as weekday and hour."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from retro.charts.axes import StepLocator
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, rows
from retro.charts.theme import ACCENT, INK, TOGETHER, canvas, label, styled, value_title
from retro.i18n import Text

_WEEKDAYS = range(1, 8)
_HOURS = range(24)


@styled()
def weekday_hours(frame: pd.DataFrame, text: Text, value: str) -> Chart:
    """A week as a grid of weekdays and hours, darker where more happened; the busiest hour is labelled.

    Args:
        frame: One row per weekday and hour that was observed: `weekday` (int, 1 is Monday), `hour` (int, 0 to 23),
            `events` (int). An hour that lay in the window and saw nothing is a row with 0; one outside is no row,
            and stays blank.
        text: Language of the words.
        value: What is counted, with its unit, such as `Redemptions (orders)`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no count.
    """
    frame = checked(frame, "weekday_hours", ("weekday", "hour", "events"))
    seen = drawn(frame, "weekday_hours", "events")
    grid = seen.pivot(index="weekday", columns="hour", values="events").astype(float)
    grid = grid.reindex(index=_WEEKDAYS, columns=_HOURS)
    peak = max(rows(seen), key=lambda hour: hour.events)

    figure, ax = canvas(3.1)
    draw_grid(ax, grid)
    ax.set_yticklabels([text(f"chart.weekday.{day}") for day in _WEEKDAYS])
    ax.xaxis.set_major_locator(StepLocator(0.5, room=16, steps=(1, 2, 3, 6)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda place, _: f"{place - 0.5:.0f}"))
    ax.set_xlabel(text("chart.axis.hour"))
    value_title(ax, value)
    _mark_peak(ax, peak, text)
    alt = text(
        "chart.weekday_hours.alt",
        value=value,
        weekday=text(f"chart.weekday.{peak.weekday}"),
        hour=peak.hour,
        count=text.count(peak.events),
    )
    return Chart(figure, alt, text("chart.weekday_hours.caption", value=value))


def _mark_peak(ax: Axes, peak: Any, text: Text) -> None:  # noqa: ANN401 - a named tuple of pandas
    """Frame the busiest cell, and say above the grid how much it holds."""
    row, column = peak.weekday - 1, peak.hour
    ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=INK, linewidth=1.5, clip_on=False))
    words = text("chart.weekday_hours.peak", count=text.count(peak.events))
    label(ax, words, (len(_HOURS), 0), offset=(0, 7), ha="right", va="bottom", weight="bold")


def draw_grid(ax: Axes, values: pd.DataFrame, words: pd.DataFrame | None = None) -> None:
    """Fill a grid of cells from white (0) to the accent (the largest value); missing cells stay blank.

    Args:
        ax: Where; row `i` and column `j` are centred at `(j + 0.5, i + 0.5)`, the first row on top.
        values: Numbers not below 0, NaN where missing.
        words: What stands in the cells, of the same shape. All or none is shown, as there is room.
    """
    import seaborn as sns  # noqa: PLC0415 - takes two seconds, which only heat maps should cost

    top = float(np.nanmax(values.to_numpy(dtype=float)))
    sns.heatmap(
        values,
        ax=ax,
        mask=values.isna(),
        vmin=0,
        vmax=top if top > 0 else 1,
        cmap=sns.light_palette(ACCENT, as_cmap=True),
        cbar=False,
        linewidths=1,
        linecolor="white",
        annot=False if words is None else words.to_numpy(),
        fmt="",
        annot_kws={"size": 8.5, "gid": TOGETHER},
        xticklabels=False,
    )
    ax.set(xlabel="", ylabel="")
    ax.tick_params(length=0)
    ax.set_yticks([row + 0.5 for row in range(len(values))], [""] * len(values), rotation=0, color=INK)
