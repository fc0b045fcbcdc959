"""A month among the months before it, week by week, and against the plan."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from retro.charts.axes import StepLocator, amount_axis, count_axis, day_axis, rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, rows, told
from retro.charts.rows import Bar, Tick, row_chart
from retro.charts.theme import (
    ACCENT,
    BAND,
    BASELINE,
    INK,
    OPTIONAL,
    WARM,
    WIDE,
    canvas,
    label,
    legend,
    styled,
    value_title,
)
from retro.i18n import Text

_BAR = 0.62


@styled()
def monthly_trend(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar of GMV per month; the last one is the month of the report, the same month a year ago stands out.

    Args:
        frame: One row per month, as `metrics.monthly_trend` returns it: `month` (date), `gmv` (Decimal).
        text: Language of the words, and currency.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "monthly_trend", ("month", "gmv"))
    amounts, last = floats(frame["gmv"]), len(frame) - 1
    year_ago = last - 12

    figure, ax = canvas(3.0)
    colours = [ACCENT if place == last else BASELINE if place == year_ago else "#A9B2BC" for place in range(len(frame))]
    ax.bar(range(len(frame)), amounts, _BAR, color=colours)
    ax.xaxis.set_major_locator(StepLocator(last, room=34, steps=(1, 2, 3, 6, 12)) if last < 1 else _EveryMonth(last))
    months = list(frame["month"])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _month(months, round(value))))
    ax.set_xlim(-0.6, last + 0.6)
    amount_axis(ax.yaxis, text)
    value_title(ax, text("monthly_trend.chart.value", currency=text.currency_name))
    for place in (last, year_ago):
        if place >= 0:
            words = text.short(round(amounts[place]))
            weight = "bold" if place == last else "normal"
            label(ax, words, (place, amounts[place]), offset=(0, 2), ha="center", va="bottom", weight=weight)
    parts = [text("chart.named", name=text.month(row.month), value=text.value(row.gmv, "money")) for row in rows(frame)]
    alt = text("monthly_trend.chart.alt", parts=text.join(parts))
    return Chart(figure, alt, text("monthly_trend.chart.caption"))


class _EveryMonth(StepLocator):
    """Ticks at whole months counted back from the last."""

    def __init__(self, last: int) -> None:
        super().__init__(0, room=36, steps=(1, 2, 3, 6, 12))
        self._last = last

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        """The ticks between two places, both included."""
        back = super().tick_values(self._last - vmax, self._last - vmin)
        return sorted(self._last - value for value in back if 0 <= self._last - value <= self._last)


def _month(months: list[Any], place: int) -> str:
    return f"{months[place]:%y-%m}" if 0 <= place < len(months) else ""


@styled()
def weekly_chain(frame: pd.DataFrame, text: Text) -> Chart:
    """Three lines one above the other: visitors, who bought of them, and who came back the week after.

    Args:
        frame: One row per week, as `metrics.weekly_chain` returns it: `week` (date), `visitors` (int), `conversion`
            (float), `rate`, `low`, `high` (float, NaN where not yet observed).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "weekly_chain", ("week", "visitors", "conversion", "rate", "low", "high"))
    weeks = pd.to_datetime(frame["week"])
    places = pd.Series(dates.date2num(weeks))
    figure = Figure(figsize=(WIDE, 4.6), layout="constrained")
    panels = figure.subplots(3, 1, sharex=True)
    names = ("visitors", "conversion", "rate")
    for ax, name in zip(panels, names, strict=True):
        values = floats(frame[name])
        if name == "rate":
            ax.fill_between(places, floats(frame["low"]), floats(frame["high"]), color=BAND, linewidth=0)
        ax.plot(places, values, color=ACCENT, marker="o", markersize=3.5)
        _headroom(ax, values)
        (count_axis if name == "visitors" else rate_axis)(ax.yaxis, text)
        value_title(ax, text(f"weekly_chain.chart.{name}"))
    day_axis(panels[-1].xaxis, text, weeks.min())
    panels[-1].set_xlim(places.min() - 2, places.max() + 2)
    panels[-1].set_xlabel(text("weekly_chain.chart.week"))
    parts = [
        text("chart.named", name=text(f"weekly_chain.chart.{name}"), value=_range(frame[name], name, text))
        for name in names
    ]
    return Chart(figure, text("weekly_chain.chart.alt", parts=text.join(parts)), text("weekly_chain.chart.caption"))


def _headroom(ax: Axes, values: pd.Series[float]) -> None:
    low, high = float(values.min()), float(values.max())
    room = (high - low) * 0.25 or abs(high) * 0.1 or 1.0
    ax.set_ylim(max(0.0, low - room), high + room)


def _range(column: pd.Series[Any], name: str, text: Text) -> str:
    values = floats(column).dropna()
    if values.empty:
        return text("chart.unknown")
    unit = "count" if name == "visitors" else "rate"
    return f"{text.value(values.min(), unit)} – {text.value(values.max(), unit)}"


def pacing(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per span: what was reached of its target, with a mark where the plan wanted to be by now."""
    target = floats(frame["target"])
    whole = target.where(target != 0, 1.0)
    frame = frame.assign(rate=floats(frame["actual"]) / whole)
    shown = frame.assign(
        label=text.labels("span", frame["span"]),
        bold=told(frame, text, "pacing.chart.bold"),
        said=told(frame, text, "pacing.chart.said"),
        all=1.0,
        plan=floats(frame["planned"]) / whole,
    )
    marks = (Bar("all", BAND), Bar("rate", ACCENT, 0.32, "actual"), Tick("plan", name="planned"))
    return row_chart(shown, text, "pacing.chart", *marks)


@styled()
def unusual_days(frame: pd.DataFrame, text: Text) -> Chart:
    """Orders by day as a line; unusual days as dots, filled where nothing in the calendar explains them.

    Args:
        frame: One row per day: `on` (date), `orders` (int), `unusual` (bool), `explained` (bool).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "unusual_days", ("on", "orders", "unusual", "explained"))
    days = pd.to_datetime(frame["on"])
    places, counts = pd.Series(dates.date2num(days)), floats(frame["orders"])
    figure, ax = canvas(3.0)
    ax.plot(places, counts, color=BASELINE, linewidth=1.4)
    entries = []
    for explained, face in ((True, "white"), (False, WARM)):
        own = frame["unusual"] & (frame["explained"] == explained)
        if own.any():
            dots = ax.plot(places[own], counts[own], "o", markersize=5, markerfacecolor=face, markeredgecolor=WARM)[0]
            entries.append((dots, text(f"anomalies.chart.{'explained' if explained else 'unexplained'}")))
    ax.set_xlim(places.min() - 0.6, places.max() + 0.6)
    ax.set_ylim(0, counts.max() * 1.1)
    day_axis(ax.xaxis, text, days.min())
    count_axis(ax.yaxis, text)
    value_title(ax, text("anomalies.chart.value"))
    if len(entries) == 1:
        handle = entries[0]
        entries = [(ax.plot([], [], color=BASELINE)[0], text("anomalies.chart.orders")), handle]
    legend(ax, entries)
    unusual = frame[frame["unusual"] & ~frame["explained"]]
    for row in rows(unusual):
        at = (float(dates.date2num(pd.Timestamp(row.on))), float(row.orders))
        label(ax, text.short_day(row.on), at, offset=(0, 5), ha="center", va="bottom", group=OPTIONAL, color=INK)
    alt = text("anomalies.chart.alt", days=int(frame["unusual"].sum()), unexplained=len(unusual))
    return Chart(figure, alt, text("anomalies.chart.caption"))
