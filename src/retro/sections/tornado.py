"""Tornado: the assumption that moves the net contribution most."""

import pandas as pd

from retro.charts import WARM, Bar, Chart, floats, row_chart
from retro.i18n import Text
from retro.ledger import entry
from retro.sections.section import Context, Finding, Section, frame_table, number, records


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


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per assumption from the worse to the better end of the net contribution, the widest on top."""
    low, high = floats(frame["low"]), floats(frame["high"])
    shown = frame.assign(
        low=low.round(),
        high=high.round(),
        below=(high.clip(upper=0) - low).clip(lower=0),
        above=(high - low.clip(lower=0)).clip(lower=0),
        begin=low.clip(lower=0),
    )
    marks = (Bar("below", WARM, start="low"), Bar("above", start="begin"))
    return row_chart(shown, text, "tornado.chart", *marks, axis="money")


section = Section("tornado", say, draw, level=2)
