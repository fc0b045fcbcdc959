"""Live hosts: hosts and parts of the day of a live-stream programme compared."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, Span, row_chart
from retro.i18n import Text
from retro.privacy import Sum, hidden
from retro.sections.live_programme import PEOPLE
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The host and the part of the day that converted most; where nothing was sold, that got most comments a show."""
    text = context.text
    named = frame.assign(name=[_name(row, text) for row in records(frame)])
    rows = records(named)
    sentence = ""
    for dimension in ("host", "slot"):
        sentence += _compared([row for row in rows if row["dimension"] == dimension], dimension, text)
    if not sentence:
        return Finding(text("live_hosts.say.one"), covered=False)
    entries = tuple(
        context.entry(f"{row['value']}_live_viewer_rate", row, "viewer_rate", of=("buyers", "viewers"), method="Wilson")
        for row in rows
        if not pd.isna(row["viewer_rate"])
    )
    columns = (
        *("name.", "sessions", "viewers", "watch_minutes", "buyers", "viewer_rate", "viewer_low", "viewer_high"),
        *("gmv", "gpm", "interactions_each", "comments_each"),
    )
    drawn = named[named["viewer_rate"].notna()]
    chart = (Exhibit(draw, drawn),) if len(drawn) else ()
    return Finding(sentence, entries, frame_table("live_hosts", named, columns, text), exhibits=chart)


def _compared(rows: list[dict[str, Any]], dimension: str, text: Text) -> str:
    for column, key in (("viewer_rate", "sold"), ("comments_each", "talked")):
        told = [row for row in rows if not pd.isna(row[column])]
        if key == "talked" and any(hidden(row["buyers"]) or not pd.isna(row["buyers"]) for row in rows):
            continue  # comments stand in only where sales are not known
        if len(told) > 1:
            most, least = max(told, key=lambda row: row[column]), min(told, key=lambda row: row[column])
            apart = key == "talked" or most["viewer_low"] > least["viewer_high"]
            ends = {"most": most, "least": least}
            facts = {f"{end}_{what}": row[what] for end, row in ends.items() for what in ("name", column)}
            kind = text(f"live_hosts.{dimension}")
            return text(f"live_hosts.say.{key if apart else 'alike'}", most, kind=kind, **facts)
    return ""


def _name(row: dict[str, Any], text: Text) -> str:
    return text(f"live_hosts.{row['value']}") if row["dimension"] == "slot" else str(row["value"])


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per host and part of the day: the share of viewers that bought, with its interval."""
    colours = [ACCENT if dimension == "host" else BASELINE for dimension in frame["dimension"]]
    named = frame.assign(label=frame["name"], colour=colours)
    return row_chart(named, text, "live_hosts.chart", Bar("viewer_rate", "colour"), Span("viewer_low", "viewer_high"))


section = Section(
    "live_hosts",
    say,
    level=2,
    people=PEOPLE,
    totals=[Sum(name, "dimension", name=f"all_{name}") for name in ("viewers", "buyers", "clickers")],
    of_people=True,
)
