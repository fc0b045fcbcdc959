"""Goods: what sold best, what ran out too early, and whether the pools kept to their margins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.axes import rate_axis
from retro.charts.bars import Part, draw_bars
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.theme import ACCENT, BAND, INK, MUTED, USUAL, WARM, label, row_canvas, styled, value_title
from retro.i18n import Text

_MOST = 12
_HATCHED = {"hatch": "////", "edgecolor": MUTED, "linewidth": 0}


@styled()
def items(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar for each of the items that brought most, its margin told by colour; behind it how its stock went.

    Args:
        frame: One row per item, best first, as `metrics.items` returns it: `name` (str), `gmv` (Decimal),
            `margin_rate`, `sell_through` (float, NaN where unknown), `sold_out_at` (datetime or missing).
        text: Language of the words, and currency.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "items", ("name", "gmv", "margin_rate", "sell_through", "sold_out_at")).head(_MOST)
    gmv = floats(frame["gmv"])
    below = floats(frame["margin_rate"]) < 0
    parts = [
        Part(text("items.chart.profit"), list(gmv.where(~below, 0)), ACCENT),
        Part(text("items.chart.loss"), list(gmv.where(below, 0)), WARM),
    ]
    ends = [(text.value(row.gmv, "money"), _stock(row, text)) for row in rows(frame)]
    figure, _ = draw_bars(list(frame["name"]), parts, ends, text("items.chart.value", currency=text.currency_name))
    told = [text("chart.named", name=row.name, value=end[0]) for row, end in zip(rows(frame), ends, strict=True)]
    alt = text("items.chart.alt", parts=text.join(told), count=len(frame))
    return Chart(figure, alt, text("items.chart.caption", count=len(frame)))


def _stock(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    margin = text("items.chart.margin", rate=text.rate(row.margin_rate, 0)) if known(row.margin_rate) else ""
    if known(row.sold_out_at):
        return margin + text("items.chart.sold_out", moment=f"{row.sold_out_at:%H:%M}")
    if known(row.sell_through):
        return margin + text("items.chart.through", rate=text.rate(row.sell_through, 0))
    return margin


@styled()
def stock_outs(frame: pd.DataFrame, text: Text) -> Chart:
    """Pieces sold and pieces lost, with the interval of what was lost, of the items that lost most.

    Args:
        frame: One row per item and a last one for all, as `metrics.stock_outs` returns it: `name` (str, empty for
            all), `sold_out_at` (datetime), `units` (int), `lost_units`, `lost_low`, `lost_high` (float).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, lacks a column, or nothing can be estimated.
    """
    frame = checked(frame, "stock_outs", ("name", "sold_out_at", "units", "lost_units", "lost_low", "lost_high"))
    seen = drawn(frame[frame["name"] != ""], "stock_outs", "lost_units").head(10).reset_index(drop=True)
    parts = [
        Part(text("stock_outs.chart.sold"), list(floats(seen["units"])), ACCENT),
        Part(text("stock_outs.chart.lost"), list(floats(seen["lost_units"])), BAND, _HATCHED),
    ]
    whole = float((floats(seen["units"]) + floats(seen["lost_high"])).max())
    ends = [
        (
            text("stock_outs.chart.end", count=text.count(row.lost_units)),
            f"{text.interval(row.lost_low, row.lost_high, 'count')} · {row.sold_out_at:%H:%M}",
        )
        for row in rows(seen)
    ]
    figure, ax = draw_bars(list(seen["name"]), parts, ends, text("stock_outs.chart.value"), whole=whole)
    for row in rows(seen):
        span = [row.units + row.lost_low, row.units + row.lost_high]
        ax.plot(span, [row.Index] * 2, color=INK, linewidth=1.2, solid_capstyle="butt")
    told = [text("chart.named", name=row.name, value=end[0]) for row, end in zip(rows(seen), ends, strict=True)]
    return Chart(figure, text("stock_outs.chart.alt", parts=text.join(told)), text("stock_outs.chart.caption"))


@styled()
def pools(frame: pd.DataFrame, text: Text, limits: Mapping[str, Any] | None = None) -> Chart:
    """The gross margin of each pool as sold, that at list price as a tick, and its limit as a dashed line.

    Args:
        frame: One row per pool, as `metrics.pools` returns it: `pool` (str), `gmv_share`, `margin_rate`,
            `list_margin_rate` (float, NaN where unknown).
        text: Language of the words; pools are named by `pool.<name>`.
        limits: For each pool that has one, its limit: an object with `at_most` and `at_least`, one of them None.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no margin is known.
    """
    frame = checked(frame, "pools", ("pool", "gmv_share", "margin_rate", "list_margin_rate"))
    drawn(frame, "pools", "margin_rate")
    names = [text.label("pool", str(name)) or text("chart.unknown") for name in frame["pool"]]
    figure, ax = row_canvas(names, row=0.56, extra=0.75)
    ends = [*floats(frame["margin_rate"]).dropna(), *floats(frame["list_margin_rate"]).dropna(), 0.0]
    for row in rows(frame):
        limit = (limits or {}).get(str(row.pool))
        ends += [] if limit is None else [_edge(limit)]
        _draw_pool(ax, row, limit)
    margin = (max(ends) - min(ends)) * 0.05 or 0.1
    ax.set_xlim(min(ends) - margin, max(ends) + margin)
    for row in rows(frame):
        words = text.rate(row.margin_rate) if known(row.margin_rate) else text("chart.unknown")
        end = (1, row.Index)
        colour = WARM if known(row.margin_rate) and row.margin_rate < 0 else INK
        look: dict[str, Any] = {"xycoords": ("axes fraction", "data")}
        label(ax, words, end, offset=(6, 1), va="bottom", weight="bold", color=colour, **look)
        limit = (limits or {}).get(str(row.pool))
        quiet = "" if limit is None else _limit_words(limit, text)
        label(ax, quiet, end, offset=(6, -1), va="top", color=MUTED, **look)
    rate_axis(ax.xaxis, text)
    value_title(ax, text("pools.chart.value"))
    told = [
        text("chart.named", name=name, value=text.rate(row.margin_rate) if known(row.margin_rate) else "–")
        for name, row in zip(names, rows(frame), strict=True)
    ]
    return Chart(figure, text("pools.chart.alt", parts=text.join(told)), text("pools.chart.caption"))


def _edge(limit: Any) -> float:  # noqa: ANN401 - see `pools`
    return float(limit.at_most if limit.at_most is not None else limit.at_least)


def _limit_words(limit: Any, text: Text) -> str:  # noqa: ANN401 - same
    key = "at_most" if limit.at_most is not None else "at_least"
    return text(f"pools.chart.{key}", rate=text.rate(_edge(limit), 0))


def _draw_pool(ax: Axes, row: Any, limit: Any) -> None:  # noqa: ANN401 - same
    if known(row.margin_rate):
        ax.barh(row.Index, row.margin_rate, height=0.5, color=ACCENT if row.margin_rate >= 0 else WARM)
    if known(row.list_margin_rate):
        ax.plot([row.list_margin_rate], [row.Index], "D", color=USUAL, markersize=6)
    if limit is not None:
        span = [row.Index - 0.36, row.Index + 0.36]
        ax.plot([_edge(limit)] * 2, span, color=WARM, linewidth=1.6, linestyle=(0, (3, 2)))
