"""Which tiers of members came."""

from __future__ import annotations

import pandas as pd

from retro.sections.finding import Context, Finding, frame_table, number, rate_entry, records
from retro.sections.privacy import few, without_few

_TOLD_BY = {"came": ["rate", "low", "high", "came_share"], "buyers": ["gmv", "gmv_share"]}
"""Rates and amounts, by the number of people whom they would give away if they are few."""


def tier_turnout(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of each tier that came, and which tiers those who came belong to.

    Args:
        frame: The frame of `metrics.tier_turnout`.
        context: Params and texts.
    """
    text, rows = context.text, [row for row in records(frame) if row["members"]]
    came = sum(row["came"] for row in rows)
    if not came:
        return Finding(text("tier_turnout.say.none"), covered=False)
    large = [row for row in rows if not few(row["came"])] or rows
    most, largest = max(large, key=lambda row: row["rate"]), max(large, key=lambda row: row["came"])
    sentence = text(
        "tier_turnout.say.summary",
        came=text.count(came),
        largest=text.label("tier", largest["tier"]),
        share=text.rate(largest["came_share"]),
        gmv_share=text.value(number(largest["gmv_share"]), "rate"),
        most=text.label("tier", most["tier"]),
        rate=text.rate(most["rate"]),
        of=f"{text.count(most['came'])}/{text.count(most['members'])}",
        interval=text.interval(most["low"], most["high"], "rate"),
    )
    shared = context.facts("tier_turnout", "member_tiers", "events")
    units = {"tier": "name.tier", "members": "count", "came": "people", "rate": "rate", "low": "rate", "high": "rate"}
    units |= {"came_share": "rate", "buyers": "people", "gmv": "money", "gmv_share": "rate"}
    entries = tuple(rate_entry(f"{row['tier']}_turnout_rate", row, "came", "members", **shared) for row in rows)
    return Finding(sentence, entries, frame_table("tier_turnout", without_few(frame, _TOLD_BY), units, text))
