"""Titles and legends that take as many lines as a figure's width asks for, and give them back."""

import contextlib
import math
from collections.abc import Iterator
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text as Words

from retro.charts.theme import legend, wrapped

_LINE = 13
"""Points that one more line of a title or a legend takes."""

_LINES = 4
"""Lines that a title may take at most."""


@contextlib.contextmanager
def as_before(figure: Figure) -> Iterator[None]:
    """Give a figure its size, titles and legends back at the end."""
    size = tuple(figure.get_size_inches())
    titles = [(one, one.get_text()) for axes in figure.axes for one in _titles(axes)]
    try:
        yield
    finally:
        for one, words in titles:
            one.set_text(words)
        for axes in figure.axes:
            if entries := _entries(axes):
                legend(axes, entries)
        figure.set_size_inches(*size)


def fit(figure: Figure) -> bool:
    """Break titles and legends that leave a figure which is laid out; the figure grows by what they take.

    Returns:
        Whether any was broken, so that the figure must be laid out anew.
    """
    lines = [_fit_legend(axes) + sum(_fit_title(one, axes, figure) for one in _titles(axes)) for axes in figure.axes]
    if not any(lines):
        return False
    width, height = figure.get_size_inches()
    figure.set_size_inches(width, height + max(lines) * _LINE / 72)
    return True


def _titles(axes: Axes) -> list[Words]:
    """The title of the values, and that of the axis below."""
    own: Any = axes
    return [one for one in (own._left_title, axes.xaxis.label) if one.get_text()]  # noqa: SLF001 - no public door


def _entries(axes: Axes) -> Any:  # noqa: ANN401 - see `legend`
    return getattr(axes.get_legend(), "entries", ())


def _fit_title(title: Words, axes: Axes, figure: Figure) -> int:
    """Break a title to the room that it has; how many lines it takes more."""
    words, box = title.get_text().replace("\n", " "), title.get_window_extent()
    nexts = [one.bbox.x0 for one in figure.axes if one.bbox.x0 > axes.bbox.x1]
    right = min([figure.bbox.x1, *nexts])
    middle = (axes.bbox.x0 + axes.bbox.x1) / 2
    room = right - box.x0 if title.get_horizontalalignment() == "left" else 2 * min(middle, right - middle)
    if box.width <= room:
        return 0
    before = title.get_text().count("\n")
    for columns in range(len(words) * 2, 8, -1):
        title.set_text(wrapped(words, columns, _LINES))
        if title.get_window_extent().width <= room:
            break
    return title.get_text().count("\n") - before


def _fit_legend(axes: Axes) -> int:
    """Set a legend in fewer columns, until it stays within the figure; how many lines it takes more."""
    entries = _entries(axes)
    for columns in range(len(entries), 0, -1):
        own: Any = legend(axes, entries, columns)
        if own.get_window_extent().x1 <= axes.figure.bbox.x1:
            return math.ceil(len(entries) / columns) - 1
    return max(0, len(entries) - 1)
