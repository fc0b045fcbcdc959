"""Synergy: what participants of an earlier campaign bought in a later one beyond matched peers."""

from collections.abc import Mapping, Sequence
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
        _said(rows, text),
        tuple(entries),
        frame_table("synergy", named, columns, text, folded=False),
        exhibits=(Exhibit(charts.forest, drawn, options),) if known else (),
    )


def _said(rows: Sequence[Mapping[str, Any]], text: Text) -> str:
    """What every pair says; of several only those with an amount, of the others why they have none."""
    if len(rows) == 1:
        return _pair(rows[0], text)
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(_reading(row), []).append(row)
    found = grouped.pop("amount", [])
    lines = [text(f"synergy.say.{'some' if found else 'no_pair'}", count=len(rows), found=len(found))]
    lines += [_pair(row, text) for row in found]
    lines += [
        text(f"synergy.say.group.{reading}", pairs=[text("synergy.say.label", row) for row in own])
        for reading, own in grouped.items()
    ]
    return Said("\n").join(line.strip() for line in lines)


def _pair(row: Mapping[str, Any], text: Text) -> str:
    reading = _reading(row)
    said = text(f"synergy.say.{_verdict(row)}", row, each=abs(row["effect_per_user"]))
    told = text(f"synergy.say.{reading}", row, all=abs(row["effect"])) if reading in _TESTED else ""
    return (said + told).strip()


_TESTED = ("amount", "selection", "untested")
"""What is said of a clear difference: an amount where the placebo passes, else why there is none."""


def _reading(row: Mapping[str, Any]) -> str:
    """What a pair's difference means."""
    if pd.isna(row["effect_per_user"]) or row["low"] <= 0 <= row["high"]:
        return _verdict(row)
    return "amount" if row["passed"] else "untested" if pd.isna(row["placebo"]) else "selection"


def _verdict(row: Mapping[str, Any]) -> str:
    if pd.isna(row["effect_per_user"]):
        return "too_soon" if not row["matched"] and row["participants"] else "nobody"
    return way_of(row["low"], row["high"])


_EFFECT = (
    "effect_per_user", "low", "high", "placebo", "placebo_low", "placebo_high", "effect", "effect_low", "effect_high",
)  # fmt: skip

section = Section("synergy", say, people={"participants": _EFFECT, "matched": _EFFECT}, of_people=True)
