"""Who took part in several campaigns, and whether an earlier campaign helped a later one or took from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, rate_entry, records


def overlap(frame: pd.DataFrame, context: Context) -> Finding:
    """How many participants of a campaign took part in a later one.

    Args:
        frame: The frame of `metrics.overlap`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    known = [row for row in rows if row["participants"]]
    if not known:
        return Finding(text("overlap.say.none"), covered=False)
    least = 5  # groups below the privacy threshold are not told apart
    told = [row["both"] if row["both"] >= least or not row["both"] else None for row in rows]
    shown = frame.assign(both=pd.Series(told, index=frame.index, dtype=object))
    parts = [
        text(
            "overlap.say.pair",
            first=row["first"],
            then=row["then"],
            both=text.count(row["both"]),
            participants=text.count(row["participants"]),
            rate=text.rate(row["rate"]),
        )
        for row in known
        if row["both"] >= least
    ]
    sentence = text("overlap.say.summary", parts=text("chart.clause").join(parts)) if parts else ""
    units = {"first": "name.", "then": "name.", "participants": "count", "both": "count", "rate": "rate"}
    units |= {"low": "rate", "high": "rate", "then_participants": "count", "then_rate": "rate"}
    shared = context.facts("overlap", "users", "orders", "events")
    entries = tuple(rate_entry(_name("overlap", row, "rate"), row, "both", "participants", **shared) for row in known)
    table = frame_table("overlap", shown, units, text, folded=False)
    return Finding(sentence or text("overlap.say.nobody"), entries, table)


def synergy(frame: pd.DataFrame, context: Context) -> Finding:
    """What earlier participants brought to a later campaign beyond their peers; below zero, what was taken from it.

    Args:
        frame: The frame of `metrics.synergy`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    known = [row for row in rows if not pd.isna(row["effect_per_user"])]
    if not rows:
        return Finding(text("synergy.say.none"), covered=False)
    parts = [text(f"synergy.say.{_verdict(row)}", **_facts(row, text)) for row in rows]
    labels = [text("synergy.say.label", first=row["first"], then=row["then"]) for row in rows]
    drawn = pd.DataFrame({"label": labels, "estimate": frame["effect_per_user"]}).assign(
        low=frame["low"], high=frame["high"]
    )
    options = {"value": text("synergy.chart.value", currency=text.currency_name), "unit": "money"}
    exhibits = (Exhibit(chart=charts.forest, frame=drawn, options=options),) if known else ()
    units = {"label": "name.", "participants": "count", "matched": "count", "effect_per_user": "money", "low": "money"}
    units |= {"high": "money", "effect": "money"}
    table = frame_table("synergy", frame.assign(label=labels), units, text, folded=False)
    entries = tuple(
        Entry(
            name=_name("synergy", row, "effect"),
            value=number(row["effect"]),
            unit="money",
            denominator=number(row["matched"]),
            low=number(row["effect_low"]),
            high=number(row["effect_high"]),
            method="exact matching on strata, difference in differences, normal",
            **context.facts("synergy", "users", "orders"),
        )
        for row in known
    )
    return Finding("".join(parts), entries, table, exhibits=exhibits)


def _verdict(row: Mapping[str, Any]) -> str:
    if pd.isna(row["effect_per_user"]):
        return "too_soon" if not row["matched"] and row["participants"] else "nobody"
    return "more" if row["low"] > 0 else "less" if row["high"] < 0 else "alike"


def _facts(row: Mapping[str, Any], text: Text) -> dict[str, str]:
    if pd.isna(row["effect_per_user"]):
        return {"first": row["first"], "then": row["then"]}
    return {
        "first": row["first"],
        "then": row["then"],
        "matched": text.count(row["matched"]),
        "participants": text.count(row["participants"]),
        "each": text.money(abs(row["effect_per_user"])),
        "interval": text.interval(number(row["low"]), number(row["high"]), "money"),
        "all": text.value(abs(row["effect"]), "money"),
    }


def _name(family: str, row: Mapping[str, Any], unit: str) -> str:
    """A figure's name from the two reports: `overlap_new_user_week_to_flash_sale_night_rate`."""
    first, then = (str(row[key]).rpartition("/")[2].lower() for key in ("first_report", "then_report"))
    parts = "".join(sign if sign.isalnum() and sign.isascii() else "_" for sign in f"{first}_to_{then}")
    return f"{family}_{parts}_{unit}"
