"""Sales by the hour, beside the baseline."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from retro.charts.axes import StepLocator, count_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, BASELINE, canvas, label, legend, styled, value_title
from retro.i18n import Text

_HOUR = 1 / 24


@styled()
def hourly_sales(frame: pd.DataFrame, text: Text) -> Chart:
    """Bars by hour, the baseline as a step line, the peak labelled.

    Args:
        frame: One row per hour, as `metrics.hourly_sales` returns it: `at` (datetime), `orders` (int),
            `baseline_orders` (float, NaN where none is known).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "hourly_sales", ("at", "orders", "baseline_orders"))
    places = pd.Series(dates.date2num(pd.to_datetime(frame["at"])))
    orders, baseline = floats(frame["orders"]), floats(frame["baseline_orders"])
    peak = int(orders.to_numpy().argmax())
    busiest = pd.to_datetime(frame["at"])[peak].to_pydatetime()
    hour = f"{text.short_day(busiest)} {busiest:%H:%M}"

    figure, ax = canvas(3.2)
    bars = ax.bar(places + _HOUR / 2, orders, width=_HOUR * 0.8, color=ACCENT, zorder=2)
    entries: list[tuple[Any, str]] = [(bars, text("hourly_sales.chart.counted"))]
    if baseline.notna().any():
        line = ax.hlines(baseline, places, places + _HOUR, color=BASELINE, linewidth=1.8, zorder=3)
        entries.append((line, text("hourly_sales.chart.baseline")))
    ax.set_xlim(places.min(), places.max() + _HOUR)
    ax.set_ylim(0, max(orders.max(), baseline.max(), 1) * 1.12)
    hour_axis(ax, float(places.min()), text)
    count_axis(ax.yaxis, text)
    value_title(ax, text("hourly_sales.chart.value"))
    legend(ax, entries)
    at = (places[peak] + _HOUR / 2, orders[peak])
    label(ax, text.count(orders[peak]), at, offset=(0, 2), ha="center", va="bottom", weight="bold", color=ACCENT)
    alt = text("hourly_sales.chart.alt", total=text.count(orders.sum()), hour=hour, peak=text.count(orders[peak]))
    share = "caption" if baseline.notna().any() else "caption_no_baseline"
    return Chart(figure, alt, text(f"hourly_sales.chart.{share}"))


def hour_axis(ax: Axes, first: float, text: Text) -> None:
    """Ticks on whole hours counted from the first moment, a date number, by the shop's clock."""
    ax.xaxis.set_major_locator(_HourLocator(first))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{dates.num2date(value + 1e-6):%H:%M}"))
    ax.set_xlabel(text("hourly_sales.chart.hour"))


class _HourLocator(StepLocator):
    """Ticks at whole hours, counted in days as dates are."""

    def __init__(self, first: float) -> None:
        super().__init__(0, room=46, steps=(1, 2, 3, 4, 6, 12, 24))
        self._begin = first

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        """The ticks between two dates, both included."""
        hours = super().tick_values((vmin - self._begin) * 24, (vmax - self._begin) * 24)
        return [self._begin + hour / 24 for hour in hours]
