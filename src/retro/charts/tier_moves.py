"""Tiers: who moved where, and the share above the lowest ones, before and after."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator

from retro.charts.axes import rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import FEW, checked, floats, known, rows
from retro.charts.heatmap import draw_grid
from retro.charts.theme import ACCENT, MUTED, USUAL, WARM, canvas, label, row_canvas, styled, value_title
from retro.i18n import Text


@styled()
def tier_moves(frame: pd.DataFrame, text: Text) -> Chart:
    """A grid: a row per tier before, a column per tier after, in each cell the share of the row that moved there.

    Cells of fewer than five members say so instead of their share.

    Args:
        frame: One row per pair of tiers, as `metrics.tier_moves` returns it: `before`, `after` (str), `members`,
            `total` (int), `rate` (float, 0 to 1, NaN where nobody had the tier).
        text: Language of the words; tiers are named by `tier.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "tier_moves", ("before", "after", "members", "total", "rate"))
    frame = frame[frame["total"] > 0].copy()
    frame["words"] = [_cell(row, text) for row in rows(frame)]
    frame["rate"] = floats(frame["rate"]).mask(frame["members"].between(1, FEW - 1), 0.0)
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
    if 0 < row.members < FEW:
        return text("tier_moves.chart.few", least=FEW)
    return text.rate(row.rate) if row.members else ""


def _row(tier: str, total: int, text: Text) -> str:
    name = text.label("tier", tier)
    return text("tier_moves.chart.row", tier=name, members=text.count(total) if total >= FEW else f"<{FEW}")


@styled()
def tier_penetration(frame: pd.DataFrame, text: Text, target: Decimal | None = None) -> Chart:
    """Two bars per group, before and after, with their share; the target as a line.

    Args:
        frame: One row per group and moment, as `metrics.tier_penetration` returns it: `group`, `moment` (`before` or
            `after`), `above`, `members` (int), `rate` (float, 0 to 1, NaN without members).
        text: Language of the words; groups are named by `tier_group.<name>`.
        target: The share that was aimed at.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "tier_penetration", ("group", "moment", "above", "members", "rate"))
    names = [
        text("tier_penetration.chart.row", group=text.label("tier_group", row.group), moment=_moment(row, text))
        for row in rows(frame)
    ]
    rates = floats(frame["rate"]).fillna(0)

    figure, ax = row_canvas(names, row=0.4, extra=0.75)
    colours = [ACCENT if moment == "after" else USUAL for moment in frame["moment"]]
    ax.barh(frame.index, rates, height=0.6, color=colours)
    ax.set_xlim(0, max(rates.max(), float(target or 0)) * 1.02 or 1)
    for row in rows(frame):
        _label_row(ax, row, text)
    if target is not None:
        _draw_target(ax, target, text)
    rate_axis(ax.xaxis, text)
    value_title(ax, text("tier_penetration.chart.value"))
    parts = [
        text("chart.named", name=name.replace("\n", " "), value=text.value(rate, "rate"))
        for name, rate in zip(names, frame["rate"], strict=True)
    ]
    alt = text("tier_penetration.chart.alt", parts=text.join(parts))
    return Chart(figure, alt, text("tier_penetration.chart.caption"))


def _moment(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    return text.label("tier_moment", row.moment)


def _label_row(ax: Axes, row: Any, text: Text) -> None:  # noqa: ANN401 - a named tuple of pandas
    if not known(row.rate):
        label(ax, text("chart.unknown"), (0, row.Index), offset=(5, 0), va="center", color=MUTED)
        return
    words = text("tier_penetration.chart.label", rate=text.rate(row.rate), of=text.count(row.members))
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # on a phone words may lie on the target's line
    label(ax, words, (row.rate, row.Index), offset=(5, 0), va="center", weight="bold", bbox=ground)


def _draw_target(ax: Axes, target: Decimal, text: Text) -> None:
    ax.axvline(float(target), color=WARM, linewidth=1.6, linestyle=(0, (4, 2)))
    top = ax.get_ylim()[1]
    words = text("chart.target", value=text.value(target, "rate"))
    label(ax, words, (float(target), top), offset=(-4, 2), ha="right", va="bottom", color=WARM, weight="bold")
