"""Bars of several parts, a row for each name, with words at their ends: what most charts of a campaign's goods are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from retro.charts.theme import MUTED, label, legend, row_canvas, value_title

_BAR = 0.56


@dataclass(frozen=True)
class Part:
    """One part of every bar.

    Attributes:
        name: What it is, for the legend.
        values: Its length in each row.
        colour: How it is drawn.
        look: More of how it is drawn, as matplotlib names it.
    """

    name: str
    values: Sequence[float]
    colour: str
    look: Mapping[str, Any] | None = None


def draw_bars(
    names: Sequence[str],
    parts: Sequence[Part],
    ends: Sequence[tuple[str, str]],
    title: str,
    *,
    row: float = 0.46,
    whole: float | None = None,
) -> tuple[Figure, Axes]:
    """A row for each name: its parts one after the other, and behind them a figure and a quiet line below it.

    Args:
        names: Names of the rows.
        parts: What each bar consists of; parts are named in a legend where there are several.
        ends: For each row, what stands behind its bar: in bold, and quietly below; the latter may be empty.
        title: What is drawn, with its unit.
        row: Height of a row in inches.
        whole: Length of the longest bar there could be; the longest one there is where left out.
    """
    figure, ax = row_canvas(names, row=row, extra=0.5 if len(parts) > 1 else 0.35)
    left = [0.0] * len(names)
    for part in parts:
        ax.barh(range(len(names)), part.values, left=left, height=_BAR, color=part.colour, **(part.look or {}))
        left = [begin + value for begin, value in zip(left, part.values, strict=True)]
    ax.set_xlim(0, whole or max(*left, 0.0) or 1)
    for place, (bold, quiet) in enumerate(ends):
        end = (whole or left[place], place)
        if quiet:
            label(ax, bold, end, offset=(5, 1), va="bottom", weight="bold")
            label(ax, quiet, end, offset=(5, -1), va="top", color=MUTED)
        else:
            label(ax, bold, end, offset=(5, 0), va="center", weight="bold")
    value_title(ax, title)
    legend(ax, [(Patch(facecolor=part.colour, **(part.look or {})), part.name) for part in parts])
    return figure, ax
