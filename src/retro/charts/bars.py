"""Bars of a chart as numbers, for slides on which they can be edited."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.text import Annotation

from retro.charts.chart import Chart

_FEW = 2
"""A bar alone compares nothing."""


@dataclass(frozen=True)
class BarValues:
    """The bars of a chart: its title, and for each row its name, how long it is, and the words behind it."""

    title: str
    names: tuple[str, ...]
    values: tuple[float, ...]
    words: tuple[str, ...]


def bars_of(chart: Chart) -> BarValues | None:
    """The bars of a chart that shows one in every row and nothing else; None for any other, which stays a picture."""
    if len(chart.figure.axes) != 1:
        return None
    ax = chart.figure.axes[0]
    names = [label.get_text().replace("\n", "") for label in ax.get_yticklabels()]
    found = [_bar(container) for container in ax.containers]
    plain = all(place == row and start == 0 for row, (place, start, _) in enumerate(found))
    marks = [line for line in ax.lines if any(np.asarray(line.get_xdata(), dtype=float) != 0)]
    if len(names) < _FEW or len(found) != len(names) or not plain or marks:
        return None
    labels = [one for one in ax.texts if isinstance(one, Annotation)]
    words = [" ".join(one.get_text() for one in labels if one.xy[1] == row) for row in range(len(names))]
    if not all(words):
        return None
    values = tuple(length for _, _, length in found)
    return BarValues(ax.get_title("left"), tuple(names), values, tuple(words))


def _bar(container: Any) -> tuple[float, float, float]:  # noqa: ANN401 - matplotlib is not typed
    """The row of a bar, where it begins, and its length; no row for several bars at once."""
    if len(container.patches) != 1:
        return -1.0, 0.0, 0.0
    (patch,) = container.patches
    return round(patch.get_y() + patch.get_height() / 2, 6), patch.get_x(), patch.get_width()
