"""Reorders: whether more was ordered when stock fell to its trigger."""

import pandas as pd

from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of triggers that were answered in time, and how long the others waited."""
    text = context.text
    if frame.empty:
        return Finding(text("reorders.say.none"), covered=False)
    (row,) = records(frame)
    sentence = text("reorders.say.on_time", row)
    if row["reordered"] < row["triggers"]:
        sentence += text("reorders.say.unanswered", row, missing=row["triggers"] - row["reordered"])
    for name in ("lot", "transit_days"):
        if not pd.isna(row[name]):
            sentence += text(f"reorders.say.{name}", row)
    entries = (
        context.entry("reorder_on_time_rate", row, "on_time_rate", of=("on_time", "triggers"), method="Wilson"),
        context.entry("reorder_lot", row, "lot"),
    )
    columns = ("triggers", "reordered", "on_time", "on_time_rate", "delay_days", "transit_days", "lot")
    return Finding(sentence, entries, frame_table("reorders", frame, columns, text))


section = Section("reorders", say, level=2)
