"""Goods course: all products' pieces by week, and whether a step hit all of them."""

import pandas as pd

from retro.charts import Chart, Line, line_chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records

_STEP = 0.25
"""A smaller change within two weeks is no step."""

_ALIKE = 0.5
"""Fast and slow products moved alike where the smaller of their changes is at least this share of the larger."""


_QUARTERS = 4


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Pieces of halves and quarters, how steadily products sell, and the steepest step of fast and slow ones."""
    text, rows = context.text, records(frame)
    if not rows:
        return Finding("")
    half = len(rows) // 2
    units = [row["units"] for row in rows]
    facts = {"first": sum(units[:half]), "second": sum(units[half:]), "total": sum(units), "weeks": len(rows)}
    sentence = text("goods_course.say.halves", rows[0], **facts, change=facts["second"] / facts["first"] - 1)
    if len(rows) % _QUARTERS == 0:
        part = len(rows) // _QUARTERS
        quarters = [sum(units[at : at + part]) for at in range(0, len(rows), part)]
        sentence += text("goods_course.say.quarters", parts=[text.exact(one, 0) for one in quarters])
    sentence += text("goods_course.say.weeks", rows[0])
    place = next(number for number, row in enumerate(rows) if row["steepest"])
    step, later = rows[place], rows[min(place + 2, len(rows) - 1)]
    if abs(step["step"]) >= _STEP:
        sentence += text(f"goods_course.say.{'fell' if step['step'] < 0 else 'rose'}", step, to=later["units"])
        best, slow = step["best_change"], step["slow_change"]
        if not (pd.isna(best) or pd.isna(slow)):
            alike = best * slow > 0 and min(abs(best), abs(slow)) >= _ALIKE * max(abs(best), abs(slow))
            sentence += text(f"goods_course.say.{'alike' if alike else 'apart'}", step)
    entries = (context.entry("steepest_step_rate", step, "step"),)
    table = frame_table("goods_course", frame, ("started_on", "units", "items"), text)
    return Finding(sentence, entries, table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Pieces by week."""
    return line_chart(
        frame, text, "goods_course.chart", Line("units"), at="started_on", over="day", facts={"weeks": len(frame)}
    )


section = Section("goods_course", say, draw, level=2)
