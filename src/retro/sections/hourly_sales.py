"""Hourly sales: orders by hour, beside the baseline."""

import pandas as pd

from retro.charts import Chart, Columns, Level, Peak, checked, line_chart
from retro.i18n import Text
from retro.metrics.money import as_money
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Orders and GMV of the window, and its busiest hour beside the same hour of the weeks before."""
    text, rows = context.text, records(frame)
    peak = max(rows, key=lambda row: row["orders"])
    whole = {"orders": sum(row["orders"] for row in rows), "gmv": as_money(sum(row["gmv"] for row in rows))}
    sentence = text("hourly_sales.say.summary", whole, hour=peak["at"], peak=peak["orders"])
    if not pd.isna(peak["baseline_orders"]):
        sentence += text("hourly_sales.say.baseline", peak)
    entries = (
        context.entry("orders", whole),
        context.entry("gmv", whole),
        context.entry("peak_hour_orders", peak, "orders"),
    )
    shown = frame.assign(hour=[text.moment(at) for at in frame["at"]])
    table = frame_table("hourly_sales", shown, ("hour.hour", "orders", "gmv", "baseline_orders"), text)
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
        facts={"total": frame["orders"].sum()},
        caption="caption" if frame["baseline_orders"].notna().any() else "caption_no_baseline",
    )


section = Section("hourly_sales", say, draw)
