"""The P&L of a campaign as a waterfall, and how far its result moves with what it assumes."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import WARM
from retro.charts.waterfall import waterfall
from retro.i18n import Text


def pnl(frame: pd.DataFrame, text: Text) -> Chart:
    """From list-price sales to contribution.

    Args:
        frame: One row per line, as `Statement.lines` holds them: `line` (str), `amount` (Decimal), `kind` (`total` or
            `change`).
        text: Language of the words, and currency; lines are named by `pnl.<line>`, or by `cost.<line>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or does not tie out.
    """
    frame = checked(frame, "pnl", ("line", "amount", "kind"))
    drawn = frame[(frame["amount"] != 0) | (frame["kind"] == "total")]
    names = [text.label("pnl", str(line)) for line in drawn["line"]]
    names = [text.label("cost", name) for name in names]
    return waterfall(drawn.assign(label=names), text, text("pnl.chart.value", currency=text.currency_name))


def tornado(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per assumption from the worse to the better end of the net contribution, the widest on top."""
    low, high = floats(frame["low"]), floats(frame["high"])
    whole = frame.assign(low=low.round(), high=high.round())
    shown = whole.assign(
        label=text.labels("assumption", frame["assumption"]),
        bold=told(whole, text, "tornado.chart.bold"),
        below=(high.clip(upper=0) - low).clip(lower=0),
        above=(high - low.clip(lower=0)).clip(lower=0),
        begin=low.clip(lower=0),
    )
    marks = (Bar("below", WARM, start="low"), Bar("above", start="begin"))
    return row_chart(shown, text, "tornado.chart", *marks, axis="money")
