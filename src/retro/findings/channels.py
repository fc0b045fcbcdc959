"""What each channel cost and brought."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from retro.findings.finding import Context, Finding, frame_table, number, records
from retro.ledger import Entry


def channels(frame: pd.DataFrame, context: Context) -> Finding:
    """Which channel brought first-time buyers at what cost, or why that cannot be known.

    Args:
        frame: The frame of `metrics.channels`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("finding.channels.none"))
    total = sum((row["spend"] for row in rows), Decimal(0))
    ages = [column for column in frame.columns if str(column).startswith("value_")]
    units = {"channel": "name.channel", "spend": "money"}
    named = frame.assign(channel=[row["channel"] or text("policy.shared") for row in rows])
    known = [row for row in rows if row["channel"] and not pd.isna(row["buyers"])]
    if not known:
        spent = text.money(total)
        return Finding(text("finding.channels.unknown", spend=spent), (), frame_table("channels", named, units, text))
    units |= {"first_buyers": "count", "buyers": "count", "gmv": "money", "cac": "money", "roas": "ratio"}
    units |= {"contribution": "money", **dict.fromkeys(map(str, ages), "money")}
    gmv = sum((row["gmv"] for row in known), Decimal(0))
    sentence = text("finding.channels.total", spend=text.money(total), gmv=text.money(gmv))
    paid = [row for row in known if row["spend"] > 0 and row["cac"] is not None]
    if paid:
        best, worst = min(paid, key=lambda row: row["cac"]), max(paid, key=lambda row: row["cac"])
        names = {"best": text.label("channel", best["channel"]), "worst": text.label("channel", worst["channel"])}
        costs = {"low": text.money(best["cac"]), "high": text.money(worst["cac"])}
        sentence += text("finding.channels.range", **names, **costs)
    entry = Entry(name="channel_gmv", value=number(gmv), unit="money", tables=("orders",), definition="channels")
    return Finding(sentence, (entry,), frame_table("channels", named, units, text, folded=False))
