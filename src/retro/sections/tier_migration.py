"""Migration: moves between tiers over a period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.metrics.customers import NOT_MEMBER
from retro.privacy import FEW
from retro.sections.finding import Context, Finding, frame_table, records
from retro.sections.section import Section

_RISEN = ("high_value", "active")
"""Tiers into which a shop wants its members to move."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many members rose, fell or stayed between the period's ends."""
    text, rows = context.text, [row for row in records(frame) if row["before"] != NOT_MEMBER]
    dormant = [row for row in rows if row["before"] == "dormant"]
    awake = [row for row in rows if row["before"] != "dormant"]
    sums = {
        "members": _members(rows),
        "dormant": _members(dormant),
        "woken": _members(row for row in dormant if row["after"] != "dormant"),
        "awake": _members(awake),
        "asleep": _members(row for row in awake if row["after"] == "dormant"),
        "risen": _members(row for row in rows if row["before"] not in _RISEN and row["after"] in _RISEN),
    }
    if not sums["members"]:
        return Finding(text("tier_migration.say.none"), covered=False)
    for hits, base in (("woken", "dormant"), ("asleep", "awake")):
        sums[f"{hits}_rate"] = float(sums[hits] / sums[base]) if sums[base] else None
    recorded = {"left_dormant_rate": ("woken", "dormant"), "gone_dormant_rate": ("asleep", "awake")}
    entries = (
        context.entry(name, sums, f"{hits}_rate", of=(hits, base))
        for name, (hits, base) in recorded.items()
        if sums[base]
    )
    moved = frame[frame["members"] != 0]
    columns = ("before.customer", "after.customer", "members", "share")
    return Finding(
        text("tier_migration.say.summary", sums), tuple(entries), frame_table("tier_migration", moved, columns, text)
    )


def _members(rows: Iterable[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - a count, or `FEW`
    """The members of several moves, without those too few to be shown, which a sum of all would give away."""
    counts = [row["members"] for row in rows]
    shown = sum(count for count in counts if count is not FEW)
    return FEW if FEW in counts and not shown else shown


section = Section("tier_migration", say, charts.tier_migration, level=2)
