"""What was bought by the hour."""

from __future__ import annotations

import pandas as pd

from retro.ledger import Entry
from retro.metrics.money import as_money
from retro.sections.finding import Context, Finding, frame_table, number, records


def hourly_sales(frame: pd.DataFrame, context: Context) -> Finding:
    """Orders and GMV of the window, and its busiest hour beside the same hour of the weeks before.

    Args:
        frame: The frame of `metrics.hourly_sales`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    peak = max(rows, key=lambda row: row["orders"])
    orders, gmv = sum(row["orders"] for row in rows), as_money(sum(row["gmv"] for row in rows))
    shown = frame.assign(hour=[text.moment(at) for at in frame["at"]])
    units = {"hour": "name.hour", "orders": "count", "gmv": "money", "usual_orders": "number"}
    sentence = text(
        "hourly_sales.say.summary",
        orders=text.count(orders),
        gmv=text.money(gmv),
        hour=text.short_moment(peak["at"]),
        peak=text.count(peak["orders"]),
    )
    if not pd.isna(peak["usual_orders"]):
        sentence += text("hourly_sales.say.usual", usual=text.exact(peak["usual_orders"], 1))
    shared = context.facts("hourly_sales", "orders")
    entries = (
        Entry(name="orders", value=number(orders), unit="orders", **shared),
        Entry(name="gmv", value=gmv, unit="money", **shared),
        Entry(name="peak_hour_orders", value=number(peak["orders"]), unit="orders", **shared),
    )
    return Finding(sentence, entries, frame_table("hourly_sales", shown, units, text))
