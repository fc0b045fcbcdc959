"""Neighbours: what older products of the launched ones' categories lost."""

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, row_chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The change of older products beside new ones, less that of other categories, and the pieces that this is."""
    text, rows = context.text, records(frame)
    if not rows or pd.isna(rows[0]["taken"]):
        return Finding(text("neighbours.say.none"), covered=False)
    near, far = rows
    low, high, days = near["taken_low"], near["taken_high"], context.asked("neighbour_days")
    told = "lost" if high < 0 else "gained" if low > 0 else "alike"
    changes = {"near": near["change"], "far": far["change"], "near_items": near["items"], "far_items": far["items"]}
    sentence = text(f"neighbours.say.{told}", near, days=days, **changes)
    sentence += text("neighbours.say.changes", near, days=days, **changes)
    if told == "lost":
        sentence += text("neighbours.say.units", near)
    entry = context.entry("neighbour_change_rate", near, "taken", method="cluster")
    named = frame.assign(place=[text(f"neighbours.{place}") for place in frame["place"]])
    columns = ("place", "items", "units_before", "units_after", "change")
    return Finding(sentence, (entry,), frame_table("neighbours", named, columns, text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group: pieces before the first launch, and from it on."""
    named = frame.assign(label=[text(f"neighbours.{place}") for place in frame["place"]])
    marks = (
        Bar("units_before", BASELINE, 0.3, "before", shift=-0.17, end="count"),
        Bar("units_after", height=0.3, name="after", shift=0.17, end="count"),
    )
    return row_chart(named, text, "neighbours.chart", *marks)


section = Section("neighbours", say, draw, level=2)
