"""Whether new users took up the campaign's tasks, and where they gave up."""

from __future__ import annotations

import pandas as pd

from retro.charts.tasks import task_name
from retro.ledger import Entry
from retro.metrics.intervals import add_rate
from retro.sections.finding import Context, Finding, frame_table, number, rate_entry, records


def tasks(frame: pd.DataFrame, context: Context) -> Finding:
    """How many of those who started a task finished one, and the task that most leave unfinished.

    Args:
        frame: The frame of `metrics.tasks`.
        context: Params and texts.
    """
    text = context.text
    if frame.empty:
        return Finding(text("tasks.say.none"), covered=False)
    whole, *own = records(frame)
    (took,) = records(
        add_rate(pd.DataFrame([{"started": whole["started"], "users": whole["users"]}]), "started", "users")
    )
    sentence = text(
        "tasks.say.summary",
        noun=context.new_users,
        took=text.rate(took["rate"]),
        started=text.count(whole["started"]),
        users=text.count(whole["users"]),
        completed=text.count(whole["completed"]),
        rate=text.rate(whole["rate"]),
        interval=text.interval(whole["low"], whole["high"], "rate"),
    )
    if len(own) > 1:
        fewest, worst = min(own, key=lambda row: row["started"]), min(own, key=lambda row: row["rate"])
        sentence += text(
            "tasks.say.worst",
            task=task_name(worst["task"], text),
            rate=text.rate(worst["rate"]),
            completed=text.count(worst["completed"]),
            started=text.count(worst["started"]),
            fewest=task_name(fewest["task"], text),
            few=text.count(fewest["started"]),
        )
    shared = context.facts("tasks", "users", "events")
    entries: tuple[Entry, ...] = (
        rate_entry("task_participation_rate", took, "started", "users", **shared),
        rate_entry("task_completion_rate", whole, "completed", "started", **shared),
        Entry(name="task_participants", value=number(whole["started"]), unit="users", **shared),
    )
    named = frame.assign(task=[task_name(name, text) for name in frame["task"]])
    units = {"task": "name.", "started": "count", "completed": "count", "rate": "rate", "low": "rate", "high": "rate"}
    return Finding(sentence, entries, frame_table("tasks", named, {**units, "median_minutes": "number"}, text))
