"""Migration: how members moved between tiers."""

from __future__ import annotations

import pandas as pd

from retro.charts import Chart, checked, floats, heat_map, wrapped
from retro.i18n import Text
from retro.metrics.customers import NOT_MEMBER
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Finding, Section, frame_table, records

_RISEN = ("high_value", "active")
"""Tiers into which a shop wants its members to move."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many members rose, fell or stayed between the period's ends."""
    text, sums = context.text, records(frame)[0]
    if sums["start"] == 0:
        return Finding(text("tier_migration.say.none"), covered=False)
    entries = []
    for name, hits, base in (("left_dormant_rate", "reactivated", "dormant"), ("gone_dormant_rate", "asleep", "awake")):
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


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Where the members of each tier went, as shares of the tier at the start."""
    frame = checked(frame, "tier_migration", ("before", "after", "members", "share", "total"))
    words = [
        str(row["members"]) if hidden(row["members"]) else "" if pd.isna(row["share"]) else text.rate(row["share"])
        for row in records(frame)
    ]
    cells = frame.assign(
        row=[text("tier_migration.chart.row", row) for row in records(frame)],
        column=[wrapped(name, 10) for name in text.labels("customer", frame["after"])],
        share=floats(frame["share"]).fillna(0.0).where(pd.Series(words) != ""),
        words=words,
    )
    alt = text("tier_migration.chart.alt", tiers=cells["row"].nunique())
    moved = frame[(frame["before"] != frame["after"]) & frame["members"].map(lambda count: not hidden(count) and count)]
    if len(moved):
        largest = text("tier_migration.chart.alt_largest", max(records(moved), key=lambda row: row["members"]))
        alt = text("chart.sentences", first=alt, second=largest)
    return Chart(
        heat_map(cells, value=text("tier_migration.chart.value"), row=0.42), alt, text("tier_migration.chart.caption")
    )


section = Section(
    "tier_migration",
    say,
    draw,
    level=2,
    people={"members": ("share",), "total": ("share",)},
    totals=(
        Sum("members", "before", name="total"),
        Sum("members", lambda frame: frame["before"] != NOT_MEMBER, name="start"),
        Sum("members", lambda frame: _dormant(frame, "before"), name="dormant"),
        Sum("members", lambda frame: _awake(frame, "before"), name="awake"),
        Sum("members", lambda frame: _dormant(frame, "before") & _awake(frame, "after"), name="reactivated"),
        Sum("members", lambda frame: _awake(frame, "before") & _dormant(frame, "after"), name="asleep"),
        Sum("members", _risen, name="risen"),
    ),
    of_people=True,
)
