"""Customers: how many of a campaign's buyers were new, and what it and their return are of the quarter."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, rate_entry, records


def customer_mix(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of new buyers, and of their GMV, and what an order of theirs is worth beside the others'.

    Args:
        frame: The frame of `metrics.customer_mix`.
        context: Params and texts.
    """
    text = context.text
    rows = {row["group"]: row for row in records(frame)}
    new, old = rows["new"], rows["returning"]
    units = {"group": "name.group", "buyers": "count", "buyer_share": "rate", "orders": "count", "gmv": "money"}
    units |= {"gmv_share": "rate", "order_value": "money", "buyer_value": "money"}
    table = frame_table("customer_mix", frame, units, text)
    buyers = new["buyers"] + old["buyers"]
    if not buyers:
        return Finding(text("customer_mix.say.none"), (), table)
    sentence = text(
        "customer_mix.say.summary",
        share=text.rate(new["buyer_share"]),
        new=text.count(new["buyers"]),
        buyers=text.count(buyers),
        gmv_share=text.rate(new["gmv_share"]) if new["gmv_share"] is not None else "",
    )
    if new["orders"] and old["orders"]:
        sentence += text(
            "customer_mix.say.values", new=text.money(new["order_value"]), old=text.money(old["order_value"])
        )
    shared = context.facts("customer_mix", "orders")
    entries = (
        rate_entry("new_buyer_rate", new | {"rate": new["buyer_share"], "all": buyers}, "buyers", "all", **shared),
        Entry(
            name="new_gmv_rate",
            value=number(new["gmv_share"]),
            unit="rate",
            numerator=new["gmv"],
            denominator=new["gmv"] + old["gmv"],
            **shared,
        ),
    )
    return Finding(sentence, entries, table)


def quarter_share(frame: pd.DataFrame, context: Context) -> Finding:
    """What the campaign is of its quarter, and how many of its buyers came back, and for how much.

    Args:
        frame: The frame of `metrics.quarter_share`.
        context: Params and texts; `return_days` are the days within which buyers come back.
    """
    text = context.text
    days = context.asked("return_days")
    rows = {row["what"]: row for row in records(frame)}
    campaign, back, quarter = rows["campaign"], rows["returned"], rows["quarter"]
    named = frame.assign(what=[text(f"quarter_share.{what}", days=days) for what in frame["what"]])
    units = {"what": "name.", "buyers": "count", "orders": "count", "gmv": "money", "share": "rate", "state": "state"}
    table = frame_table("quarter_share", named, units, text, folded=False)
    if not quarter["gmv"]:
        return Finding(text("quarter_share.say.none"), (), table)
    sentence = text(
        "quarter_share.say.summary",
        share=text.rate(campaign["share"]),
        gmv=text.value(campaign["gmv"], "money"),
        quarter=text.value(quarter["gmv"], "money"),
    )
    if quarter["state"] == "partial":
        sentence += text("quarter_share.say.partial")
    if back["of"]:
        sentence += text(
            "quarter_share.say.back",
            days=days,
            rate=text.rate(back["rate"]),
            buyers=text.count(back["buyers"]),
            of=text.count(back["of"]),
            interval=text.interval(back["low"], back["high"], "rate"),
            gmv=text.value(back["gmv"], "money"),
            share=text.rate(back["share"]),
        )
    else:
        sentence += text("quarter_share.say.unobserved", days=days)
    return Finding(sentence, _quarter_entries(campaign, back, quarter, context), table)


def _quarter_entries(campaign: Any, back: Any, quarter: Any, context: Context) -> tuple[Entry, ...]:  # noqa: ANN401 - rows
    shared = context.facts("quarter_share", "orders")
    return (
        Entry(
            name="quarter_share",
            value=number(campaign["share"]),
            unit="rate",
            numerator=campaign["gmv"],
            denominator=quarter["gmv"],
            **shared,
        ),
        rate_entry("return_buyer_rate", back, "buyers", "of", **shared),
        Entry(
            name="return_gmv_share",
            value=number(back["share"]) if back["of"] else None,
            unit="rate",
            numerator=back["gmv"],
            denominator=quarter["gmv"],
            **shared,
        ),
    )
