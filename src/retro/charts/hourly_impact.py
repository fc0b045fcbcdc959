"""The hours of a short campaign against what they would have been without it."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import FuncFormatter

from retro.charts.axes import StepLocator
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, BAND, BASELINE, canvas, legend, styled, value_title
from retro.i18n import Text


@styled()
def hourly_impact(frame: pd.DataFrame, text: Text) -> Chart:
    """Dots of what came in each hour, a line of what was expected with its interval.

    The scale is that of a logarithm from one order up, because an opening is a hundred times an ordinary hour.

    Args:
        frame: One row per hour, as `HourlyImpact.hours` holds them: `at` (datetime), `orders` (int), `expected`, `low`,
            `high` (float).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "hourly_impact", ("at", "orders", "expected", "low", "high"))
    places = pd.Series(range(len(frame)), dtype=float)
    orders, expected = floats(frame["orders"]), floats(frame["expected"])

    figure, ax = canvas(3.0)
    low, high = floats(frame["low"]).clip(lower=0), floats(frame["high"]).clip(lower=0)
    band = ax.fill_between(places, low, high, color=BAND, linewidth=0, zorder=1)
    (line,) = ax.plot(places, expected, color=BASELINE, linewidth=1.6, zorder=2)
    (came,) = ax.plot(places, orders, "o-", color=ACCENT, linewidth=1.6, markersize=4, zorder=3)
    ax.set_yscale("symlog", linthresh=1)
    ax.set_ylim(0, max(float(orders.max()), float(high.max()), 1.0) * 1.5)
    ax.set_xlim(-0.5, len(frame) - 0.5)
    ax.xaxis.set_major_locator(StepLocator(0, room=46, steps=(1, 2, 3, 4, 6, 12, 24)))
    moments = list(pd.to_datetime(frame["at"]))
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{moments[min(max(round(value), 0), len(moments) - 1)]:%H:%M}")
    )
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: text.short(round(value, 6))))
    ax.grid(visible=True, axis="y")
    ax.set_xlabel(text("hourly_sales.chart.hour"))
    value_title(ax, text("hourly_impact.chart.value"))
    legend(ax, [(came, text("hourly_impact.chart.actual")), ((band, line), text("hourly_impact.chart.expected"))])
    above = int((orders > high).sum())
    facts = {"came": text.count(orders.sum()), "expected": text.count(round(expected.sum())), "hours": len(frame)}
    return Chart(figure, text("hourly_impact.chart.alt", **facts, above=above), text("hourly_impact.chart.caption"))
