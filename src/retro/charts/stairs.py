"""Counts of every few minutes, a panel for each, over the same time."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retro.charts.axes import count_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.sales import hour_axis
from retro.charts.theme import BAND, WIDE, styled, value_title
from retro.i18n import Text


@styled()
def stairs(frame: pd.DataFrame, text: Text, key: str, colours: Mapping[str, str], shaded: str) -> Chart:
    """A panel of filled stairs for each count, the first the highest, with scales of their own.

    Args:
        frame: One row per step of time, all equally long: `at` (datetime), a column of ints for each of `colours`,
            and `shaded`.
        text: Language of the words.
        key: Where the words stand: a title by each column's name, and `caption` (with `{minutes}`, a step's length),
            or `caption_<shaded>` where a row is shaded, and `alt` (with the sum of each column).
        colours: The colour of each count, from the top.
        shaded: A column of bools: stretches of time whose ground is grey.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, key.removesuffix(".chart"), ("at", *colours, shaded))
    places = pd.Series(dates.date2num(pd.to_datetime(frame["at"])))
    step = float(places.diff().median()) if len(places) > 1 else 1 / 24
    minutes = round(step * 24 * 60)
    edges = [*places, places.iloc[-1] + step]

    figure = Figure(figsize=(WIDE, 3.8), layout="constrained")
    panels = figure.subplots(len(colours), 1, sharex=True, height_ratios=[3, *[2] * (len(colours) - 1)])
    for ax, (name, colour) in zip(panels, colours.items(), strict=True):
        counts = floats(frame[name])
        _shade(ax, frame[shaded], places, step)
        ax.stairs(counts, edges, fill=True, color=colour, zorder=2)
        ax.set_ylim(0, max(float(counts.max()), 1.0) * 1.12)
        count_axis(ax.yaxis, text)
        value_title(ax, text(f"{key}.{name}", minutes=minutes))
    hour_axis(panels[-1], float(places.min()), text)
    panels[-1].set_xlim(edges[0], edges[-1])
    caption = f"caption_{shaded}" if frame[shaded].any() else "caption"
    return Chart(figure, text(f"{key}.alt", frame[list(colours)].sum()), text(f"{key}.{caption}", minutes=minutes))


def _shade(ax: Axes, shaded: pd.Series[bool], places: pd.Series[float], step: float) -> None:
    """Shade the stretches of time of which it holds."""
    runs = (shaded != shaded.shift()).cumsum()
    for _, own in places.groupby(runs):
        if shaded[own.index[0]]:
            ax.axvspan(own.min(), own.max() + step, color=BAND, linewidth=0, zorder=0)
