"""Goals of a period that a campaign's own report answers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.ledger import Entry, entry
from retro.sections.scorecard import goal_label
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, campaigns: pd.DataFrame, context: Context) -> Finding:
    """Goals of the period that a campaign's own report answers.

    `frame` is the frame of `metrics.taken`; `campaigns` the reports, as `report.campaigns` has them.
    """
    text, rows = context.text, records(frame)
    titles = dict(zip(campaigns["report"], campaigns["title"], strict=True))
    entries = {row["goal"]: _entry(row) for row in rows if not pd.isna(row["unit"])}
    values = {name: text.value(one.value, one.unit) for name, one in entries.items()}
    shown = frame.assign(
        value=[values.get(row["goal"], text("status.unobserved")) for row in rows],
        title=[titles.get(row["report"], row["report"]) for row in rows],
        goal=[goal_label(row["goal"], context) for row in rows],
    )
    sentence = text("taken.say.summary", count=len(rows), there=len(entries)) if rows else ""
    table = frame_table("taken", shown, ("goal.", "value.figure", "title."), text, folded=False)
    return Finding(sentence, tuple(entries.values()), table)


def _entry(row: Mapping[str, Any]) -> Entry:
    """The figure as the other report recorded it; its method says from where, its tables are those of the figure."""
    method = f"taken from {row['report']}: {row['name']}"
    return entry(
        row["goal"],
        number(row["value"]),
        numerator=number(row["numerator"]),
        denominator=number(row["denominator"]),
        low=number(row["low"]),
        high=number(row["high"]),
        method=method,
        unit=row["unit"],
    )


section = Section("taken", say)
