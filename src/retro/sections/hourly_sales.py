"""Hourly sales: orders by hour, beside the baseline."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Chart, Columns, Level, Peak, checked, line_chart
from retro.charts.frames import whole
from retro.i18n import Text
from retro.metrics.money import as_money
from retro.privacy import FEW, Amount, Sum, hidden
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Orders and GMV of the window, and its busiest hour beside the same hour of the weeks before."""
    text, rows = context.text, records(frame)
    valued = "gmv" in frame.columns
    whole = {"orders": rows[0]["all_orders"]} | ({"gmv": as_money(rows[0]["all_gmv"])} if valued else {})
    told = [row for row in rows if not hidden(row["orders"])]
    peak: dict[str, Any] = max(told, key=lambda row: row["orders"], default={"orders": FEW})
    if hidden(peak["orders"]) or (not peak["orders"] and len(told) < len(rows)):  # every busy hour is one of few
        return Finding(text("privacy.few"), tuple(context.entry(name, whole) for name in whole))
    sentence = text(
        f"hourly_sales.say.{'summary' if valued else 'orders'}", whole, hour=peak["at"], peak=peak["orders"]
    )
    if not pd.isna(peak["baseline_orders"]):
        sentence += text("hourly_sales.say.baseline", peak)
    entries = (
        *(context.entry(name, whole) for name in whole),
        context.entry("peak_hour_orders", peak, "orders"),
    )
    shown = frame.assign(hour=[text.moment(at) for at in frame["at"]])
    columns = ("hour.hour", "orders", *(("gmv",) if valued else ()), "baseline_orders")
    table = frame_table("hourly_sales", shown, columns, text)
    return Finding(sentence, entries, table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A column of orders by hour, the baseline on it, the peak labelled."""
    frame = checked(frame, "hourly_sales", ("at", "orders", "baseline_orders"))
    return line_chart(
        frame,
        text,
        "hourly_sales.chart",
        Columns("orders", name="counted"),
        Level("baseline_orders", "baseline"),
        Peak("orders", dot=False),
        at="at",
        over="hour",
        height=3.2,
        under=text("hourly_sales.chart.hour"),
        facts={"total": whole(frame, "orders")},
        caption="caption" if frame["baseline_orders"].notna().any() else "caption_no_baseline",
    )


section = Section(
    "hourly_sales",
    say,
    draw,
    people={"orders": ("gmv",)},
    totals=(Sum("orders", lambda frame: frame["orders"].notna(), name="all_orders"), Amount("gmv", "all_gmv")),
    grain={"orders": "hour"},
)
