"""Expanding coupons: the use rate of each group against the target."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import drawn, told
from retro.charts.rows import Bar, Span, row_chart
from retro.charts.theme import ACCENT, USUAL
from retro.i18n import Text


def coupon_expansion(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """A row per group with its use rate, its interval and the target."""
    frame = drawn(frame, "coupon_expansion", "use_rate")
    shown = frame.assign(
        label=text.labels("expansion", frame["group"]),
        bold=told(frame, text, "coupon_expansion.chart.bold"),
        colour=[ACCENT if group == "all" else USUAL for group in frame["group"]],
    )
    marks = (Bar("use_rate", "colour"), Span("low", "high"))
    aim = "" if target is None else text("chart.target", value=text.value(target, "rate"))
    return row_chart(shown, text, "coupon_expansion.chart", *marks, axis="rate", target=target, target_words=aim)
