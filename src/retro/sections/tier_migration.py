"""Migration: how members moved between tiers."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked, rows
from retro.charts.heatmap import draw_grid
from retro.charts.theme import canvas, styled, value_title, wrapped
from retro.i18n import Text
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


@styled()
def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Where the members of each tier went, as shares of the tier at the start."""
    frame = checked(frame, "tier_migration", ("before", "after", "members", "share", "total"))
    order = {key: list(dict.fromkeys(frame[key])) for key in ("before", "after")}
    shares = frame.pivot(index="before", columns="after", values="share").astype(float)
    shares = shares.reindex(index=order["before"], columns=order["after"])
    told = [
        str(one.members) if hidden(one.members) else "" if pd.isna(one.share) else text.rate(one.share)
        for one in rows(frame)
    ]
    words = frame.assign(told=told).pivot(index="before", columns="after", values="told")
    words = words.reindex(index=order["before"], columns=order["after"]).fillna("")
    sizes = dict(zip(frame["before"], frame["total"], strict=True))

    figure, ax = canvas(0.42 * len(order["before"]) + 0.8)
    draw_grid(ax, shares.fillna(0.0).where(words != ""), words)
    names = {name: text.label("customer", name) for name in (*order["before"], *order["after"])}
    ax.set_yticklabels(
        [
            text("tier_migration.chart.row", tier=names[name], members=text.written(sizes[name], "count"))
            for name in order["before"]
        ]
    )
    ax.set_xticks(
        [place + 0.5 for place in range(len(order["after"]))], [wrapped(names[name], 10) for name in order["after"]]
    )
    value_title(ax, text("tier_migration.chart.value"))
    moved = [one for one in rows(frame) if one.before != one.after and one.members and not hidden(one.members)]
    largest = max(moved, key=lambda one: one.members, default=None)
    alt = text("tier_migration.chart.alt", tiers=len(order["before"]))
    if largest is not None:
        facts = {"before": names[largest.before], "after": names[largest.after], "members": text.count(largest.members)}
        alt = text("chart.sentences", first=alt, second=text("tier_migration.chart.alt_largest", **facts))
    return Chart(figure, alt, text("tier_migration.chart.caption"))


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
        Sum("members", lambda frame: _dormant(frame, "before") & _awake(frame, "after"), name="woken"),
        Sum("members", lambda frame: _awake(frame, "before") & _dormant(frame, "after"), name="asleep"),
        Sum("members", _risen, name="risen"),
    ),
)
