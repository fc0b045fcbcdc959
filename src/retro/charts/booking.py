"""Booking: of each group of members, the share that came and the share that bought."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.patches import Patch

from retro.charts.chart import Chart
from retro.charts.frames import FEW, checked, drawn, rows
from retro.charts.theme import ACCENT, BAND, MUTED, label, legend, row_canvas, styled, value_title
from retro.i18n import Text


@styled()
def booking(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group: the share that came, and within it the share that bought, with what they are taken over.

    Args:
        frame: One row per group, as `metrics.booking` returns it: `group`, `members`, `came`, `buyers` (int),
            `came_rate`, `order_rate` (float, 0 to 1, NaN without members).
        text: Language of the words; groups are named by `booking.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no rate is known.
    """
    frame = checked(frame, "booking", ("group", "members", "came", "buyers", "came_rate", "order_rate"))
    frame = drawn(frame, "booking", "came_rate").reset_index(drop=True)
    names = [text.label("booking", str(group)) for group in frame["group"]]
    figure, ax = row_canvas(names, row=0.5, extra=0.6)
    ax.barh(frame.index, frame["came_rate"], height=0.62, color=BAND)
    ax.barh(frame.index, frame["order_rate"], height=0.36, color=ACCENT)
    ax.set_xlim(0, 1)
    for row in rows(frame):
        label(ax, _bought(row, text), (1, row.Index), offset=(6, 1), va="bottom", weight="bold")
        label(ax, _came(row, text), (1, row.Index), offset=(6, -1), va="top", color=MUTED)
    value_title(ax, text("booking.chart.value"))
    legend(ax, [(Patch(color=BAND), text("booking.chart.came")), (Patch(color=ACCENT), text("booking.chart.bought"))])
    parts = [
        text("chart.named", name=name, value=text.join([_came(row, text), _bought(row, text)]))
        for name, row in zip(names, rows(frame), strict=True)
    ]
    alt = text("booking.chart.alt", parts=text("chart.clause").join(parts))
    return Chart(figure, alt, text("booking.chart.caption"))


def _came(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    return _said("came", row.came_rate, row.came, row.members, text)


def _bought(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    return _said("bought", row.order_rate, row.buyers, row.members, text)


def _said(key: str, rate: float, hits: int, members: int, text: Text) -> str:
    what = text(f"booking.chart.{key}")
    if 0 < hits < FEW:
        return text("booking.chart.row", what=what, share=text("tier_moves.chart.few", least=FEW))
    counts = {"hits": text.count(hits), "members": text.count(members)}
    return text(
        "booking.chart.row", what=what, share=text("booking.chart.share", rate=text.value(rate, "rate"), **counts)
    )
