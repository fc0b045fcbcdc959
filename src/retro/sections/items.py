"""Items: how much of the range sold, how far its stock lasted, and what came back."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import floats, told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import WARM
from retro.i18n import Text
from retro.sections.finding import Context, Finding, frame_table, records
from retro.sections.section import Section

_MOST_ITEMS = 20
_MOST_NAMED = 3
_LEAST_PAID = 20
"""Return rates of fewer pieces than this are chance, and name nobody."""

_COLUMNS = (
    "name.",
    "pool.pool",
    "units",
    "gmv",
    "margin_rate",
    "sell_through",
    "sold_out_at",
    "return_rate",
    "left_cost",
)


def say(frame: pd.DataFrame, summary: pd.DataFrame, context: Context) -> Finding:
    """How much of the range sold, how far its stock lasted, what is left over, and what came back most.

    Args:
        frame: The frame of `metrics.items`.
        summary: The one row of `metrics.item_summary`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(summary)
    table = frame_table("items", frame.head(_MOST_ITEMS), _COLUMNS, text)
    if not row["items"]:
        return Finding(text("items.say.none"), (), table)
    sentence = text("items.say.summary", row, top=_top_share(frame))
    entries = [
        context.entry("active_item_rate", row, "active_rate", of=("active", "items"), method="Wilson"),
        context.entry("item_return_rate", row, "return_rate", of=("returned_units", "paid_units"), method="Wilson"),
    ]
    if row["stocked"]:
        sentence += text("items.say.stock", row)
        entries.append(context.entry("sell_through_rate", row, "sell_through", of=("sold", "stocked")))
        entries.append(context.entry("leftover_cost", row, "left_cost"))
    if row["paid_units"]:
        sentence += text("items.say.returns", row) + _most_returned(frame, text)
    return Finding(sentence, tuple(entries), table)


def _top_share(frame: pd.DataFrame) -> float:
    """The share of GMV that the best fifth of items brings."""
    gmv = frame["gmv"].map(float)
    best = gmv.nlargest(max(1, round(len(gmv) / 5)))
    return float(best.sum() / gmv.sum()) if gmv.sum() else 0.0


def _most_returned(frame: pd.DataFrame, text: Text) -> str:
    """The items that came back most, of those with enough pieces to say so."""
    enough = frame[(frame["paid_units"] >= _LEAST_PAID) & (frame["returned_units"] > 0)]
    worst = enough.sort_values(["return_rate", "product_id"], ascending=[False, True]).head(_MOST_NAMED)
    parts = [text("items.say.returned", row) for row in records(worst)]
    return text("items.say.most_returned", parts=parts) if parts else ""


def draw(frame: pd.DataFrame, text: Text) -> Chart:
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


section = Section("items", say, draw)
