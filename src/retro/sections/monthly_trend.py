"""Trend: the month among the last thirteen."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.sections.finding import Context, Finding, frame_table, number, records
from retro.sections.section import Section

_FEWEST = 2
"""Months that make a trend."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Where the month stands among the thirteen."""
    text, rows = context.text, [row for row in records(frame) if row["orders"]]
    if len(rows) < _FEWEST or not records(frame)[-1]["orders"]:
        return Finding(text("monthly_trend.say.none"), covered=False)
    last, best = rows[-1], max(rows, key=lambda row: row["gmv"])
    rank = {"rank": 1 + sum(row["gmv"] > last["gmv"] for row in rows)}
    facts = {"months": len(rows), "best": best["month"], "most": best["gmv"]}
    sentence = text(f"monthly_trend.say.{'best' if rank['rank'] == 1 else 'rank'}", last, **rank, **facts)
    entry = context.entry("gmv_rank_of_months", rank, "rank", denominator=number(len(rows)))
    columns = ("month", "visits", "new_users", "orders", "buyers", "conversion", "order_value", "gmv")
    return Finding(sentence, (entry,), frame_table("monthly_trend", frame, columns, text))


section = Section("monthly_trend", say, charts.monthly_trend, people={"new_users": (), "buyers": ()})
