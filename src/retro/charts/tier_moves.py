"""Tiers: who moved where, and the share above the lowest ones, before and after."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from matplotlib.ticker import FixedFormatter, FixedLocator

from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, rows, told
from retro.charts.heatmap import draw_grid
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, USUAL, canvas, styled
from retro.i18n import Text
from retro.privacy import hidden


@styled()
def tier_moves(frame: pd.DataFrame, text: Text) -> Chart:
    """A grid: a row per tier before, a column per tier after, in each cell the share of the row that moved there.

    Masked cells show their mark instead of their share.

    Args:
        frame: One row per pair of tiers, as `metrics.tier_moves` returns it: `before`, `after` (str), `members`,
            `total` (int), `rate` (float, 0 to 1, NaN where nobody had the tier).
        text: Language of the words; tiers are named by `tier.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "tier_moves", ("before", "after", "members", "total", "rate"))
    frame = frame[frame["total"] != 0].copy()
    frame["words"] = [_cell(row, text) for row in rows(frame)]
    frame["rate"] = floats(frame["rate"]).fillna(0.0)
    befores, afters = (list(dict.fromkeys(frame[name])) for name in ("before", "after"))
    rates = frame.pivot(index="before", columns="after", values="rate").loc[befores, afters]
    words = frame.pivot(index="before", columns="after", values="words").loc[befores, afters]

    figure, ax = canvas(len(befores) * 0.42 + 0.7)
    draw_grid(ax, rates, words)
    totals = dict(zip(frame["before"], frame["total"], strict=True))
    ax.set_yticklabels([_row(tier, totals[tier], text) for tier in befores])
    ax.xaxis.set_major_locator(FixedLocator([place + 0.5 for place in range(len(afters))]))
    ax.xaxis.set_major_formatter(FixedFormatter([text.label("tier", tier) for tier in afters]))
    ax.xaxis.tick_top()
    ax.set_xlabel(text("tier_moves.chart.columns"))
    ax.xaxis.set_label_position("top")
    stayed = [row for row in rows(frame) if row.before == row.after]
    parts = [text("chart.named", name=text.label("tier", row.before), value=row.words) for row in stayed]
    return Chart(figure, text("tier_moves.chart.alt", parts=text.join(parts)), text("tier_moves.chart.caption"))


def _cell(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    if hidden(row.members):
        return str(row.members)
    return text.rate(row.rate) if row.members else ""


def _row(tier: str, total: int, text: Text) -> str:
    name = text.label("tier", tier)
    return text("tier_moves.chart.row", tier=name, members=text.written(total, "count"))


def tier_penetration(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """Two rows per group, before and after, with their share; the target as a line."""
    names = zip(text.labels("tier_group", frame["group"]), text.labels("tier_moment", frame["moment"]), strict=True)
    shown = frame.assign(
        label=[text("tier_penetration.chart.row", group=group, moment=moment) for group, moment in names],
        bold=told(frame, text, "tier_penetration.chart.bold", "rate"),
        said=told(frame, text, "tier_penetration.chart.said", "rate", ""),
        colour=[ACCENT if moment == "after" else USUAL for moment in frame["moment"]],
    )
    aim = "" if target is None else text("chart.target", value=text.value(target, "rate"))
    chart = ("tier_penetration.chart", Bar("rate", "colour", 0.6))
    return row_chart(shown, text, *chart, at="mark", axis="rate", target=target, target_words=aim, row=0.4)
