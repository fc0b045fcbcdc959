"""Tasks: started and finished, and the task left unfinished most."""

import pandas as pd

from retro.charts import BAND, Bar, Chart, row_chart
from retro.i18n import Text
from retro.metrics.intervals import add_rate
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many of those who started a task finished one, and the task that most leave unfinished."""
    text = context.text
    if frame.empty:
        return Finding(text("tasks.say.none"), covered=False)
    named = frame.assign(task=[text.told("tasks.chart.label", row) for row in records(frame)])
    whole, *own = records(named)
    (took,) = records(add_rate(frame.head(1)[["started", "users"]], "started", "users"))
    key = "few" if pd.isna(whole["rate"]) else "summary"
    sentence = text(f"tasks.say.{key}", whole, noun=context.new_users, took=took["rate"])
    told = [row for row in own if not pd.isna(row["rate"])]
    if len(told) > 1:
        fewest, worst = (min(told, key=lambda row: row[column]) for column in ("started", "rate"))
        sentence += text("tasks.say.worst", worst, fewest=fewest["task"], few=fewest["started"])
    entries = (
        context.entry("task_participation_rate", took, "rate", of=("started", "users"), method="Wilson"),
        context.entry("task_completion_rate", whole, "rate", of=("completed", "started"), method="Wilson"),
        context.entry("task_participants", whole, "started"),
    )
    columns = ("task.", "started", "completed", "rate", "low", "high", "median_minutes")
    return Finding(sentence, entries, frame_table("tasks", named, columns, text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per task: who started it, and over it who finished; the first counts everybody once."""
    marks = (Bar("started", BAND, name="started"), Bar("completed", name="completed"))
    return row_chart(frame, text, "tasks.chart", *marks)


section = Section(
    "tasks",
    say,
    draw,
    people=dict.fromkeys(("started", "completed"), ("rate", "low", "high", "median_minutes")) | {"users": ()},
    of_people=True,
)
