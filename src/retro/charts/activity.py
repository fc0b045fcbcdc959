"""Daily active users over a period."""

from __future__ import annotations

import pandas as pd
from matplotlib import dates

from retro.charts.axes import count_axis, day_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, BASELINE, canvas, label, legend, styled, value_title
from retro.i18n import Text


@styled()
def activity(frame: pd.DataFrame, text: Text) -> Chart:
    """A line by day, its mean, and the busiest day labelled.

    Args:
        frame: One row per day, as `metrics.activity` returns it: `on` (date), `dau` (int).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "activity", ("on", "dau"))
    days, users = pd.to_datetime(frame["on"]), floats(frame["dau"])
    places = pd.Series(dates.date2num(days))
    peak, mean = int(users.to_numpy().argmax()), float(users.mean())

    figure, ax = canvas(2.9)
    (line,) = ax.plot(places, users, color=ACCENT)
    level = ax.axhline(mean, color=BASELINE, linewidth=1.4, linestyle=(0, (4, 2)))
    day_axis(ax.xaxis, text, days.min())
    count_axis(ax.yaxis, text)
    ax.set_xlim(places.min(), places.max() if len(places) > 1 else places.min() + 1)
    ax.set_ylim(0, max(users.max(), 1) * 1.15)
    value_title(ax, text("activity.chart.value"))
    legend(ax, [(line, text("activity.chart.daily")), (level, text("activity.chart.mean", mean=text.count(mean)))])
    ax.plot([places[peak]], [users[peak]], "o", color=ACCENT, markersize=5)
    words = text("activity.chart.peak", day=text.short_day(days[peak]), count=text.count(users[peak]))
    left = places[peak] > (places.min() + places.max()) / 2
    label(
        ax,
        words,
        (places[peak], users[peak]),
        offset=(-6 if left else 6, 4),
        ha="right" if left else "left",
        weight="bold",
    )
    facts = {
        "days": len(frame),
        "mean": text.count(mean),
        "day": text.short_day(days[peak]),
        "peak": text.count(users[peak]),
    }
    return Chart(figure, text("activity.chart.alt", **facts), text("activity.chart.caption"))
