"""Scatter of two amounts: what was stated and what is true of each point, over what it took."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.axes import amount_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked
from retro.charts.theme import ACCENT, BASELINE, MUTED, OPTIONAL, WARM, canvas, label, legend, styled, value_title
from retro.i18n import Text

_ROOM = 1.5
"""How far the axis goes beyond the last point, for its words."""

_NEAR = 0.35
"""Points in this part of the axis, at its beginning, have their words on the right: left of them stand its ticks."""


@dataclass(frozen=True)
class Points:
    """What is drawn of each row.

    Attributes:
        across: The column of amounts across.
        stated: The column of a hollow dot.
        true: The column of a filled dot; its interval stands in the columns of its name with `_low` and `_high`.
    """

    across: str
    stated: str
    true: str


@styled()
def scatter(
    frame: pd.DataFrame, text: Text, key: str, points: Points, facts: Mapping[str, object] | None = None
) -> Chart:
    """Two dots per row, joined by a thin line, and the dashed line on which both axes are equal.

    Args:
        frame: One row per point: `words` (str) beside the hollow dot, and the columns of `points` (float, NaN where not
            known); rows without an amount across are left out.
        text: Language of the words, and currency.
        key: Where the words stand: `value`, the name of `points.across`, `stated`, `true`, `even`, `alt`, `caption`.
        points: What is drawn of each row.
        facts: What the words say besides; `currency` is known.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    ends = (f"{points.true}_low", f"{points.true}_high")
    columns = ("words", points.across, points.stated, points.true, *ends)
    frame = checked(frame, key.removesuffix(".chart"), columns)
    seen = frame[frame[points.across].notna()].sort_values(points.across, kind="stable")
    figure, ax = canvas(3.8)
    reach = [0.0, _ROOM * max([*seen[points.across], 1.0])]
    (even,) = ax.plot(reach, reach, color=WARM, linewidth=1.4, linestyle=(0, (4, 2)))
    ax.axhline(0, color=MUTED, linewidth=0.8)
    look: dict[str, Any] = {"facecolor": "white", "edgecolor": BASELINE, "linewidth": 1.8}
    stated = ax.scatter(seen[points.across], seen[points.stated], s=48, zorder=3, **look)
    true = ax.scatter(seen[points.across], seen[points.true], s=48, zorder=4, color=ACCENT)
    ranked = seen.assign(place=range(len(seen))).sort_values(points.stated, ascending=False, kind="stable")
    for place, words, x, *ys in ranked[["place", *columns]].itertuples(index=False):
        _join(ax, words, x, ys, left=place < len(seen) // 2 and x > _NEAR * reach[1])
    amount_axis(ax.xaxis, text)
    amount_axis(ax.yaxis, text)
    ax.set_xlim(*reach)
    ax.margins(y=0.12)
    told = {"currency": text.currency_name, **(facts or {})}
    ax.set_xlabel(text(f"{key}.{points.across}", **told))
    value_title(ax, text(f"{key}.value", **told))
    legend(ax, [(mark, text(f"{key}.{name}")) for name, mark in (("stated", stated), ("true", true), ("even", even))])
    return Chart(figure, text(f"{key}.alt", **told), text(f"{key}.caption", **told))


def _join(ax: Axes, words: str, x: float, ys: list[float], *, left: bool) -> None:
    """A thin line from the stated value to the true one, the interval of the latter, and the words.

    Of words that touch each other the first stay: those of the point that states most.
    """
    stated, true, *ends = ys
    ax.plot([x, x], [stated, true], color=MUTED, linewidth=0.8, zorder=1)
    ax.plot([x, x], ends, color=ACCENT, linewidth=2.4, zorder=3)
    offset, side = ((-7, 0), "right") if left else ((7, 0), "left")
    label(ax, words, (x, stated), offset=offset, ha=side, va="center", weight="bold", group=OPTIONAL)
