"""Budget: planned and used by campaign."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, known
from retro.charts.theme import ACCENT, PALE, WARM, label, legend, row_canvas, styled, value_title
from retro.i18n import Text


@styled()
def budget(frame: pd.DataFrame, text: Text) -> Chart:
    """A pale bar for what was planned, and on it what was used; orange beyond the plan.

    Args:
        frame: One row per campaign and for the total, as `metrics.budget` returns it: `row`, `title` (str), `planned`,
            `used` (Decimal, None where missing).
        text: Language of the words, and currency.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "budget", ("row", "title", "planned", "used"))
    frame = frame[frame["planned"].map(known) | frame["used"].map(lambda value: known(value) and value != 0)]
    frame = frame.reset_index(drop=True)
    names = [_name(row, text) for row in frame.to_dict("records")]
    planned, used = floats(frame["planned"]).fillna(0), floats(frame["used"]).fillna(0)

    figure, ax = row_canvas(names, row=0.5, extra=0.6)
    plan = ax.barh(frame.index, planned, height=0.62, color=PALE, edgecolor="#B8C0C9", linewidth=0.8)
    within = ax.barh(frame.index, used.clip(upper=planned.where(planned > 0, used)), height=0.34, color=ACCENT)
    over = (used - planned).where((planned > 0) & (used > planned), 0)
    beyond = ax.barh(frame.index, over, left=planned, height=0.34, color=WARM)
    ax.set_xlim(0, max(planned.max(), used.max()) or 1)
    for row, (plan_amount, used_amount) in enumerate(zip(frame["planned"], frame["used"], strict=True)):
        words = text.value(used_amount, "money") if known(used_amount) else text("chart.unknown")
        label(ax, words, (max(planned[row], used[row]), row), offset=(6, 1), va="bottom", weight="bold")
        of = text("budget.chart.of", planned=text.value(plan_amount, "money")) if known(plan_amount) else ""
        label(ax, of, (max(planned[row], used[row]), row), offset=(6, -1), va="top", color="#56616C")
    value_title(ax, text("budget.chart.value", currency=text.currency_name))
    marks = [(plan, text("budget.chart.planned")), (within, text("budget.chart.used"))]
    legend(ax, marks + ([(beyond, text("budget.chart.over"))] if over.any() else []))
    parts = [
        text("budget.chart.alt_row", name=name, used=text.value(one, "money") or text("chart.unknown"))
        for name, one in zip(names, frame["used"], strict=True)
    ]
    return Chart(figure, text("budget.chart.alt", parts=text.join(parts)), text("budget.chart.caption"))


def _name(row: dict[Any, Any], text: Text) -> str:
    return str(row["title"]) if known(row["title"]) else text(f"budget.say.{row['row']}")
