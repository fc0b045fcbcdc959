"""Names of the cohorts whose lines are set side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes

from retro.charts.theme import BASELINE, COHORTS, label, spread
from retro.i18n import Text


def label_ends(ax: Axes, ends: Mapping[str, float], text: Text) -> None:
    """Name each line in a column right of the plot, each as near to its end as the others leave room.

    Args:
        ax: Where the lines are, its limits set.
        ends: The rate at which each cohort's line ends.
        text: Language of the words; cohorts are named by `cohort.<name>`.
    """
    low, high = ax.get_ylim()
    ranked = sorted(ends, key=lambda name: ends[name])
    heights = spread([max((ends[name] - low) / (high - low), _FOOT) for name in ranked])
    for name, height in zip(ranked, heights, strict=True):
        words = f"{text.label('cohort', name)}\n{text.rate(ends[name])}"
        look: dict[str, Any] = {"color": COHORTS.get(name, BASELINE), "weight": "bold", "linespacing": 1.3}
        label(ax, words, (1, height), offset=(6, 0), va="center", xycoords="axes fraction", **look)


_FOOT = 0.07
"""Names stand at least so high, clear of the axis below."""
