"""Booking: of each group of members, the share that came and the share that bought."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import drawn, told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, BAND
from retro.i18n import Text


def booking(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group of members: the share that came, and within it the share that bought."""
    frame = drawn(frame, "booking", "came_rate")
    bold = told(frame, text, "booking.chart.bold", "order_rate", "")
    few = told(frame, text, "booking.chart.few_bought")
    came, few_came = (
        told(frame, text, "booking.chart.quiet", "came_rate", ""),
        told(frame, text, "booking.chart.few_came"),
    )
    shown = frame.assign(
        label=text.labels("booking", frame["group"]),
        bold=[one or other for one, other in zip(bold, few, strict=True)],
        quiet=[one or other for one, other in zip(came, few_came, strict=True)],
    )
    shown["said"] = [text.join([quiet, bold]) for quiet, bold in zip(shown["quiet"], shown["bold"], strict=True)]
    marks = (Bar("came_rate", BAND, 0.62, "came"), Bar("order_rate", ACCENT, 0.36, "bought"))
    return row_chart(shown, text, "booking.chart", *marks, whole=1)
