"""Migration: how members moved between tiers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked, rows
from retro.charts.heatmap import draw_grid
from retro.charts.theme import canvas, styled, value_title, wrapped
from retro.i18n import Text
from retro.metrics.customers import NOT_MEMBER
from retro.privacy import FEW
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


@styled()
def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Where the members of each tier went, as shares of the tier at the start."""
    frame = checked(frame, "tier_migration", ("before", "after", "members", "share"))
    order = {key: list(dict.fromkeys(frame[key])) for key in ("before", "after")}
    shares = frame.pivot(index="before", columns="after", values="share").astype(float)
    shares = shares.reindex(index=order["before"], columns=order["after"])
    words = shares.map(lambda share: "" if pd.isna(share) else text.rate(share))
    sizes = frame.groupby("before")["members"].sum()

    figure, ax = canvas(0.42 * len(order["before"]) + 0.8)
    draw_grid(ax, shares, words)
    names = {name: text.label("customer", name) for name in (*order["before"], *order["after"])}
    ax.set_yticklabels(
        [
            text("tier_migration.chart.row", tier=names[name], members=text.count(sizes[name]))
            for name in order["before"]
        ]
    )
    ax.set_xticks(
        [place + 0.5 for place in range(len(order["after"]))], [wrapped(names[name], 10) for name in order["after"]]
    )
    value_title(ax, text("tier_migration.chart.value"))
    moved = [one for one in rows(frame) if one.before != one.after and one.members]
    largest = max(moved, key=lambda one: one.members, default=None)
    alt = text("tier_migration.chart.alt", tiers=len(order["before"]))
    if largest is not None:
        facts = {"before": names[largest.before], "after": names[largest.after], "members": text.count(largest.members)}
        alt = text("chart.sentences", first=alt, second=text("tier_migration.chart.alt_largest", **facts))
    return Chart(figure, alt, text("tier_migration.chart.caption"))


section = Section("tier_migration", say, draw, level=2)
