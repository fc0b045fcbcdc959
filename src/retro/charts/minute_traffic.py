"""Page views and orders by the minute, with the phases of a short campaign."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retro.charts.axes import count_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.sales import hour_axis
from retro.charts.theme import (
    ACCENT,
    BASELINE,
    MUTED,
    OPTIONAL,
    PALE,
    SERIES,
    WIDE,
    label,
    legend,
    styled,
    value_title,
)
from retro.i18n import Text

_SHADED = ("opening", "midnight", "last_hour")
_SMOOTH = 5


@styled()
def minute_traffic(frame: pd.DataFrame, text: Text) -> Chart:
    """Two panels over the same minutes: page views with their baseline above, orders below; phases are shaded.

    Args:
        frame: One row per minute, as `metrics.minute_traffic` returns it: `at` (datetime), `phase` (str), `views`,
            `orders` (int), `baseline_views` (float, NaN where none is known).
        text: Language of the words; phases are named by `moment.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "minute_traffic", ("at", "phase", "views", "orders", "baseline_views"))
    places = pd.Series(dates.date2num(pd.to_datetime(frame["at"])))

    figure = Figure(figsize=(WIDE, 4.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    (came,) = above.plot(places, frame["views"], color=ACCENT, linewidth=1.1, zorder=3)
    entries: list[tuple[Any, str]] = [(came, text("minute_traffic.chart.counted"))]
    if frame["baseline_views"].notna().any():
        baseline = floats(frame["baseline_views"]).rolling(_SMOOTH, center=True, min_periods=1).mean()
        (line,) = above.plot(places, baseline, color=BASELINE, linewidth=1.1, zorder=2)
        entries.append((line, text("minute_traffic.chart.baseline")))
    smoothed = floats(frame["orders"]).rolling(_SMOOTH, center=True, min_periods=1).mean()
    below.plot(places, smoothed, color=SERIES[2], linewidth=1.3, zorder=3)
    for ax, values, title in (
        (above, frame["views"], "minute_traffic.chart.views"),
        (below, smoothed, "minute_traffic.chart.orders"),
    ):
        _shade(ax, frame, places)
        ax.set_ylim(0, max(float(values.max()), 1.0) * 1.14)
        count_axis(ax.yaxis, text)
        value_title(ax, text(title, minutes=_SMOOTH))
    _name_phases(below, frame, places, text)
    hour_axis(below, float(places.min()), text)
    below.set_xlim(places.min(), places.max())
    legend(above, entries)
    peak = int(frame["views"].to_numpy().argmax())
    most = int(floats(frame["views"])[peak])
    look: dict[str, Any] = {"weight": "bold", "color": ACCENT, "va": "center"}
    label(above, text.count(most), (places[peak], most), offset=(6, 0), **look)
    busiest = pd.to_datetime(frame["at"])[peak].to_pydatetime()
    told = {"at": f"{text.short_day(busiest)} {busiest:%H:%M}", "peak": text.count(most)}
    alt = text("minute_traffic.chart.alt", **told, orders=text.count(frame["orders"].sum()))
    return Chart(figure, alt, text("minute_traffic.chart.caption", minutes=_SMOOTH))


def _spans(frame: pd.DataFrame, places: pd.Series[float]) -> list[tuple[str, float, float]]:
    """The stretches of the phases that are pointed out."""
    runs = (frame["phase"] != frame["phase"].shift()).cumsum()
    step = places.diff().median() if len(places) > 1 else 0.0
    spans = [(str(frame.loc[own.index[0], "phase"]), own) for _, own in places.groupby(runs)]
    return [(phase, float(own.min()), float(own.max() + step)) for phase, own in spans if phase in _SHADED]


def _shade(ax: Axes, frame: pd.DataFrame, places: pd.Series[float]) -> None:
    for _, begin, end in _spans(frame, places):
        ax.axvspan(begin, end, color=PALE, linewidth=0, zorder=0)


def _name_phases(ax: Axes, frame: pd.DataFrame, places: pd.Series[float], text: Text) -> None:
    _, top = ax.get_ylim()
    for phase, begin, end in _spans(frame, places):
        right = end > places.iloc[len(places) // 2] and phase == "last_hour"
        at, side, shift = (begin, "right", -3) if right else (end, "left", 3)
        words = text(f"moment.{phase}")
        label(ax, words, (at, top), offset=(shift, -3), ha=side, va="top", color=MUTED, group=OPTIONAL)
