"""Win-back by group: which star tiers and channels brought old customers back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, Span, row_chart
from retro.i18n import Text
from retro.privacy import Sum, hidden
from retro.sections.groups import group_name
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The tier and the channel that came back most, and what each return cost by channel."""
    text = context.text
    if frame.empty or frame["rate"].isna().all():
        few = any(map(hidden, frame["buyers"]))
        return Finding(text("privacy.few" if few else "win_back_groups.say.none"), covered=False)
    rows = [row | {"name": _name(row, text)} for row in records(frame)]
    sentence = ""
    for dimension in ("stars", "star", "channel"):
        told = [row for row in rows if row["dimension"] == dimension and not pd.isna(row["rate"])]
        if len(told) > 1:
            ends = {"most": max(told, key=_rate), "least": min(told, key=_rate)}
            facts = {f"{end}_{column}": row[column] for end, row in ends.items() for column in ("name", "rate")}
            sentence += text(f"win_back_groups.say.{dimension}", ends["most"], **facts)
    clear = [row["name"] for row in rows if not hidden(row["held_buyers"]) and row["difference_low"] > 0]
    if any(not pd.isna(row["difference"]) for row in rows):
        key = "clear" if clear else "unclear"
        sentence += text(f"win_back_groups.say.{key}", names=text.join(clear))
    entries = tuple(
        context.entry(f"{_key(row)}_win_back_rate", row, "rate", of=("buyers", "members"), method="Wilson")
        for row in rows
    )
    columns = ("name.", "members", "buyers", "rate", "low", "high", "gmv", "cost", "cost_per_buyer", *_DIFFERENCE)
    shown = pd.DataFrame(rows)
    table = frame_table("win_back_groups", shown, columns, text)
    if not sentence:
        return Finding(text("win_back_groups.say.one"), (), table, covered=False)
    return Finding(sentence, entries, table)


def _rate(row: dict[str, Any]) -> float:
    return float(row["rate"])


def _key(row: dict[str, Any]) -> str:
    ending = {"stars": "_star", "star": "_sent_star"}.get(row["dimension"], "")
    return f"{row['value']}{ending}"


def _name(row: dict[str, Any], text: Text) -> str:
    if row["dimension"] in ("stars", "star"):
        stars = "★" * int(row["value"])
        return stars if row["dimension"] == "stars" else text("win_back_groups.sent", stars=stars)
    return group_name("channel", row["value"], text)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per tier and channel: the share that ordered again, with its interval."""
    frame = frame[frame["rate"].notna()]
    rows = records(frame)
    colours = [ACCENT if row["dimension"] in ("stars", "star") else BASELINE for row in rows]
    named = frame.assign(label=[_name(row, text) for row in rows], colour=colours)
    return row_chart(named, text, "win_back_groups.chart", Bar("rate", "colour"), Span("low", "high"))


_DIFFERENCE = ("difference", "difference_low", "difference_high")
_TOLD = ("rate", "low", "high", "gmv", "cost_per_buyer", *_DIFFERENCE)

section = Section(
    "win_back_groups",
    say,
    draw,
    level=2,
    people={"members": _TOLD, "buyers": _TOLD, "held_members": _DIFFERENCE, "held_buyers": _DIFFERENCE},
    totals=[
        Sum("members", "dimension", name="all_members"),
        Sum("buyers", "dimension", name="all_buyers"),
        Sum("held_buyers", "dimension", name="all_held_buyers"),
    ],
    of_people=True,
)
