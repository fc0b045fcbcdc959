"""Migration: how members moved between tiers."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.metrics.customers import NOT_MEMBER
from retro.privacy import Sum, hidden
from retro.sections.finding import Context, Finding, frame_table, records
from retro.sections.section import Section

_RISEN = ("high_value", "active")
"""Tiers into which a shop wants its members to move."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many members rose, fell or stayed between the period's ends.

    Args:
        frame: The frame of `metrics.tier_migration`.
        context: Params and texts.
    """
    text, sums = context.text, records(frame)[0]
    if sums["start"] == 0:
        return Finding(text("tier_migration.say.none"), covered=False)
    entries = []
    for name, hits, base in (("left_dormant_rate", "woken", "dormant"), ("gone_dormant_rate", "asleep", "awake")):
        counted = not any(hidden(sums[part]) or pd.isna(sums[part]) for part in (hits, base)) and sums[base]
        sums[f"{hits}_rate"] = float(sums[hits] / sums[base]) if counted else None
        if sums[base] != 0:
            entries.append(context.entry(name, sums, f"{hits}_rate", of=(hits, base)))
    moved = frame[frame["members"] != 0]
    columns = ("before.customer", "after.customer", "members", "share")
    sentence = text("tier_migration.say.summary", sums, members=sums["start"])
    return Finding(sentence, tuple(entries), frame_table("tier_migration", moved, columns, text))


def _dormant(frame: pd.DataFrame, at: str) -> pd.Series[bool]:
    """Moves of members at the start who were dormant at a moment."""
    return (frame["before"] != NOT_MEMBER) & (frame[at] == "dormant")


def _awake(frame: pd.DataFrame, at: str) -> pd.Series[bool]:
    """Moves of members at the start who were not dormant at a moment."""
    return (frame["before"] != NOT_MEMBER) & (frame[at] != "dormant")


def _risen(frame: pd.DataFrame) -> pd.Series[bool]:
    """Moves of members at the start into the tiers into which a shop wants them to move."""
    return ~frame["before"].isin([*_RISEN, NOT_MEMBER]) & frame["after"].isin(_RISEN)


section = Section(
    "tier_migration",
    say,
    charts.tier_migration,
    level=2,
    people={"members": ("share",), "total": ("share",)},
    totals=(
        Sum("members", "before", name="total"),
        Sum("members", lambda frame: frame["before"] != NOT_MEMBER, name="start"),
        Sum("members", lambda frame: _dormant(frame, "before"), name="dormant"),
        Sum("members", lambda frame: _awake(frame, "before"), name="awake"),
        Sum("members", lambda frame: _dormant(frame, "before") & _awake(frame, "after"), name="woken"),
        Sum("members", lambda frame: _awake(frame, "before") & _dormant(frame, "after"), name="asleep"),
        Sum("members", _risen, name="risen"),
    ),
)
