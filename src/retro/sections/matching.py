"""What participants bought beside people like them, where a campaign was opt-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, records

SMALL = 0.1
"""A placebo that leaves 0 is passed over where it is at most this part of the effect, both at the unkind end."""


def matched_participants(weeks: pd.DataFrame, frame: pd.DataFrame, context: Context) -> Finding:
    """The effect on participants, how many of them found nobody alike, and whether the placebo holds.

    Args:
        weeks: The frame of `metrics.matched_weeks`, which the chart draws.
        frame: The one row of `metrics.matched_participants`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(frame)
    if not row["matched"]:
        key = "nobody_alike" if row["participants"] else "nobody"
        return Finding(text(f"matched_participants.say.{key}", participants=text.count(row["participants"])))
    units = {"week": "count", "on": "day", "participants": "money", "others": "money"}
    table = frame_table("matched_participants", weeks, units, text)
    facts = {
        "participants": text.count(row["participants"]),
        "matched": text.count(row["matched"]),
        "unmatched": text.rate(1 - row["matched_rate"]),
        "effect": _money(row, "effect_per_user", context),
        "interval": _interval(row, "low", "high", context),
        "total": _money(row, "effect", context),
        "total_interval": _interval(row, "effect_low", "effect_high", context),
        "placebo": _money(row, "placebo_per_user", context),
        "placebo_interval": _interval(row, "placebo_low", "placebo_high", context),
    }
    holds, sound = row["placebo_low"] <= 0 <= row["placebo_high"], trusted(row)
    clear = row["low"] > 0 or row["high"] < 0
    key = "unknown" if pd.isna(row["low"]) else "unsound" if not sound else "clear" if clear else "unclear"
    sentence = text(f"matched_participants.say.{key}", **facts)
    sentence += text("matched_participants.say.matched", **facts)
    if key == "unknown":
        return Finding(sentence, (), table)
    said = "holds" if holds else "small" if sound else "fails"
    sentence += text(f"matched_participants.say.placebo_{said}", **facts)
    return Finding(sentence, _entries(row, context, sound=sound), table)


def trusted(row: Mapping[str, Any]) -> bool:
    """Whether the placebo lets an effect be believed: its interval holds 0, or is a small part of the effect's."""
    if row["placebo_low"] <= 0 <= row["placebo_high"]:
        return True
    bias = max(abs(row["placebo_low"]), abs(row["placebo_high"]))
    least = 0.0 if row["low"] <= 0 <= row["high"] else min(abs(row["low"]), abs(row["high"]))
    return bool(bias <= SMALL * least)


def _money(row: dict[str, Any], name: str, context: Context) -> str:
    return context.text.value(number(row[name]), "money")


def _interval(row: dict[str, Any], low: str, high: str, context: Context) -> str:
    return context.text.interval(number(row[low]), number(row[high]), "money")


def _entries(row: dict[str, Any], context: Context, *, sound: bool) -> tuple[Entry, ...]:
    """How many were matched; the effect too, where the placebo lets it be believed."""
    shared = context.facts("matched_participants", "users", "orders")
    matched = Entry(
        name="matched_rate",
        value=number(row["matched_rate"]),
        unit="rate",
        numerator=number(row["matched"]),
        denominator=number(row["participants"]),
        **shared,
    )
    if not sound:
        return (matched,)
    effect = Entry(
        name="matched_effect",
        value=number(row["effect"]),
        unit="money",
        low=number(row["effect_low"]),
        high=number(row["effect_high"]),
        denominator=number(row["matched"]),
        method="coarsened exact matching, differences in differences",
        **shared,
    )
    return matched, effect
