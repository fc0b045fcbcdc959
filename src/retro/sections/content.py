"""Content: what it reached, how many engaged and bought, which share of it brings half, and what it cost."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.content import RATES
from retro.privacy import Rest, hidden
from retro.sections.section import (
    Context,
    Exhibit,
    Finding,
    Section,
    frame_table,
    is_known,
    records,
    sayings,
    with_ends,
)


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Reach, engagement and clicks, the hits, and what orders by content are worth."""
    text = context.text
    if frame.empty:
        return Finding(text("content.say.none"), covered=False)
    (row,) = records(frame)
    sentence = text("content.say.made" if row["creators"] else "content.say.pieces", row)
    reached = {"seen": "impressions", "clicked": "click_rate", "engaged": "engaged_rate", "median": "engaged_median"}
    sentence += sayings(text, "content.say", row, reached | {"cost": "cost_per_engagement"})
    silent = {"silent": "silent"} if is_known(row["silent"]) and row["silent"] else {}
    hits = sayings(text, "content.say", row, {"hits": "hits", **silent, "fans": "fan_engaged_rate"})
    result = sayings(text, "content.say", row, {"gmv": "gmv_rate", "bought": "buyer_rate", "new": "new_rate"})
    if not is_known(row["buyers"]):
        result += text("content.say.few" if hidden(row["buyers"]) else "content.say.unsold")
    columns = (
        *("contents", "creators", "impressions", "reached", "clicks", "engaged", "interactions", "hits", "top"),
        *("top_interactions", "top_rate", "silent", "orders", "buyers", "new_buyers", "gmv", "shop_gmv", "cost"),
    )
    steps = [name for name in ("impressions", "reached", "engaged", "clicks", "buyers") if is_known(row[name])]
    drawn = pd.DataFrame(
        {"label": [text(f"content.table.{one}") for one in steps], "value": [row[one] for one in steps]}
    )
    first, last = (text(f"content.table.{one}").lower() for one in (steps[0], steps[-1])) if steps else ("", "")
    ends = {"first": first, "last": last, "most": row[steps[0]], "least": row[steps[-1]]} if len(steps) > 1 else {}
    title = text("content.say.path", ends) if ends else ""
    chart = (Exhibit(draw, drawn, sentence=title),) if steps else ()
    headline = (hits + result if is_known(row["buyers"]) else sentence + hits,)
    table = frame_table("content", frame, columns, text)
    return Finding(sentence + hits + result, _entries(row, context), table, exhibits=chart, headline=headline)


def _entries(row: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    counts = ("contents", "impressions", "clicks", "engaged", "interactions", "hits", "gmv", "cost_per_engagement")
    return (
        *(context.entry("contents" if name == "contents" else f"content_{name}", row, name) for name in counts),
        *(context.entry(f"content_{name}", row, name) for name in ("buyers", "new_buyers", "engaged_median")),
        *(
            context.entry(f"content_{name}_rate", row, f"{name}_rate", of=of, method="Wilson")
            for name, of in RATES.items()
        ),
        context.entry("content_hit_rate", row, "hit_rate", of=("hits", "contents")),
        context.entry("content_top_rate", row, "top_rate", of=("top_interactions", "interactions")),
        context.entry("content_gmv_rate", row, "gmv_rate"),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """From impressions to buyers."""
    return row_chart(frame, text, "content.chart", Bar("value"))


section = Section(
    "content",
    say,
    people={
        "buyers": (*with_ends("buyer"), *with_ends("new"), "orders", "gmv", "gmv_rate"),
        "new_buyers": with_ends("new"),
    },
    totals=[Rest("known_buyers", "buyers", "new_buyers")],
    of_people=True,
)
