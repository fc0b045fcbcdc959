"""Goods: what sold best, what ran out too early, and whether the pools kept to their margins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import drawn, floats, known, told
from retro.charts.rows import Bar, Span, Tick, row_chart
from retro.charts.theme import ACCENT, BAND, MUTED, USUAL, WARM
from retro.i18n import Text


def items(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for each of the items that brought most, orange where sold at a loss; behind it how its stock went."""
    best = frame.head(_MOST).reset_index(drop=True)
    loss, gmv = floats(best["margin_rate"]) < 0, floats(best["gmv"])
    margins = told(best, text, "items.chart.margin", "margin_rate", "")
    out = told(best, text, "items.chart.sold_out", "sold_out_at", "")
    through = told(best, text, "items.chart.through", "sell_through", "")
    shown = best.assign(
        label=best["name"],
        bold=told(best, text, "items.chart.bold"),
        quiet=[margin + (one or other) for margin, one, other in zip(margins, out, through, strict=True)],
        profit=gmv.where(~loss, 0),
        loss=gmv.where(loss, 0),
    )
    marks = (Bar("profit", name="profit"), Bar("loss", WARM, name="loss", stacked=True))
    return row_chart(shown, text, "items.chart", *marks, at="mark", facts={"count": len(best)})


_MOST = 12


def stock_outs(frame: pd.DataFrame, text: Text) -> Chart:
    """Pieces sold and, hatched, pieces lost with their interval, of the items that lost most."""
    seen = drawn(frame[frame["name"] != ""], "stock_outs", "lost_units").head(10).reset_index(drop=True)
    shown = seen.assign(
        label=seen["name"],
        bold=told(seen, text, "stock_outs.chart.bold"),
        quiet=told(seen, text, "stock_outs.chart.quiet"),
        least=seen["units"] + seen["lost_low"],
        most=seen["units"] + seen["lost_high"],
    )
    lost = Bar("lost_units", BAND, name="lost", stacked=True, look=_HATCHED)
    return row_chart(shown, text, "stock_outs.chart", Bar("units", name="sold"), lost, Span("least", "most"))


_HATCHED = {"hatch": "////", "edgecolor": MUTED, "linewidth": 0}


def pools(frame: pd.DataFrame, text: Text, limits: Mapping[str, Any] | None = None) -> Chart:
    """The gross margin of each pool as sold, that at list price as a diamond, and its limit as a dashed line.

    Args:
        frame: As `metrics.pools` returns it.
        text: Language of the words.
        limits: For each pool that has one, its limit: an object with `at_most` and `at_least`, one of them None.
    """
    drawn(frame, "pools", "margin_rate")
    asked = [(limits or {}).get(str(pool)) for pool in frame["pool"]]
    edges = [None if one is None else one.at_least if one.at_most is None else one.at_most for one in asked]
    quiet = [
        "" if one is None else text(f"pools.chart.{'at_least' if one.at_most is None else 'at_most'}", limit=edge)
        for one, edge in zip(asked, edges, strict=True)
    ]
    shown = frame.assign(
        label=text.labels("pool", frame["pool"].fillna("")),
        bold=told(frame, text, "pools.chart.bold", "margin_rate"),
        quiet=quiet,
        colour=[WARM if known(rate) and rate < 0 else ACCENT for rate in frame["margin_rate"]],
        limit=pd.Series([None if edge is None else float(edge) for edge in edges], dtype=float),
    )
    marks = (Bar("margin_rate", "colour"), Tick("list_margin_rate", USUAL, "D"), Tick("limit", dashed=True))
    return row_chart(shown, text, "pools.chart", *marks, axis="rate", row=0.56)
