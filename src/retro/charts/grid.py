"""A grid of shares: what became of each row, the darker the more."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from retro.charts.heatmap import draw_grid
from retro.charts.theme import canvas, styled, value_title


@styled()
def share_grid(frame: pd.DataFrame, value: str = "", row: float = 0.42, extra: float = 0.8) -> Figure:
    """A cell for each pair of a row and a column; a pair that is missing stays blank.

    Args:
        frame: One row per cell, in order: `row`, `column` (str, their names, ready to be read), `share` (float, 0 to
            1, NaN where there is none), `words` (str) inside the cell.
        value: What the shares are; left out where the axes say it.
        row: Height of a row in inches.
        extra: Inches for titles and axes.
    """
    order = [list(dict.fromkeys(frame[name])) for name in ("row", "column")]
    shares, words = (
        frame.pivot(index="row", columns="column", values=name).reindex(index=order[0], columns=order[1])
        for name in ("share", "words")
    )
    figure, ax = canvas(len(shares) * row + extra)
    draw_grid(ax, shares.astype(float), words.fillna(""))
    ax.set_yticklabels(order[0], linespacing=1.3)
    ax.set_xticks([place + 0.5 for place in range(len(order[1]))], order[1])
    if value:
        value_title(ax, value)
    return figure
