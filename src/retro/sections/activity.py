"""How many users the shop had each day, and what share of its members is active at all."""

from __future__ import annotations

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, rate_entry, records

_NAMES = {
    "period": "activity_rate",
    "month": "monthly_activity_rate",
    "recent": "newcomer_activity_rate",
    "buyers": "active_buyer_rate",
}


def activity(daily: pd.DataFrame, rates: pd.DataFrame, context: Context) -> Finding:
    """Mean and peak of daily active users, and activity by definitions that nobody should mix up.

    Args:
        daily: The frame of `metrics.activity`.
        rates: The frame of `metrics.activity_rates`.
        context: Params and texts.
    """
    text, by_name = context.text, {row["definition"]: row for row in records(rates)}
    peak = max(records(daily), key=lambda row: row["dau"])
    mean = float(daily["dau"].mean())
    shown = {name: f"{text.rate(row['rate'])}" for name, row in by_name.items() if not pd.isna(row["rate"])}
    if "period" not in shown:
        return Finding(text("activity.say.none"), covered=False)
    counts = {f"{name}_active": text.count(row["active"]) for name, row in by_name.items()}
    sentence = text(
        "activity.say.summary",
        mean=text.count(mean),
        peak=text.count(peak["dau"]),
        peak_day=text.short_day(peak["on"]),
        rate=shown["period"],
        members=text.count(by_name["period"]["members"]),
        month=shown["month"],
        **counts,
    )
    if "buyers" in shown:
        sentence += text("activity.say.buyers", rate=shown["buyers"], **counts)
    shared = context.facts("activity")
    entries = (
        Entry(name="dau_mean", value=number(mean), unit="users", tables=("events",), **shared),
        Entry(name="dau_peak", value=number(peak["dau"]), unit="users", tables=("events",), **shared),
        *(
            rate_entry(_NAMES[name], row, "active", "members", tables=("users", "events", "orders"), **shared)
            for name, row in by_name.items()
        ),
    )
    units = {"definition": "name.activity", "active": "count", "members": "count", "rate": "rate"}
    return Finding(
        sentence, entries, frame_table("activity", rates, units | {"low": "rate", "high": "rate"}, text, folded=False)
    )
