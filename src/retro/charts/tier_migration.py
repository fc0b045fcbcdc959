"""Tiers at the start and at the end of a period."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked, rows
from retro.charts.heatmap import draw_grid
from retro.charts.theme import canvas, styled, value_title, wrapped
from retro.i18n import Text
from retro.privacy import hidden


@styled()
def tier_migration(frame: pd.DataFrame, text: Text) -> Chart:
    """Where the members of each tier went, as shares of the tier at the start.

    Args:
        frame: One row per pair of tiers, as `metrics.tier_migration` returns it: `before`, `after` (str), `members`
            (int, or a mark), `share` (float, NaN where nobody was in `before` or `members` is masked), `total` (int,
            or a mark; all members who were in `before`).
        text: Language of the words; tiers are named by `customer.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
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
