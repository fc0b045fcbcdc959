"""Product launch: what the new products sold from their day of launch, beside past launches."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Chart, Lines, line_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records, way_of

_SHOWN = 20
"""New products in the table."""


def say(frame: pd.DataFrame, curve: pd.DataFrame, launched: pd.DataFrame, context: Context) -> Finding:
    """How many were launched, what one sold in its first days beside past launches, and its sell-through."""
    text, days = context.text, context.asked("launch_days")
    (row,) = records(frame)
    if not row["items"]:
        return Finding(text("product_launch.say.none"), covered=False)
    if not row["measured"]:
        why = "early" if row["early_items"] else "open"
        return Finding(text(f"product_launch.say.{why}_alone", row, days=days), covered=False)
    told = "launched" if row["measured"] < row["items"] else "all"
    first = text(f"product_launch.say.{told}", row, days=days)
    if row["gmv"] is not None:
        first += text("product_launch.say.gmv", row)
    if not pd.isna(row["each"]):
        first += text("product_launch.say.each", row)
    first += _beside(row, text)
    more = ""
    if row["stocked"]:
        more += text("product_launch.say.sold_through", row, days=days)
    for name in ("open", "early"):
        if row[f"{name}_items"]:
            more += text(f"product_launch.say.{name}", row, days=days)
    own = launched[launched["group"] == "own"].head(_SHOWN)
    rates = [u / s if s and not pd.isna(s) else None for u, s in zip(own["units"], own["stocked"], strict=True)]
    columns = ("label.", "launched_on", "observed_days", "units", "gmv", "stocked", "sell_through_rate")
    named = own.assign(label=own["name"], sell_through_rate=pd.Series(rates, index=own.index, dtype="float64"))
    table = frame_table("product_launch", named, columns, text)
    chart = (Exhibit(draw, curve),) if len(curve) else ()
    shows = "" if pd.isna(row["lift"]) else text(f"product_launch.say.shows_{_way(row)}", row)
    return Finding(first + more, _entries(row, context), table, exhibits=chart, headline=(first,), shows=shows)


def _beside(row: dict[str, Any], text: Text) -> str:
    if not row["past_items"]:
        return text("product_launch.say.no_past")
    if pd.isna(row["lift"]):
        return text("product_launch.say.few", row)
    return text(f"product_launch.say.{_way(row)}", row)


def _way(row: dict[str, Any]) -> str:
    return way_of(row["lift_low"], row["lift_high"])


def _entries(row: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    return (
        context.entry("launch_items", row, "items"),
        context.entry("launch_units", row, "units"),
        context.entry("launch_gmv", row, "gmv"),
        context.entry("launch_units_each", row, "each", method="cluster"),
        context.entry("launch_lift_rate", row, "lift", method="cluster"),
        context.entry("launch_sell_through_rate", row, "sell_through_rate", of=("sold", "stocked")),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Pieces per product from the day of launch on, of this launch and of past ones."""
    named = frame.assign(name=[text(f"product_launch.{group}") for group in frame["group"]])
    under = text("product_launch.chart.under")
    return line_chart(
        named, text, "product_launch.chart", Lines("running", "name"), at="day", over="days", under=under, y="count"
    )


section = Section("product_launch", say)
