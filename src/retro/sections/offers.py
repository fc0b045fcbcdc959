"""What became of the offers that members were sent, and how many would have been completed anyway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.ledger import Entry
from retro.metrics.offers import ALL
from retro.sections.finding import Context, Exhibit, Finding, cohort_row, frame_table, number, rate_entry, records

_COUNTED = ("received", "viewed", "completed", "viewed_first", "unviewed")


def offers(frame: pd.DataFrame, context: Context) -> Finding:
    """Received, viewed, completed; a shop that sends no offers has nothing to say.

    Args:
        frame: The frame of `metrics.offers`.
        context: Params and texts.
    """
    if frame.empty or not cohort_row(frame, kind=ALL)["received"]:
        return Finding("")
    text, total = context.text, cohort_row(frame, kind=ALL)
    counts = {name: text.exact(total[name], 0) for name in (*_COUNTED, "completions")}
    sentence = text("offers.say.summary", **counts)
    if total["completed"]:
        share = text.rate(total["unviewed"] / total["completed"])
        sentence += text("offers.say.unviewed", share=share, **counts)
    headline = (sentence,)
    rated = [row for row in records(frame) if row["kind"] != ALL and row["mature_viewed_first"]]
    parts = [
        text(
            "offers.say.kind",
            kind=text.label("offer", row["kind"]),
            rate=text.rate(row["rate"]),
            hits=text.count(row["mature_viewed_first"]),
            mature=text.count(row["mature"]),
        )
        for row in rated
    ]
    if parts:
        sentence += text("offers.say.kinds", kinds=text("chart.clause").join(parts))
    units = {"kind": "name.offer"} | dict.fromkeys((*_COUNTED, "views", "completions", "mature"), "count")
    table = frame_table("offers", frame, units | {"rate": "rate"}, text)
    exhibit = Exhibit(chart=charts.offers, frame=frame, table=table)
    title = text("offers.say.title")
    return Finding(
        "",
        parts=(Finding(sentence, _entries(total, rated, context), title=title, exhibits=(exhibit,)),),
        headline=headline,
    )


def _entries(total: Mapping[str, Any], rated: list[dict[str, Any]], context: Context) -> tuple[Entry, ...]:
    shared = context.facts("offers", "offers", "events")
    entries = tuple(
        Entry(name=f"offers_{name}", value=number(total[name]), unit="events", **shared)
        for name in (*_COUNTED, "views", "completions")
    )
    rates = tuple(
        rate_entry(f"offer_{row['kind']}_rate", row, "mature_viewed_first", "mature", **shared) for row in rated
    )
    return (*entries, *rates)
