"""Brands of a survey: who is mentioned most, and how far the own brand is from its best rival."""

from __future__ import annotations

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, row_chart
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, gaps: pd.DataFrame, context: Context) -> Finding:
    """The own brand's place and share of mentions, and its gap to the best rival beside the wave before."""
    text, brand = context.text, context.asked("brand")
    if not brand or not frame["own"].any():
        return Finding(text(f"brand_rivals.say.{'none' if brand else 'unnamed'}", brand=brand), covered=False)
    (own,) = (row for row in records(frame) if row["own"])
    columns = ("brand.", "answers", "mentioners", "mention_share", "unaided", "aided", "considers")
    table = frame_table("brand_rivals", frame, columns, text)
    gap, *before = records(gaps) or [{}]
    if pd.isna(gap.get("gap")) or hidden(own["answers"]):
        return Finding(text("brand_rivals.say.unmentioned", own), table=table, covered=False)
    way = "ahead" if gap["low"] > 0 else "behind" if gap["high"] < 0 else "level"
    sentence = "" if pd.isna(own["mention_share"]) else text("brand_rivals.say.share", own, brands=len(frame))
    facts = {name: text.value(gap[name], "change") for name in ("gap", "low", "high")}
    sentence += text(f"brand_rivals.say.{way}", gap, size=abs(gap["gap"]), **facts)
    if before and not pd.isna(gap["change"]):
        moved = "wider" if gap["change_low"] > 0 else "narrower" if gap["change_high"] < 0 else "same"
        told = {name: text.written(gap[f"change_{name}"], form) for name, form in _ENDS.items()}
        was = text.value(before[0]["gap"], "change")
        sentence += text(f"brand_rivals.say.{moved}", told, was=was, wave=before[0]["wave"], rival=before[0]["rival"])
    low, high = number(gap["low"]), number(gap["high"])
    entries = (
        context.entry("brand_mention_gap", gap, "gap", method="delta method on the logarithm", low=low, high=high),
        context.entry("brand_mention_share", own, "mention_share"),
    )
    return Finding(sentence, entries, table)


_ENDS = {"low": "signed", "high": "points"}
"""How the ends of an interval are written: their unit once."""


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per brand: its share of mentions, the own one in colour."""
    shown = frame[frame["mention_share"].notna()]
    shown = shown.assign(label=shown["brand"], colour=[ACCENT if own else BASELINE for own in shown["own"]])
    return row_chart(shown, text, "brand_rivals.chart", Bar("mention_share", "colour"), axis="rate")


section = Section(
    "brand_rivals",
    say,
    draw,
    level=2,
    people={
        "answers": ("mention_share", "aided", "unaided", "considers"),
        "mentioners": ("mention_share", "gap", "low", "high", "change", "change_low", "change_high"),
        "rival_mentioners": ("gap", "low", "high", "change", "change_low", "change_high"),
        **{f"{name}_yes": (name,) for name in ("aided", "unaided", "considers")},
    },
)
