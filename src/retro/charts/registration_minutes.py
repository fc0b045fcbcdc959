"""New users by the minute, against the same minutes of ordinary weeks."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import dates

from retro.charts.axes import amount_axis, day_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, BASELINE, canvas, label, legend, styled, value_title
from retro.charts.words import people
from retro.i18n import Text

_STEP = 10
"""Minutes between two points of a line: a mean over an hour moves slowly, and a page should stay small."""


@styled()
def registration_minutes(frame: pd.DataFrame, text: Text) -> Chart:
    """The moving mean of new users a minute as a line, the baseline behind it, the busiest stretch labelled.

    Args:
        frame: One row per minute, as `metrics.registration_minutes` returns it: `at` (datetime), `events` (int),
            `smoothed`, `baseline_smoothed` (float, NaN where no baseline is known).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "registration_minutes", ("at", "events", "smoothed", "baseline_smoothed"))
    moments = pd.to_datetime(frame["at"])
    places = pd.Series(dates.date2num(moments))
    smooth, baseline = floats(frame["smoothed"]), floats(frame["baseline_smoothed"])
    top = int(smooth.to_numpy().argmax())
    busiest = int(frame["events"].to_numpy().argmax())

    figure, ax = canvas(2.9)
    (line,) = ax.plot(places[::_STEP], smooth[::_STEP], color=ACCENT, linewidth=1.4, zorder=3)
    entries: list[tuple[Any, str]] = [(line, text("registration_minutes.chart.counted"))]
    if baseline.notna().any():
        (behind,) = ax.plot(places[::_STEP], baseline[::_STEP], color=BASELINE, linewidth=1.2, zorder=2)
        entries.append((behind, text("registration_minutes.chart.baseline")))
    ax.set_xlim(places.iloc[0], places.iloc[-1])
    ax.set_ylim(0, max(smooth.max(), baseline.max(), 0.01) * 1.15)
    day_axis(ax.xaxis, text, moments.min().normalize())
    amount_axis(ax.yaxis, text)
    ax.set_xlabel(text("chart.axis.day"))
    value_title(ax, text("registration_minutes.chart.value"))
    legend(ax, entries)
    ax.plot([places[top]], [smooth[top]], "o", color=ACCENT, markersize=4, zorder=4)
    late = places[top] > (places.iloc[0] + places.iloc[-1]) / 2
    look = {"ha": "right" if late else "left", "va": "bottom", "weight": "bold", "color": ACCENT}
    label(ax, text.short_moment(moments[top]), (places[top], smooth[top]), offset=(-5 if late else 5, 1), **look)
    facts = {"moment": text.short_moment(moments[busiest]), "peak": people(int(frame["events"].max()), text)}
    alt = text("registration_minutes.chart.alt", hour=text.short_moment(moments[top]), **facts)
    return Chart(figure, alt, text("registration_minutes.chart.caption", **facts))
