"""Coupons: issued, claimed and used by template."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, BAND, USUAL
from retro.i18n import Text


def coupon_use(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per template: light is issued, grey claimed, blue used; on the right the use rate."""
    shown = frame.assign(bold=told(frame, text, "coupons.chart.bold", "use_rate"))
    marks = (
        Bar("issued", BAND, 0.62, "issued"),
        Bar("claimed", USUAL, 0.44, "claimed"),
        Bar("used", ACCENT, 0.26, "used"),
    )
    return row_chart(shown, text, "coupons.chart", *marks)
