"""What a short campaign added hour by hour."""

from __future__ import annotations

import pandas as pd

from retro.ledger import Entry
from retro.metrics.baseline import HourlyImpact
from retro.sections.finding import Context, Finding, frame_table, number


def hourly_impact(frame: pd.DataFrame, found: HourlyImpact, context: Context) -> Finding:
    """How many orders came beyond what the hours usually bring, and how much of that in the first hour.

    Args:
        frame: `HourlyImpact.hours`, which the chart draws.
        found: What `metrics.hourly_impact` found.
        context: Params and texts.
    """
    text = context.text
    if not found.known:
        return Finding(text("hourly_impact.say.few_hours", days=found.usual_hours // 24))
    shown = frame.assign(hour=[text.moment(at) for at in frame["at"]])
    units = {"hour": "name.hour", "orders": "count", "expected": "number", "low": "number", "high": "number"}
    opening = float(frame["orders"].iloc[0] - frame["expected"].iloc[0])
    key = "clear" if found.low > 0 or found.high < 0 else "unclear"
    sentence = text(
        f"hourly_impact.say.{key}",
        effect=text.exact(found.effect, 0),
        interval=f"{text.exact(found.low, 0)} – {text.exact(found.high, 0)}",
        above=int((frame["orders"] > frame["high"]).sum()),
        hours=len(frame),
    )
    if found.low > 0:
        sentence += text("hourly_impact.say.opening", share=text.rate(opening / found.effect))
    entry = Entry(
        name="incremental_orders",
        value=number(round(found.effect, 1)),
        unit="orders",
        low=number(round(found.low, 1)),
        high=number(round(found.high, 1)),
        method="level and profile of the week by Gibbs sampling",
        **context.facts("hourly_impact", "orders"),
    )
    return Finding(sentence, (entry,), frame_table("hourly_impact", shown, units, text))
