"""Pacing: month, quarter and year so far, beside the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.sections.finding import Context, Finding, frame_table, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How far quarter and year have come beside the plan, and what is left."""
    text = context.text
    if frame.empty:
        return Finding(text("pacing.say.none"), covered=False)
    rows = {row["span"]: row for row in records(frame)}
    spans = ("year",) if rows["quarter"]["first"] == rows["year"]["first"] else ("quarter", "year")
    entries = (
        context.entry(f"{span}_pace_rate", row, "pace_rate", of=("actual", "planned")) for span, row in rows.items()
    )
    columns = ("span.span", "actual", "planned", "pace_rate", "target", "reached_rate", "left", "left_months")
    return Finding(
        "".join(_pace(rows[span], text) for span in spans),
        tuple(entries),
        frame_table("pacing", frame, columns, text),
    )


def _pace(row: Mapping[str, Any], text: Text) -> str:
    gap = row["actual"] - row["planned"]
    sentence = text(f"pacing.say.{'ahead' if gap >= 0 else 'behind'}", row, gap=abs(gap))
    if row["left_months"] and row["left"]:
        sentence += text("pacing.say.left", row, each=row["left"] / row["left_months"])
    return sentence


section = Section("pacing", say, charts.pacing)
