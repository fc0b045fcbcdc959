"""Items: active items, sell-through, leftovers and returns."""

import pandas as pd

from retro.charts import WARM, Bar, Chart, floats, row_chart
from retro.charts.frames import rows
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records

_IN_TABLE, _IN_CHART, _NAMED = 20, 12, 3
"""Items that are shown, and those that came back most which are named."""

_LEAST_PAID = 20
"""Return rates of fewer pieces than this are chance, and name nobody."""

_COLUMNS = (
    "name.",
    "pool.pool",
    "units",
    "gmv",
    "margin_rate",
    "sell_through_rate",
    "sold_out_at",
    "item_return_rate",
    "leftover_cost",
)


def say(frame: pd.DataFrame, summary: pd.DataFrame, context: Context) -> Finding:
    """How much of the range sold, how far its stock lasted, what is left over, and what came back most.

    `frame` is the frame of `metrics.items` and `summary` the one row of `metrics.item_summary`.
    """
    text, (row,) = context.text, records(summary)
    table = frame_table("items", frame.head(_IN_TABLE), _COLUMNS, text)
    if not row["items"]:
        return Finding(text("items.say.none"), (), table)
    top = _top_share(frame)
    best = "" if top is None else text("items.say.best", top=top)
    sentence = best + text("items.say.summary", row)
    entries = [
        context.entry("active_item_rate", row, of=("active", "items"), method="Wilson"),
        context.entry("item_return_rate", row, of=("returned_units", "paid_units"), method="Wilson"),
    ]
    if row["stocked"]:
        sentence += text("items.say.stock", row)
        entries.append(context.entry("sell_through_rate", row, of=("sold", "stocked")))
        entries.append(context.entry("leftover_cost", row))
    if row["paid_units"]:
        sentence += text("items.say.returns", row) + _most_returned(frame, text)
    return Finding(sentence, tuple(entries), table)


def _top_share(frame: pd.DataFrame) -> float | None:
    gmv = frame["gmv"].map(float)
    best = gmv.nlargest(max(1, round(len(gmv) / 5)))
    return float(best.sum() / gmv.sum()) if gmv.sum() else None


def _most_returned(frame: pd.DataFrame, text: Text) -> str:
    enough = frame[(frame["paid_units"] >= _LEAST_PAID) & (frame["returned_units"] > 0)]
    worst = enough.sort_values(["item_return_rate", "product_id"], ascending=[False, True]).head(_NAMED)
    parts = [text("items.say.returned", row) for row in records(worst)]
    return text("items.say.most_returned", parts=parts) if parts else ""


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for each of the items that brought most, orange where sold at a loss; behind it how its stock went."""
    best = frame.head(_IN_CHART).reset_index(drop=True)
    loss, gmv = floats(best["margin_rate"]) < 0, floats(best["gmv"])
    quiet = [text.told("items.chart.margin", row) + text.told("items.chart.sold", row) for row in rows(best)]
    shown = best.assign(quiet=quiet, profit=gmv.where(~loss, 0), loss=gmv.where(loss, 0))
    marks = (Bar("profit", name="profit"), Bar("loss", WARM, name="loss", stacked=True))
    return row_chart(shown, text, "items.chart", *marks, at="mark", facts={"count": len(best)})


section = Section("items", say, draw, links=("refunds.order_id",))
