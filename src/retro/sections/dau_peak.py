"""How busy the busiest day of a campaign was, beside its usual weekday and the best day before."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, lift_entry, number, records


def dau_peak(frame: pd.DataFrame, context: Context) -> Finding:
    """The peak of daily active users, what is usual, and whether any earlier day was busier.

    Args:
        frame: The frame of `metrics.dau_peak`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    during, before = ([row for row in rows if row["during"] is flag] for flag in (True, False))
    if not during:
        return Finding(text("dau_peak.say.none"), covered=False)
    peak = max(during, key=lambda row: row["dau"])
    facts = {"day": text.short_day(peak["on"]), "peak": text.count(peak["dau"])}
    known = not pd.isna(peak["usual"])
    if known:
        side = "above" if peak["dau"] > peak["high"] else "below" if peak["dau"] < peak["low"] else "within"
        facts |= {
            "usual": text.count(peak["usual"]),
            "interval": text.interval(peak["low"], peak["high"], "users"),
            "weeks": str(peak["weeks"]),
            "lift": text.change(peak["dau"] / peak["usual"] - 1),
        }
        sentence = text(f"dau_peak.say.{side}", **facts)
    else:
        sentence = text("dau_peak.say.no_usual", **facts)
    if before:
        best = max(before, key=lambda row: row["dau"])
        key = "busiest" if peak["dau"] > best["dau"] else "not_busiest"
        best_facts = {"best": text.count(best["dau"]), "best_day": text.short_day(best["on"])}
        sentence += text(f"dau_peak.say.{key}", days=text.count(len(before)), **best_facts)
    shown = pd.DataFrame(sorted(rows, key=lambda row: -row["dau"])[:_SHOWN], columns=frame.columns)
    units = {"on": "day", "dau": "count", "usual": "number", "low": "number", "high": "number"}
    return Finding(sentence, _entries(peak, context), frame_table("dau_peak", shown, units, text))


_SHOWN = 10
"""The busiest days that the table shows."""


def _entries(peak: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    shared = context.facts("dau_peak", "events")
    entry = Entry(name="dau_peak", value=number(peak["dau"]), unit="users", **shared)
    if pd.isna(peak["usual"]):
        return (entry,)
    rates = (peak["dau"] / peak[name] - 1 if peak[name] else None for name in ("usual", "high", "low"))
    names = ("lift_rate", "lift_low", "lift_high", "baseline", "dau")
    lift = dict(zip(names, (*rates, peak["usual"], peak["dau"]), strict=True))
    return entry, lift_entry("dau_peak_lift_rate", lift, "dau", **shared)
