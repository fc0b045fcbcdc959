"""Use rates of coupons that expanded, of those that did not, and of all."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from retro.charts.axes import rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, rows
from retro.charts.theme import ACCENT, INK, MUTED, USUAL, WARM, label, row_canvas, styled, value_title
from retro.i18n import Text


@styled()
def coupon_expansion(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """A bar with its 95 % interval per group, what it is taken over behind it, the target as a line.

    Args:
        frame: One row per group, as `metrics.coupon_expansion` returns it: `group`, `issued`, `used` (int), `use_rate`,
            `low`, `high` (float, 0 to 1, NaN where none was issued).
        text: Language of the words; groups are named by `expansion.<name>`.
        target: The use rate that was aimed at.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no rate is known.
    """
    frame = checked(frame, "coupon_expansion", ("group", "issued", "used", "use_rate", "low", "high"))
    frame = drawn(frame, "coupon_expansion", "use_rate").reset_index(drop=True)
    names = [text.label("expansion", str(group)) for group in frame["group"]]
    rates, low, high = (floats(frame[column]) for column in ("use_rate", "low", "high"))
    figure, ax = row_canvas(names, row=0.5, extra=0.8)
    colours = [ACCENT if group == "all" else USUAL for group in frame["group"]]
    ax.barh(frame.index, rates, height=0.56, color=colours)
    ax.hlines(frame.index, low, high, color=INK, linewidth=1.4)
    widest = max(high.max(), float(target or 0)) * 1.02
    ax.set_xlim(0, widest)
    said = [
        text(
            "coupons.chart.row",
            rate=text.rate(row.use_rate),
            used=text.count(row.used),
            issued=text.count(row.issued),
        )
        for row in rows(frame)
    ]
    for place, words in enumerate(said):
        label(ax, words, (widest, place), offset=(6, 0), va="center", color=MUTED)
    if target is not None:
        ax.axvline(float(target), color=WARM, linewidth=1.6, linestyle=(0, (4, 2)))
        words = text("chart.target", value=text.value(target, "rate"))
        end = (float(target), ax.get_ylim()[1])
        label(ax, words, end, offset=(-4, 2), ha="right", va="bottom", color=WARM, weight="bold")
    rate_axis(ax.xaxis, text)
    value_title(ax, text("coupon_expansion.chart.value"))
    parts = [text("chart.named", name=name, value=words) for name, words in zip(names, said, strict=True)]
    alt = text("coupon_expansion.chart.alt", parts=text("chart.clause").join(parts))
    return Chart(figure, alt, text("coupon_expansion.chart.caption"))
