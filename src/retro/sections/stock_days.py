"""Stock days: for how many days the stock of new products lasts."""

import pandas as pd

from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Days that the stock of new products lasts at the pace of the last weeks, beside the others'."""
    text, days = context.text, context.asked("pace_days")
    rows = {row["group"]: row for row in records(frame)}
    own, others = rows.get("own"), rows.get("others")
    if own is None:
        return Finding(text("stock_days.say.none"), covered=False)
    sentence = text(f"stock_days.say.{'idle_all' if pd.isna(own['stock_days']) else 'own'}", own, days=days)
    if others is not None and not pd.isna(others["stock_days"]):
        sentence += text("stock_days.say.others", others)
    if own["idle_items"] and not pd.isna(own["stock_days"]):
        sentence += text("stock_days.say.idle", own, days=days)
    entries = (context.entry("launch_stock_days", own, "stock_days"),)
    named = frame.assign(group=[text(f"stock_days.{group}") for group in frame["group"]])
    return Finding(sentence, entries, frame_table("stock_days", named, _COLUMNS, text, folded=False))


_COLUMNS = ("group", "items", "closing", "sold", "stock_days", "idle_items")

section = Section("stock_days", say, level=2)
