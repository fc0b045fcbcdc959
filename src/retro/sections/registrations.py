"""Registrations: new users of a campaign, beside the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.privacy import FEW, Sum, hidden
from retro.sections.finding import LIFT_METHOD, Context, Finding, frame_table, lift_side, records
from retro.sections.section import Section


def say(daily: pd.DataFrame, lift: pd.DataFrame, context: Context) -> Finding:
    """New users of the campaign, how many there usually are, and the busiest day.

    Args:
        daily: The frame of `metrics.registrations`.
        lift: The one row of `metrics.registration_lift`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(lift)
    sentence = text("registrations.say.counted", row, noun=context.new_users) + _beside_usual(row, context)
    told = [day for day in records(daily) if not hidden(day["registrations"])]
    if told:
        sentence += text("registrations.say.peak", max(told, key=lambda day: day["registrations"]))
    of = ("registrations", "baseline")
    entries = (
        context.entry("new_users", row, "registrations"),
        context.entry("new_user_lift_rate", row, "lift_rate", of=of, method=LIFT_METHOD),
    )
    table = frame_table("registrations", daily, ("on", "registrations", "baseline"), text)
    return Finding(sentence, entries, table)


def _beside_usual(row: Mapping[str, Any], context: Context) -> str:
    text = context.text
    if row["registrations"] is FEW:
        return text("registrations.say.few")
    if pd.isna(row["baseline"]):
        return text("registrations.say.no_baseline")
    if row["baseline"] == 0:
        return text("registrations.say.none_usual", row)
    usual = text("registrations.say.usual", row, baseline_low=max(row["baseline_low"], 0))
    return usual + text(f"registrations.say.{lift_side(row, 'registrations')}", row)


section = Section(
    "registrations",
    say,
    charts.registrations,
    people={"registrations": ("lift_rate", "lift_low", "lift_high")},
    totals=(Sum("registrations", lambda frame: frame["registrations"].notna(), name="all"),),
)
