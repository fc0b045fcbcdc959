"""Coupons by template: issued, claimed, used."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.patches import Patch

from retro.charts.chart import Chart
from retro.charts.frames import checked, rows
from retro.charts.theme import ACCENT, BAND, MUTED, USUAL, label, legend, row_canvas, styled, value_title
from retro.i18n import Text

_LOOKS = (("issued", BAND, 0.62), ("claimed", USUAL, 0.40), ("used", ACCENT, 0.40))


@styled()
def coupon_use(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per template: how many were issued, claimed and used, the used share of the issued beside it.

    Args:
        frame: One row per template, as `metrics.coupons` returns it: `issued`, `claimed`, `used` (int), `use_rate`
            (float); and `label` (str, ready to be read).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "coupon_use", ("label", "issued", "claimed", "used", "use_rate"))
    names = [str(name) for name in frame["label"]]
    figure, ax = row_canvas(names, extra=0.75)
    for column, colour, height in _LOOKS:
        ax.barh(range(len(frame)), frame[column], height=height, color=colour, zorder=2)
    widest = max(int(frame["issued"].max()), 1)
    ax.set_xlim(0, widest)
    for row in rows(frame):
        label(ax, _said(row, text), (widest, row.Index), offset=(6, 0), va="center", color=MUTED)
    value_title(ax, text("coupons.chart.value"))
    legend(ax, [(Patch(color=colour), text(f"coupons.chart.{column}")) for column, colour, _ in _LOOKS])
    parts = [
        text("chart.named", name=name, value=_said(row, text)) for name, row in zip(names, rows(frame), strict=True)
    ]
    alt = text("coupons.chart.alt", parts=text("chart.clause").join(parts))
    return Chart(figure, alt, text("coupons.chart.caption"))


def _said(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    return text(
        "coupons.chart.row", rate=text.rate(row.use_rate), used=text.count(row.used), issued=text.count(row.issued)
    )
