"""Daily active users up to a campaign, its peak beside the baseline and the best day before."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes

from retro.charts.axes import count_axis, day_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, known, rows
from retro.charts.theme import ACCENT, BAND, BASELINE, OPTIONAL, canvas, label, legend, styled, value_title
from retro.i18n import Text


@styled()
def dau_peak(frame: pd.DataFrame, text: Text) -> Chart:
    """A line by day; the campaign's days stand out, over their weekday's baseline; the best day before.

    Args:
        frame: One row per day, as `metrics.dau_peak` returns it: `on` (date), `dau` (int), `during` (bool), `baseline`,
            `low`, `high` (float, NaN where it is not known).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "dau_peak", ("on", "dau", "during", "baseline", "low", "high"))
    days = pd.to_datetime(frame["on"])
    frame = frame.assign(place=dates.date2num(days), users=floats(frame["dau"]))
    during, before = frame[frame["during"]], frame[~frame["during"]]

    figure, ax = canvas(3.1)
    (line,) = ax.plot(frame["place"], frame["users"], color=BASELINE, linewidth=1.3)
    (dot,) = ax.plot(during["place"], during["users"], "o", color=ACCENT, markersize=6, zorder=3)
    entries: list[tuple[Any, str]] = [(dot, text("dau_peak.chart.during")), (line, text("dau_peak.chart.daily"))]
    baseline = during[during["baseline"].notna()]
    width = max((frame["place"].max() - frame["place"].min()) / 90, 1.0)
    if len(baseline):
        sizes = baseline["high"] - baseline["low"]
        band = ax.bar(
            baseline["place"], sizes, width * 2, baseline["low"], color=BAND, edgecolor=BASELINE, linewidth=0.8
        )
        entries.append((band, text("dau_peak.chart.baseline")))
    day_axis(ax.xaxis, text, days.min())
    count_axis(ax.yaxis, text)
    ax.set_xlim(frame["place"].min(), frame["place"].max() + 1.5 * width)
    ax.set_ylim(0, max(frame["users"].max(), 1) * 1.16)
    value_title(ax, text("activity.chart.value"))
    legend(ax, entries)
    peak = _top(ax, during, text, group=None) if len(during) else ""
    best = _top(ax, before, text, group=OPTIONAL) if len(before) else ""
    alt = text("dau_peak.chart.alt", days=len(frame), peak=peak, best=best)
    return Chart(figure, alt, text("dau_peak.chart.caption"))


def _top(ax: Axes, part: pd.DataFrame, text: Text, group: str | None) -> str:
    """Label the busiest of some days; what is said there."""
    row = next(row for row in rows(part) if row.users == part["users"].max())
    words = text("activity.chart.peak", day=text.short_day(row.on), count=text.count(row.dau))
    paper = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.6}
    look: dict[str, Any] = {"color": ACCENT, "weight": "bold", "bbox": paper} if row.during else {"color": BASELINE}
    right = known(row.baseline) or row.during
    label(
        ax,
        words,
        (row.place, row.users),
        offset=(-6 if right else 0, 5),
        ha="right" if right else "center",
        group=group,
        **look,
    )
    return words
