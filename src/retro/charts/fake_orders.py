"""Fake orders: what each rule finds, and how much of it operations stopped."""

from __future__ import annotations

import pandas as pd

from retro.charts.bars import Part, draw_bars
from retro.charts.chart import Chart
from retro.charts.frames import checked, rows
from retro.charts.theme import ACCENT, BAND, styled
from retro.i18n import Text

_NO_RULES = ("stopped", "missed")


@styled()
def fake_orders(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per rule: orders that operations stopped, and the others that the rule finds.

    Args:
        frame: One row per rule, as `metrics.fake_orders` returns it: `rule` (str), `orders`, `stopped` (int), `amount`
            (Decimal). Rows that are no rule are left out.
        text: Language of the words, and currency; rules are named by `fake.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "fake_orders", ("rule", "orders", "amount", "stopped"))
    found = frame[~frame["rule"].isin(_NO_RULES)].reset_index(drop=True)
    names = [text(f"fake.{rule}") for rule in found["rule"]]
    parts = [
        Part(text("fake_orders.chart.stopped"), list(found["stopped"]), ACCENT),
        Part(text("fake_orders.chart.others"), list(found["orders"] - found["stopped"]), BAND),
    ]
    ends = [
        (
            text("fake_orders.chart.end", stopped=text.count(row.stopped), orders=text.count(row.orders)),
            text.value(row.amount, "money"),
        )
        for row in rows(found)
    ]
    figure, _ = draw_bars(names, parts, ends, text("fake_orders.chart.value"))
    told = [text("chart.named", name=name, value=end[0]) for name, end in zip(names, ends, strict=True)]
    return Chart(figure, text("fake_orders.chart.alt", parts=text.join(told)), text("fake_orders.chart.caption"))
