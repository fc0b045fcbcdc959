"""What the registrations of a campaign mean beside the usual ones."""

from __future__ import annotations

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, lift_entry, lift_side, number, records


def registrations(daily: pd.DataFrame, lift: pd.DataFrame, context: Context) -> Finding:
    """New users of the campaign, how many there usually are, and the busiest day.

    Args:
        daily: The frame of `metrics.registrations`.
        lift: The one row of `metrics.registration_lift`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(lift)
    peak = max(records(daily), key=lambda day: day["registrations"])
    facts = {
        "noun": context.new_users,
        "count": text.count(row["registrations"]),
        "peak_day": text.short_day(peak["on"]),
        "peak": text.count(peak["registrations"]),
    }
    if pd.isna(row["baseline"]):
        sentence = text("registrations.say.no_baseline", **facts)
    elif row["baseline"] == 0:
        sentence = text("registrations.say.none_usual", **facts, weeks=int(row["baseline_windows"]))
    else:
        sentence = text(
            f"registrations.say.{lift_side(row, 'registrations')}",
            **facts,
            baseline=text.count(row["baseline"]),
            interval=text.interval(max(row["baseline_low"], 0), row["baseline_high"], "users"),
            lift=text.change(row["lift_rate"]),
            weeks=int(row["baseline_windows"]),
        )
    units = {"on": "day", "registrations": "count", "baseline": "number"}
    shared = context.facts("registrations", "users")
    entries = (
        Entry(name="new_users", value=number(row["registrations"]), unit="users", **shared),
        lift_entry("new_user_lift_rate", row, "registrations", **shared),
    )
    return Finding(sentence, entries, frame_table("registrations", daily, units, text))
