"""Lessons: what held in two reports of the year or more, and in none the other way round."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.sections import losses
from retro.sections.scorecard import figure_label
from retro.sections.section import Context, Finding, Section, frame_table, records

_MOST = 3
"""Lessons that the sentence names."""


def say(frame: pd.DataFrame, campaigns: pd.DataFrame, context: Context) -> Finding:
    """What held twice, the most often first; that nothing did.

    `frame` is the frame of `metrics.lessons`; `campaigns` the reports, as `report.campaigns` has them.
    """
    text, rows = context.text, records(frame)
    count = {"lessons": len(rows)}
    entries = (context.entry("lessons", count),)
    made = sum(state == "recorded" for state in campaigns["state"])
    if not rows:
        return Finding(text("lessons.say.none", count=made), entries)
    told = [_lesson(row, text) for row in rows]
    sentence = text("lessons.say.summary", count, told=text("chart.clause").join(told[:_MOST]))
    shown = frame.assign(
        lesson=told,
        said=[text.join(row["titles"]) for row in rows],
        held=[text.exact(row["held"], 0) for row in rows],
        unclear=[text.exact(row["unclear"], 0) for row in rows],
    )
    table = frame_table("lessons", shown, ("lesson.", "held.", "unclear.", "said."), text, folded=False)
    return Finding(sentence, entries, table, reservation=text("lessons.reservation"))


def _lesson(row: Mapping[str, Any], text: Text) -> str:
    if row["sign"] == "cause":
        return text("lessons.say.cause", place=losses.place(row["row"], text), count=row["held"])
    return text(f"lessons.say.{row['sign']}", name=figure_label(row["figure"], text), count=row["held"])


section = Section("lessons", say)
