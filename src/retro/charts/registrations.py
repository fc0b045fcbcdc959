"""New users or new customers by day, against the level of ordinary days."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from retro.charts.axes import count_axis, day_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, BAND, BASELINE, TOGETHER, canvas, label, legend, styled, value_title
from retro.charts.words import people
from retro.i18n import Text

_LABELLED_DAYS = 8
"""Up to so many days every bar carries its count, where there is room."""

_EXACT_BELOW = 100_000
"""Where the peak is below this, counts are written out; else all of them are short, so that they compare."""


@styled()
def registrations(
    frame: pd.DataFrame, text: Text, noun: Literal["registration", "first_order", "ticket"] = "registration"
) -> Chart:
    """Bars by day, the baseline as a line with its range behind it, the peak labelled.

    Args:
        frame: One row per day, as `metrics.registrations` returns it: `on` (date), `registrations` (int),
            `baseline`, `baseline_low`, `baseline_high` (float, NaN where no baseline is known).
        text: Language of the words.
        noun: What is counted.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    columns = ("on", "registrations", "baseline", "baseline_low", "baseline_high")
    frame = checked(frame, "registrations", columns)
    days = pd.to_datetime(frame["on"])
    places = pd.Series(dates.date2num(days))
    counts, baseline = floats(frame["registrations"]), floats(frame["baseline"])

    figure, ax = canvas(3.3)
    campaign = ax.bar(places, counts, width=0.7, color=ACCENT, zorder=2)
    entries: list[tuple[Any, str]] = [(campaign, text(f"registrations.chart.{noun}.counted"))]
    if baseline.notna().any():
        entries.append((_draw_baseline(ax, places, frame), text("registrations.chart.registration.baseline")))
    day_axis(ax.xaxis, text, days.min())
    count_axis(ax.yaxis, text)
    ax.set_xlim(places.min() - 0.6, places.max() + 0.6)
    ax.set_ylim(0, max(counts.max(), floats(frame["baseline_high"]).max(), baseline.max(), 1) * 1.08)
    ax.set_xlabel(text("chart.axis.day"))
    value_title(ax, text(f"registrations.chart.{noun}.value"))
    legend(ax, entries)
    _label_bars(ax, places, counts, text)
    alt, caption = _words(frame, days, text, noun)
    return Chart(figure, alt, caption)


def _draw_baseline(ax: Axes, places: pd.Series[float], frame: pd.DataFrame) -> tuple[Any, ...]:
    """A segment and a range for each day that has them, so that weekdays keep their own level."""
    baseline = frame[["baseline", "baseline_low", "baseline_high"]].apply(floats).assign(place=places).dropna()
    ax.bar(
        baseline["place"],
        baseline["baseline_high"] - baseline["baseline_low"],
        1,
        baseline["baseline_low"],
        color=BAND,
        zorder=1,
    )
    ends = baseline["baseline"], baseline["place"] - 0.5, baseline["place"] + 0.5
    ax.hlines(*ends, color="white", linewidth=3.2, zorder=3)
    line = ax.hlines(*ends, color=BASELINE, linewidth=1.8, zorder=3)
    return Patch(color=BAND), line


def _label_bars(ax: Axes, places: pd.Series[float], counts: pd.Series[float], text: Text) -> None:
    """The peak always; the other days of a short campaign where there is room."""
    peak = int(counts.to_numpy().argmax())
    paper = {"facecolor": "white", "alpha": 0.8, "linewidth": 0, "pad": 0.6}
    look: dict[str, Any] = {"ha": "center", "va": "bottom", "offset": (0, 2), "bbox": paper}
    written = text.count if counts[peak] < _EXACT_BELOW else text.short
    label(ax, written(counts[peak]), (places[peak], counts[peak]), weight="bold", color=ACCENT, **look)
    for day in set(range(len(counts))) - {peak} if len(counts) <= _LABELLED_DAYS else ():
        label(ax, written(counts[day]), (places[day], counts[day]), group=TOGETHER, **look)


def _words(frame: pd.DataFrame, days: pd.Series[pd.Timestamp], text: Text, noun: str) -> tuple[str, str]:
    """Alternative text and caption."""
    counts, baseline = floats(frame["registrations"]), floats(frame["baseline"])
    peak = int(counts.to_numpy().argmax())
    known = baseline.notna()
    period = text.day(days.min()) if len(days) == 1 else f"{text.day(days.min())} – {text.day(days.max())}"
    alt = text(
        "registrations.chart.registration.alt",
        counted=text(f"registrations.chart.{noun}.counted"),
        period=period,
        total=people(counts.sum(), text, noun),
        peak_day=text.short_day(days[peak]),
        peak=people(counts[peak], text, noun),
    )
    if known.any():
        beside = text(
            "registrations.chart.registration.alt_baseline",
            baseline=people(baseline[known].mean(), text, noun),
            above=int((counts > floats(frame["baseline_high"])).sum()),
            days=int(known.sum()),
        )
        alt = text("chart.sentences", first=alt, second=beside)
    share = "baseline" if known.all() else "some_baseline" if known.any() else "no_baseline"
    return alt, text(
        f"registrations.chart.registration.caption_{share}", value=text(f"registrations.chart.{noun}.value")
    )
