"""Experiments: every metric's effect, and the main one as units arrived and by day since exposure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.axes import StepLocator, amount_axis, day_axis, points_axis, rate_axis
from retro.charts.chart import Chart
from retro.charts.forest import forest
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.theme import ACCENT, MUTED, SERIES, WARM, canvas, label, styled, value_title
from retro.charts.words import written
from retro.i18n import Text

_AXES = {"percentage_points": points_axis, "change": rate_axis}


@styled()
def experiments(frame: pd.DataFrame, text: Text, value: str, unit: str = "percentage_points") -> Chart:
    """A forest of effects, one row per metric, with the margin of each guardrail.

    Args:
        frame: As `forest` takes it, with `margin` (float; NaN where a metric is no guardrail).
        text: Language of the words.
        value: What is estimated.
        unit: `percentage_points`, `change`, or as `forest`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no estimate.
    """
    frame = checked(frame, "experiments", ("label", "estimate", "low", "high", "margin"))
    chart = forest(frame, text, value, unit)
    margins = [row for row in rows(frame) if known(row.margin)]
    if not margins:
        return chart
    ax = chart.figure.axes[0]
    low, high = ax.get_xlim()
    ends = [row.margin for row in margins]
    span = (high - low) * 0.03
    ax.set_xlim(min(low, min(ends) - span), max(high, max(ends) + span))
    for row in margins:
        ax.plot([row.margin] * 2, [row.Index - 0.28, row.Index + 0.28], color=WARM, linewidth=2)
    return Chart(
        chart.figure, chart.alt, text("chart.sentences", first=chart.caption, second=text("experiments.chart.margin"))
    )


@styled()
def experiment_days(frame: pd.DataFrame, text: Text, value: str, unit: str = "percentage_points") -> Chart:
    """The effect on each day since exposure with its interval: whether it lasts.

    Args:
        frame: One row per day: `day` (int), `effect`, `low`, `high`; of one arm.
        text: Language of the words.
        value: What the effect is on.
        unit: `percentage_points`, or what amounts are written in.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no effect.
    """
    frame = checked(frame, "experiment_days", ("day", "effect", "low", "high"))
    places = floats(frame["day"])
    names = [text("experiments.chart.since_at", day=int(day)) for day in frame["day"]]
    axis = text("experiments.chart.since")
    figure, ax = _band(frame.assign(place=places), text, value, unit, axis)
    ax.xaxis.set_major_locator(StepLocator(float(places.iloc[0]), room=26))
    return Chart(figure, *_said(frame, names, text, unit, {"value": value, "axis": axis}))


@styled()
def experiment_looks(frame: pd.DataFrame, text: Text, value: str, unit: str = "percentage_points") -> Chart:
    """The effect as it stood on each day, with the units exposed until then.

    Args:
        frame: One row per day: `on` (date), `effect`, `low`, `high`; of one arm.
        text: Language of the words.
        value: What the effect is on.
        unit: `percentage_points`, or what amounts are written in.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no effect.
    """
    frame = checked(frame, "experiment_looks", ("on", "effect", "low", "high"))
    days = pd.to_datetime(frame["on"])
    axis = text("experiments.chart.until")
    figure, ax = _band(frame.assign(place=days), text, value, unit, axis)
    day_axis(ax.xaxis, text, days.iloc[0])
    names = [text.short_day(day) for day in frame["on"]]
    return Chart(figure, *_said(frame, names, text, unit, {"value": value, "axis": axis}))


def _band(frame: pd.DataFrame, text: Text, value: str, unit: str, axis: str) -> tuple[Any, Axes]:
    """A line of effects in its band, against no effect."""
    seen = drawn(frame, "experiments", "effect")
    figure, ax = canvas(2.7)
    ax.axhline(0, color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
    ax.fill_between(seen["place"], floats(seen["low"]), floats(seen["high"]), color=SERIES[0], alpha=0.15, linewidth=0)
    ax.plot(seen["place"], floats(seen["effect"]), color=ACCENT, marker="o", markersize=4)
    last = seen.iloc[-1]
    words = written(float(last["effect"]), unit, text)
    label(ax, words, (last["place"], float(last["effect"])), offset=(7, 0), va="center", color=ACCENT, weight="bold")
    _AXES.get(unit, amount_axis)(ax.yaxis, text)
    ax.set_xlabel(axis)
    value_title(ax, text("chart.forest.points", value=value) if unit == "percentage_points" else value)
    return figure, ax


def _said(frame: pd.DataFrame, names: list[str], text: Text, unit: str, facts: Mapping[str, str]) -> tuple[str, str]:
    """What the line shows, and its caption."""
    clear = int(((floats(frame["low"]) > 0) | (floats(frame["high"]) < 0)).sum())
    first, last = (written(float(frame["effect"].iloc[place]), unit, text) for place in (0, -1))
    ends = {"first": first, "last": last, "first_at": names[0], "last_at": names[-1]}
    alt = text("experiments.chart.band", **facts, **ends, clear=clear, all=len(frame))
    return alt, text("experiments.chart.band_caption", **facts)
