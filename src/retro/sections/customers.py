"""Who brought the orders and what they left; and how members moved between tiers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.metrics.customers import NEW, NOT_MEMBER
from retro.sections.finding import Context, Finding, frame_table, number, records

_RISEN = ("high_value", "active")
"""Tiers into which a shop wants its members to move."""


def customer_contribution(frame: pd.DataFrame, context: Context) -> Finding:
    """Sales, margin and subsidy by new and old customers and by the tier they came with.

    Args:
        frame: The frame of `metrics.customer_contribution`.
        context: Params and texts.
    """
    text, rows = context.text, {(row["cut"], row["group"]): row for row in records(frame)}
    new = rows["newness", NEW]
    old = next(row for (cut, name), row in rows.items() if cut == "newness" and name != NEW)
    if not new["orders"] + old["orders"]:
        return Finding(text("customer_contribution.say.none"), covered=False)
    sentence = text(
        "customer_contribution.say.summary",
        share=text.rate(new["gmv_share"]),
        gmv=text.value(new["gmv"], "money"),
        buyers=text.count(new["buyers"]),
        aov=text.money(new["aov"]) if new["aov"] is not None else text("chart.unknown"),
        old_aov=text.money(old["aov"]) if old["aov"] is not None else text("chart.unknown"),
    )
    if not pd.isna(new["margin_rate"]) and not pd.isna(old["margin_rate"]):
        rates = {"new": text.rate(new["margin_rate"]), "old": text.rate(old["margin_rate"])}
        sentence += text("customer_contribution.say.margin", **rates)
    tiers = [row for (cut, _), row in rows.items() if cut == "tier" and row["orders"]]
    subsidised = max(tiers, key=lambda row: row["subsidy_rate"] if not pd.isna(row["subsidy_rate"]) else -1)
    if not pd.isna(subsidised["subsidy_rate"]):
        sentence += text(
            "customer_contribution.say.subsidy",
            tier=text.label("customer", subsidised["group"]),
            rate=text.rate(subsidised["subsidy_rate"]),
            share=text.rate(subsidised["gmv_share"]),
        )
    facts: dict[str, Any] = {"unit": "rate", "numerator": new["gmv"], "denominator": new["gmv"] + old["gmv"]}
    facts |= context.facts("customer_contribution", "users", "orders")
    entry = Entry(name="new_customer_gmv_rate", value=number(new["gmv_share"]), **facts)
    units = {"group": "name.customer", "buyers": "count", "orders": "count", "gmv": "money", "gmv_share": "rate"}
    units |= {"aov": "money", "subsidy": "money", "subsidy_rate": "rate", "margin": "money", "margin_rate": "rate"}
    return Finding(sentence, (entry,), frame_table("customer_contribution", frame, units, text, folded=False))


def tier_migration(frame: pd.DataFrame, context: Context) -> Finding:
    """How many members rose, fell or stayed between the period's ends.

    Args:
        frame: The frame of `metrics.tier_migration`.
        context: Params and texts.
    """
    text, rows = context.text, [row for row in records(frame) if row["before"] != NOT_MEMBER]
    total = sum(row["members"] for row in rows)
    if not total:
        return Finding(text("tier_migration.say.none"), covered=False)
    woken = sum(row["members"] for row in rows if row["before"] == "dormant" and row["after"] != "dormant")
    asleep = sum(row["members"] for row in rows if row["before"] != "dormant" and row["after"] == "dormant")
    risen = sum(row["members"] for row in rows if row["before"] not in _RISEN and row["after"] in _RISEN)
    dormant = sum(row["members"] for row in rows if row["before"] == "dormant")
    awake = total - dormant
    sentence = text(
        "tier_migration.say.summary",
        members=text.count(total),
        woken=text.count(woken),
        dormant=text.count(dormant),
        woken_rate=text.rate(woken / dormant) if dormant else text("chart.unknown"),
        asleep=text.count(asleep),
        awake=text.count(awake),
        asleep_rate=text.rate(asleep / awake) if awake else text("chart.unknown"),
        risen=text.count(risen),
    )
    shared = context.facts("tier_migration", "users", "orders") | {"unit": "rate"}
    entries = [
        Entry(name=name, value=number(hits / base), numerator=number(hits), denominator=number(base), **shared)
        for name, hits, base in (("left_dormant_rate", woken, dormant), ("gone_dormant_rate", asleep, awake))
        if base
    ]
    units = {"before": "name.customer", "after": "name.customer", "members": "count", "share": "rate"}
    moved = frame[frame["members"] > 0]
    return Finding(sentence, tuple(entries), frame_table("tier_migration", moved, units, text))
