"""Pacing: month, quarter and year so far, beside the plan."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BAND, Bar, Chart, Tick, floats, row_chart, told
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records


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
        "".join(_pace(rows[span], text) for span in spans), tuple(entries), frame_table("pacing", frame, columns, text)
    )


def _pace(row: Mapping[str, Any], text: Text) -> str:
    if pd.isna(row["actual"]):
        return text("pacing.say.lost", row)
    gap = row["actual"] - row["planned"]
    sentence = text(f"pacing.say.{'ahead' if gap >= 0 else 'behind'}", row, gap=abs(gap))
    if row["left_months"] and row["left"]:
        sentence += text("pacing.say.left", row, each=row["left"] / row["left_months"])
    return sentence


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per span: what was reached of its target, with a mark where the plan wanted to be by now."""
    frame = frame[frame["actual"].notna()].reset_index(drop=True)
    target = floats(frame["target"])
    whole = target.where(target != 0, 1.0)
    frame = frame.assign(rate=floats(frame["actual"]) / whole)
    shown = frame.assign(
        label=text.labels("span", frame["span"]),
        bold=told(frame, text, "pacing.chart.bold"),
        said=told(frame, text, "pacing.chart.said"),
        all=1.0,
        plan=floats(frame["planned"]) / whole,
    )
    marks = (Bar("all", BAND), Bar("rate", ACCENT, 0.32, "actual"), Tick("plan", name="planned"))
    return row_chart(shown, text, "pacing.chart", *marks)


section = Section("pacing", say, draw, grain={"orders": "day"})
