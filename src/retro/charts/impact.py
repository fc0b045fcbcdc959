"""Impact: the days of a campaign against what they would have been without it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes

from retro.charts.axes import amount_axis, day_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, BAND, BASELINE, PALE, canvas, legend, styled, value_title
from retro.i18n import Text

_TOUCHED = ("anticipation", "campaign", "settling")


@styled()
def impact(frame: pd.DataFrame, text: Text) -> Chart:
    """A line of what came, one of what was expected with its interval, the days that the campaign touched shaded.

    Args:
        frame: One row per day, as `Impact.days` holds them: `on` (date), `phase` (str), `actual`, `expected`, `low`,
            `high` (float; the last three NaN where no baseline is known).
        text: Language of the words, and currency.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "impact", ("on", "phase", "actual", "expected", "low", "high"))
    days = pd.to_datetime(frame["on"])
    places = pd.Series(dates.date2num(days))
    actual, expected = floats(frame["actual"]), floats(frame["expected"])

    figure, ax = canvas(3.4)
    touched = frame["phase"].isin(_TOUCHED)
    if touched.any():
        ax.axvspan(places[touched].min() - 0.5, places[touched].max() + 0.5, color=PALE, linewidth=0, zorder=0)
    (came,) = ax.plot(places, actual, color=ACCENT, linewidth=2.2, zorder=3)
    entries: list[tuple[Any, str]] = [(came, text("impact.chart.actual"))]
    if expected.notna().any():
        band = ax.fill_between(places, floats(frame["low"]), floats(frame["high"]), color=BAND, linewidth=0, zorder=1)
        (line,) = ax.plot(places, expected, color=BASELINE, linewidth=1.6, zorder=2)
        entries.append(((band, line), text("impact.chart.expected")))
    _set_axes(ax, frame, places, days, text)
    legend(ax, entries)
    return Chart(figure, _alt(frame, text), text("impact.chart.caption"))


def _set_axes(
    ax: Axes, frame: pd.DataFrame, places: pd.Series[float], days: pd.Series[pd.Timestamp], text: Text
) -> None:
    day_axis(ax.xaxis, text, days.min())
    amount_axis(ax.yaxis, text)
    values = frame[["actual", "low", "high"]].apply(floats)
    ax.set_xlim(places.min() - 0.5, places.max() + 0.5)
    ax.set_ylim(min(0.0, float(values.min().min())), max(float(values.max().max()), 1.0) * 1.06)
    ax.set_xlabel(text("chart.axis.day"))
    value_title(ax, text("impact.chart.value", currency=text.currency_name))


def _alt(frame: pd.DataFrame, text: Text) -> str:
    touched = frame[frame["phase"].isin(_TOUCHED)]
    came, expected = floats(touched["actual"]).sum(), floats(touched["expected"])
    if expected.isna().any():
        return text("impact.chart.alt_no_baseline", came=text.value(came, "money"))
    return text("impact.chart.alt", came=text.value(came, "money"), expected=text.value(expected.sum(), "money"))
