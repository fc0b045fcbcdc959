"""Payments: how many attempts went through and how many failed, over time, with what was broken."""

from __future__ import annotations

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retro.charts.axes import count_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.sales import hour_axis
from retro.charts.theme import ACCENT, BAND, WARM, WIDE, styled, value_title
from retro.i18n import Text


@styled()
def payments(frame: pd.DataFrame, text: Text) -> Chart:
    """Two panels over the same time: attempts that went through, and below those that failed; incidents are shaded.

    Args:
        frame: One row per step, as `metrics.payments` returns it: `at` (datetime), `attempts`, `paid` (int),
            `broken` (bool).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "payments", ("at", "attempts", "paid", "broken"))
    places = pd.Series(dates.date2num(pd.to_datetime(frame["at"])))
    step = float(places.diff().median()) if len(places) > 1 else 1 / 24
    minutes = round(step * 24 * 60)
    paid, failed = floats(frame["paid"]), floats(frame["attempts"] - frame["paid"])
    edges = [*places, places.iloc[-1] + step]

    figure = Figure(figsize=(WIDE, 3.8), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    for ax, values, colour, name in ((above, paid, ACCENT, "paid"), (below, failed, WARM, "failed")):
        _shade(ax, frame, places, step)
        ax.stairs(values, edges, fill=True, color=colour, zorder=2)
        ax.set_ylim(0, max(float(values.max()), 1.0) * 1.12)
        count_axis(ax.yaxis, text)
        value_title(ax, text(f"payments.chart.{name}", minutes=minutes))
    hour_axis(below, float(places.min()), text)
    below.set_xlim(edges[0], edges[-1])
    alt = text("payments.chart.alt", paid=text.count(paid.sum()), failed=text.count(failed.sum()))
    share = "caption_broken" if frame["broken"].any() else "caption"
    return Chart(figure, alt, text(f"payments.chart.{share}", minutes=minutes))


def _shade(ax: Axes, frame: pd.DataFrame, places: pd.Series[float], step: float) -> None:
    """Shade the stretches in which an incident was on."""
    runs = (frame["broken"] != frame["broken"].shift()).cumsum()
    for _, own in places.groupby(runs):
        if frame.loc[own.index[0], "broken"]:
            ax.axvspan(own.min(), own.max() + step, color=BAND, linewidth=0, zorder=0)
