"""Who booked, who came, and who bought."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, rate_entry, records
from retro.sections.privacy import people, without_few

_TOLD_BY = {"came": ["came_rate"], "buyers": ["order_rate", "order_low", "order_high", "gmv"]}
"""Rates and amounts, by the number of people whom they would give away if they are few."""


def booking(frame: pd.DataFrame, context: Context) -> Finding:
    """Of those who booked, how many came and bought, beside those who were there and did not book.

    Args:
        frame: The frame of `metrics.booking`.
        context: Params and texts.
    """
    text, rows = context.text, {row["group"]: row for row in records(frame)}
    booked, seen, away = (rows[group] for group in ("booked", "seen", "away"))
    if not booked["members"]:
        return Finding(text("booking.say.nobody"), covered=False)
    units = {"group": "name.booking", "members": "count", "came": "people", "came_rate": "rate", "buyers": "people"}
    units |= {"order_rate": "rate", "order_low": "rate", "order_high": "rate", "gmv": "money"}
    headline = text(
        "booking.say.summary",
        booked=text.count(booked["members"]),
        came=text.count(booked["came"]),
        came_rate=text.rate(booked["came_rate"]),
        came_interval=text.interval(booked["came_low"], booked["came_high"], "rate"),
        buyers=text.count(booked["buyers"]),
        rate=text.rate(booked["order_rate"]),
        interval=text.interval(booked["order_low"], booked["order_high"], "rate"),
    )
    sentence = headline
    if seen["members"]:
        facts = {"members": text.count(seen["members"]), "buyers": people(seen["buyers"], text)}
        facts |= {"came_rate": text.rate(seen["came_rate"]), "rate": text.rate(seen["order_rate"])}
        sentence += text("booking.say.seen", **facts)
    buyers = sum(row["buyers"] for row in rows.values())
    if buyers:
        share = {"share": text.rate(booked["buyers"] / buyers), "all": text.count(buyers)}
        sentence += text("booking.say.share", **share, away=people(away["buyers"], text))
    return Finding(
        sentence,
        _entries(booked, context),
        frame_table("booking", without_few(frame, _TOLD_BY), units, text),
        headline=(headline,),
    )


def _entries(booked: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    shared = context.facts("booking")
    rates = (("booking_came_rate", "came", "came"), ("booking_order_rate", "order", "buyers"))
    return (
        Entry(name="booked_members", value=number(booked["members"]), unit="users", tables=("events",), **shared),
        *(
            rate_entry(
                name,
                {**booked, **{end: booked[f"{prefix}_{end}"] for end in ("rate", "low", "high")}},
                hits,
                "members",
                tables=("users", "events", "orders"),
                **shared,
            )
            for name, prefix, hits in rates
        ),
    )
