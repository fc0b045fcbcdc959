"""Heat maps: shares or counts by two orders, such as weekday and hour, darker where more is."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter

from retro.charts.axes import StepLocator
from retro.charts.theme import ACCENT, INK, TOGETHER, canvas, label, styled, value_title, words_on, wrapped

_NAME, _COLUMN = 12, 8
"""Columns of a name of a row and of a column before it is broken."""


@styled()
def heat_map(
    frame: pd.DataFrame,
    *,
    value: str = "",
    columns: str = "",
    row: float = 0.32,
    extra: float = 0.8,
    steps: Sequence[int] = (),
) -> Figure:
    """A cell for each pair of a row and a column; a pair that is missing stays blank.

    Args:
        frame: One row per cell, in order: `row` (str, ready to be read), `column` (str, or whole numbers from 0 on),
            `share` (float, not below 0; NaN where there is none), and perhaps `words` (str) inside the cell: all are
            shown or none, as there is room.
        value: What is drawn; where left out, the columns are named on top.
        columns: What the columns are.
        row: Height of a row in inches.
        extra: Inches for titles and axes.
        steps: Distances between the columns that are numbered, as there is room; each is named where left out.
    """
    order = [list(dict.fromkeys(frame[name])) for name in ("row", "column")]

    def grid(name: str) -> pd.DataFrame:
        return frame.pivot(index="row", columns="column", values=name).reindex(index=order[0], columns=order[1])

    figure, ax = canvas(len(order[0]) * row + extra)
    _draw_grid(ax, grid("share").astype(float), grid("words") if "words" in frame.columns else None)
    ax.set_yticklabels([wrapped(name, _NAME) for name in order[0]], linespacing=1.2)
    if steps:
        ax.xaxis.set_major_locator(StepLocator(0.5, room=16, steps=steps))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda place, _: f"{place - 0.5:.0f}"))
    else:
        ax.set_xticks(
            [place + 0.5 for place in range(len(order[1]))], [wrapped(str(name), _COLUMN) for name in order[1]]
        )
    ax.set_xlabel(columns)
    if value:
        value_title(ax, value)
    else:
        ax.xaxis.tick_top()
        ax.xaxis.set_label_position("top")
    return figure


@styled()
def frame_cell(figure: Figure, row: int, column: int, words: str) -> None:
    """Frame a cell of a heat map, and say above the grid what it holds."""
    (ax,) = figure.axes
    ax.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor=INK, linewidth=1.5, clip_on=False))
    label(ax, words, (ax.get_xlim()[1], 0), offset=(0, 7), ha="right", va="bottom", weight="bold")


def _draw_grid(ax: Axes, values: pd.DataFrame, words: pd.DataFrame | None) -> None:
    """Fill a grid of cells from white (0) to the accent (the largest value); missing cells stay blank."""
    import seaborn as sns  # noqa: PLC0415 - takes two seconds, which only heat maps should cost

    top = float(np.nanmax(values.to_numpy(dtype=float)))
    sns.heatmap(
        values,
        ax=ax,
        mask=values.isna(),
        vmin=0,
        vmax=top if top > 0 else 1,
        cmap=sns.light_palette(ACCENT, as_cmap=True),
        cbar=False,
        linewidths=1,
        linecolor="white",
        annot=False if words is None else words.fillna("").to_numpy(),
        fmt="",
        annot_kws={"size": 8.5, "gid": TOGETHER},
        xticklabels=False,
    )
    for cell in ax.texts:  # seaborn writes white on grounds that are too pale for it
        shade = values.to_numpy()[int(cell.get_position()[1]), int(cell.get_position()[0])] / (top or 1)
        cell.set_color(words_on(sns.light_palette(ACCENT, as_cmap=True)(shade)))
    ax.set(xlabel="", ylabel="")
    ax.tick_params(length=0)
    ax.set_yticks([row + 0.5 for row in range(len(values))], [""] * len(values), rotation=0, color=INK)
