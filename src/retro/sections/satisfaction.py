"""Satisfaction: NPS, CSAT and stars."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.sections.finding import Context, Finding, frame_table, number, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Each score with its interval and its denominator."""
    text, parts, entries = context.text, [], []
    if frame.empty:
        return Finding(text("satisfaction.say.none"), covered=False)
    for row in records(frame):
        method = "normal" if row["measure"] == "nps" else "Student's t"
        entry = context.entry(row["measure"], row, "value", method=method, denominator=number(row["answers"]))
        entries.append(entry)
        value, interval = text.value(entry.value, entry.unit), text.interval(entry.low, entry.high, entry.unit)
        parts.append(text(f"satisfaction.say.{'part' if interval else 'one'}", row, value=value, interval=interval))
    sentence = text("satisfaction.say.summary", parts=text("chart.clause").join(parts))
    columns = ("measure.satisfaction", "answers", "negative", "neutral", "positive", "value", "low", "high")
    return Finding(sentence, tuple(entries), frame_table("satisfaction", frame, columns, text))


section = Section("satisfaction", say, charts.satisfaction)
