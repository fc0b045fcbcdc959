"""The P&L of a campaign as a waterfall, and how far its result moves with what it assumes."""

from __future__ import annotations

import pandas as pd

from retro.charts.axes import amount_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, WARM, label, row_canvas, styled
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


@styled()
def tornado(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per assumption from the worse to the better end of the net contribution, the widest on top.

    Args:
        frame: One row per assumption, as `metrics.tornado` returns it: `assumption` (str), `low`, `high` (float).
        text: Language of the words, and currency; assumptions are named by `assumption.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "tornado", ("assumption", "low", "high"))
    names = [text.label("assumption", str(name)) for name in frame["assumption"]]
    low, high = floats(frame["low"]), floats(frame["high"])

    figure, ax = row_canvas(names, extra=0.6)
    for row, (begin, end) in enumerate(zip(low, high, strict=True)):
        for left, right, colour in ((begin, min(end, 0.0), WARM), (max(begin, 0.0), end, ACCENT)):
            ax.barh(row, max(right - left, 0.0), left=left, height=0.55, color=colour)
    ax.set_xlim(min(0.0, low.min()), max(0.0, high.max()) or 1)
    amount_axis(ax.xaxis, text)
    edge = ax.get_xlim()[1]
    parts = []
    for row, (begin, end) in enumerate(zip(low, high, strict=True)):
        ends = f"{text.short(round(begin))} – {text.short(round(end))}"
        label(ax, ends, (edge, row), offset=(6, 0), va="center", weight="bold")
        parts.append(text("chart.named", name=names[row], value=ends))
    ax.set_xlabel(text("tornado.chart.value", currency=text.currency_name))
    alt = text("tornado.chart.alt", parts=text("chart.clause").join(parts))
    return Chart(figure, alt, text("tornado.chart.caption"))
