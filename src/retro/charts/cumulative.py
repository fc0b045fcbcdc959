"""Cumulative lines: how a campaign built up, beside earlier ones, against its target."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.axes import StepLocator, amount_axis, count_axis, rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats
from retro.charts.theme import SERIES, WARM, canvas, label, spread, styled, value_title, wrapped
from retro.i18n import Number, Text

_AXES = {"rate": rate_axis, "count": count_axis}


@styled()
def cumulative(
    frame: pd.DataFrame,
    text: Text,
    value: str,
    elapsed: str,
    *,
    unit: str = "count",
    target: Number | None = None,
) -> Chart:
    """A line per series over the time since its start; the first is the campaign, the others stand behind it.

    Args:
        frame: One row per series and moment: `series` (str, ready to be read), `elapsed` (number: hours or days
            since the series began), `total` (number reached by then, NaN where not yet observed).
        text: Language of the words, and currency.
        value: What is counted up, with its unit, such as `GMV (CNY)`.
        elapsed: Title of the time, with its unit, such as `Hours since the start`.
        unit: How totals are written: `count`, `money` or `rate`.
        target: What the campaign aims at in the end.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no total.
    """
    frame = checked(frame, "cumulative", ("series", "elapsed", "total"))
    seen = drawn(frame, "cumulative", "total").assign(total=lambda part: floats(part["total"]))
    lines = {str(name): part.sort_values("elapsed") for name, part in seen.groupby("series", sort=False)}
    top = max(seen["total"].max(), float(target or 0)) or 1.0

    figure, ax = canvas(3.5)
    for place, part in reversed(list(enumerate(lines.values()))):
        ax.plot(part["elapsed"], part["total"], color=_colour(place), linewidth=1.6 if place else 2.4)
    _set_axes(ax, seen, top, unit, text)
    ends = [(name, float(part["total"].iloc[-1])) for name, part in lines.items()]
    _name_ends(ax, ends, unit, text)
    if target is not None:
        _draw_target(ax, target, unit, text)
    ax.set_xlabel(elapsed)
    value_title(ax, value)
    parts = [text("chart.named", name=name, value=text.value(end, unit)) for name, end in ends]
    alt = text("chart.cumulative.alt", value=value, elapsed=elapsed, parts=text.join(parts))
    return Chart(figure, alt, text("chart.cumulative.caption", value=value, elapsed=elapsed))


def _set_axes(ax: Axes, seen: pd.DataFrame, top: float, unit: str, text: Text) -> None:
    ax.set_ylim(min(0.0, seen["total"].min()), top * 1.06)
    ax.set_xlim(min(0, seen["elapsed"].min()), seen["elapsed"].max() or 1)
    ax.xaxis.set_major_locator(StepLocator(0, room=26, steps=(1, 2, 3, 6, 12, 24)))
    _AXES.get(unit, amount_axis)(ax.yaxis, text)


def _colour(place: int) -> str:
    return SERIES[place % len(SERIES)]


def _name_ends(ax: Axes, ends: list[tuple[str, float]], unit: str, text: Text) -> None:
    """Name the lines in a column right of the plot, each as near to its end as the others leave room."""
    low, high = ax.get_ylim()
    ranked = sorted(range(len(ends)), key=lambda place: ends[place][1])
    heights = spread([(ends[place][1] - low) / (high - low) for place in ranked])
    for place, height in zip(ranked, heights, strict=True):
        name, end = ends[place]
        words = f"{wrapped(name, lines=1)}\n{text.value(end, unit)}"
        look = {"color": _colour(place), "weight": "normal" if place else "bold"}
        label(ax, words, (1, height), offset=(6, 0), va="center", xycoords="axes fraction", **look)


def _draw_target(ax: Axes, target: Number, unit: str, text: Text) -> None:
    ax.axhline(float(target), color=WARM, linewidth=1.4, linestyle=(0, (4, 2)))
    words = text("chart.target", value=text.value(target, unit))
    low, high = ax.get_ylim()
    above = float(target) < (low + high) / 2
    label(
        ax,
        words,
        (ax.get_xlim()[0], float(target)),
        offset=(4, 3 if above else -3),
        va="bottom" if above else "top",
        color=WARM,
        weight="bold",
    )
