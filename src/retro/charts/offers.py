"""Offers sent to members by kind."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, BAND, USUAL, WARM
from retro.i18n import Text


def offers(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per kind of offer: on what was received, what was viewed, and completed with and without a view before."""
    kinds = frame[frame["kind"] != "all"].reset_index(drop=True)
    shown = kinds.assign(
        label=text.labels("offer", kinds["kind"]),
        bold="",
        **{f"{name}_end": [text.written(count, "count") for count in kinds[name]] for name in _COUNTED},
        said=told(kinds, text, "offers.chart.said"),
    )
    marks = (
        Bar("received", BAND, 0.77, "received"),
        Bar("viewed", USUAL, 0.2, "viewed", shift=-0.24, end="viewed_end"),
        Bar("viewed_first", ACCENT, 0.2, "viewed_first", end="viewed_first_end"),
        Bar("unviewed", WARM, 0.2, "unviewed", shift=0.24, end="unviewed_end"),
    )
    return row_chart(shown, text, "offers.chart", *marks, axis="count", row=0.85)


_COUNTED = ("viewed", "viewed_first", "unviewed")
