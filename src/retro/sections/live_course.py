"""Live course: how many people watch by the minute of a show."""

import pandas as pd

from retro.charts import Chart, Line, Peak, line_chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records

_EVERY = 15
"""Minutes between two rows of the table."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """In which minute most people watch, and how many are left at the end."""
    text, rows = context.text, records(frame)
    if not rows or not max(row["online"] for row in rows):
        return Finding(text("live_course.say.none"), covered=False)
    peak = max(rows, key=lambda row: row["online"])
    sentence = text("live_course.say.peak", peak, last=rows[-1]["online"], end=rows[-1]["minute"] + 1)
    table = frame_table("live_course", frame.iloc[::_EVERY], ("minute", "sessions", "online"), text)
    return Finding(sentence, (context.entry("live_peak_minute", peak, "minute"),), table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """People watching by the minute since the start, as a mean of the shows."""
    under = text("live_course.chart.under")
    marks = (Line("online"), Peak("online", dot=True))
    return line_chart(frame, text, "live_course.chart", *marks, at="minute", over="minutes", under=under)


section = Section("live_course", say, draw, level=2)
