"""The best creators: how much of their lead they keep in pieces by which they were not chosen."""

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, row_chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The lead of the best tenth, and what is left of it in their other pieces."""
    text = context.text
    if frame.empty:
        return Finding(text("content_top.say.none"), covered=False)
    top, rest = records(frame)
    sentence = text("content_top.say.chosen", top, rest=rest["chosen"])
    low, high = top["kept_low"], top["kept_high"]
    kept = text("content_top.say.tested", top, rest=rest["tested"])
    kept += text(f"content_top.say.{'lost' if low <= 0 else 'falls' if high < 1 else 'stays'}", top)
    entry = context.entry("content_kept_rate", top, "kept_rate", method="bootstrap")
    columns = ("group.content_top", "creators", "contents", "chosen", "tested")
    return Finding(sentence + kept, (entry,), frame_table("content_top", frame, columns, text), shows=kept)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group: interactions of the pieces they were chosen by, and of their other ones."""
    named = frame.assign(label=[text(f"content_top.{group}") for group in frame["group"]])
    marks = (Bar("chosen", BASELINE, 0.3, "chosen", shift=-0.18), Bar("tested", height=0.3, name="tested", shift=0.18))
    return row_chart(named, text, "content_top.chart", *marks)


section = Section("content_top", say, draw, level=2)
