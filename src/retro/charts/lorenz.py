"""Lorenz curve: how unevenly something is spread over people."""

import numpy as np
import pandas as pd

from retro.charts.axes import rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, BAND, BASELINE, canvas, label, styled, value_title
from retro.errors import MetricError
from retro.i18n import Text


@styled()
def lorenz(frame: pd.DataFrame, text: Text, value: str, people: str, top: float = 0.2) -> Chart:
    """The share of the value held by each share of people, least first, below the line of an even spread.

    Args:
        frame: Points of the curve: `people_share`, `value_share` (float, 0 to 1), both rising, people with least
            first. The ends (0, 0) and (1, 1) may be left out.
        text: Language of the words.
        value: Title of what is spread, such as `Points redeemed, share`.
        people: Title of those it is spread over, such as `Members, least first, share`.
        top: Share of the people with most that is pointed out.

    Raises:
        MetricError: The frame has no rows, lacks a column, or a share falls or lies outside 0 to 1.
    """
    frame = checked(frame, "lorenz", ("people_share", "value_share"))
    x, y = (np.concatenate([[0.0], floats(frame[name]), [1.0]]) for name in ("people_share", "value_share"))
    for name, shares in (("people_share", x), ("value_share", y)):
        if np.isnan(shares).any() or (np.diff(shares) < 0).any():
            raise MetricError(f"charts.lorenz: column {name!r} must rise from 0 to 1. Sort by value and add up.")
    held = 1 - float(np.interp(1 - top, x, y))

    figure, ax = canvas(3.9)
    ax.fill_between(x, x, y, color=BAND, linewidth=0)
    ax.plot([0, 1], [0, 1], color=BASELINE, linewidth=1.2)
    ax.plot(x, y, color=ACCENT)
    ax.plot([0, 1 - top, 1 - top], [1 - held, 1 - held, 0], color=ACCENT, linewidth=0.9, linestyle=(0, (4, 2)))
    ax.plot([1 - top], [1 - held], "o", color=ACCENT, markersize=7)
    words = text("chart.lorenz.top", top=text.rate(top, 0), held=text.rate(held))
    label(ax, f"● {words}", (0, 1), offset=(10, -8), va="top", color=ACCENT, weight="bold")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    rate_axis(ax.xaxis, text)
    rate_axis(ax.yaxis, text)
    ax.set_xlabel(people)
    value_title(ax, value)
    told = {"value": value, "people": people, "top": text.rate(top, 0), "held": text.rate(held)}
    return Chart(figure, text("chart.lorenz.alt", **told), text("chart.lorenz.caption", **told))
