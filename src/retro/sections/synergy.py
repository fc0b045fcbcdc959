"""Synergy: what participants of an earlier campaign bought in a later one beyond matched peers."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Said, Text
from retro.sections.campaign_pairs import pair_figure
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, number, records, way_of

_METHOD = "exact matching on strata, difference in differences, normal"


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What earlier participants brought to a later campaign beyond their peers; below zero, what was taken from it."""
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("synergy.say.none"), covered=False)
    known = [row for row in rows if not pd.isna(row["effect_per_user"])]
    parts = (
        text(f"synergy.say.{_verdict(row)}", row, each=abs(row["effect_per_user"])) + _amount(row, text) for row in rows
    )
    named = frame.assign(label=[text("synergy.say.label", row) for row in rows])
    options = {"value": text("synergy.chart.value", currency=text.currency_name), "unit": "money"}
    drawn = named.assign(estimate=frame["effect_per_user"])[["label", "estimate", "low", "high"]]
    columns = ("label.", "participants", "matched", "effect_per_user", "low", "high", "placebo", "effect")
    entries = (
        context.entry(
            pair_figure("synergy", row, "effect"), row, "effect", method=_METHOD, denominator=number(row["matched"])
        )
        for row in known
        if row["passed"]
    )
    return Finding(
        Said("\n").join(part.strip() for part in parts),
        tuple(entries),
        frame_table("synergy", named, columns, text, folded=False),
        exhibits=(Exhibit(charts.forest, drawn, options),) if known else (),
    )


def _amount(row: Mapping[str, Any], text: Text) -> str:
    """The amount where the placebo passes; else why there is none."""
    if pd.isna(row["effect_per_user"]) or row["low"] <= 0 <= row["high"]:
        return ""
    if row["passed"]:
        return text("synergy.say.amount", row, all=abs(row["effect"]))
    return text("synergy.say.untested" if pd.isna(row["placebo"]) else "synergy.say.selection", row)


def _verdict(row: Mapping[str, Any]) -> str:
    if pd.isna(row["effect_per_user"]):
        return "too_soon" if not row["matched"] and row["participants"] else "nobody"
    return way_of(row["low"], row["high"])


_EFFECT = (
    "effect_per_user", "low", "high", "placebo", "placebo_low", "placebo_high", "effect", "effect_low", "effect_high",
)  # fmt: skip

section = Section("synergy", say, people={"participants": _EFFECT, "matched": _EFFECT}, of_people=True)
