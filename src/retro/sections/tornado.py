"""Tornado: the assumption that moves the net contribution most."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.ledger import entry
from retro.sections.finding import Context, Finding, frame_table, number, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Which assumption moves the result most, and whether one of them alone turns its sign."""
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("tornado.say.none"))
    turning = [text.label("assumption", row["assumption"]) for row in rows if row["low"] < 0 < row["high"]]
    sentence = text("tornado.say.widest", rows[0])
    sentence += text(f"tornado.say.{'turns' if turning else 'holds'}", assumptions=turning)
    decide = entry("assumptions_that_decide", number(len(turning)))
    return Finding(sentence, (decide,), frame_table("tornado", frame, ("assumption.assumption", "low", "high"), text))


section = Section("tornado", say, charts.tornado, level=2)
