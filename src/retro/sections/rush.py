"""The rush of a short campaign: when people came, and how GMV ran towards its target."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, records

_HOURS_TOLD = 3
"""The table of the race tells every third hour; the hours stand in the table of sales."""

_SLOWER = 0.7
"""An opening whose orders per view are below this share of the long tail's did not turn its visitors into buyers."""


def minute_traffic(minutes: pd.DataFrame, phases: pd.DataFrame, context: Context) -> Finding:
    """The busiest minute, how much of everything the opening took, and whether its visitors bought.

    Args:
        minutes: The frame of `metrics.minute_traffic`.
        phases: The frame of `metrics.traffic_phases`.
        context: Params and texts.
    """
    text = context.text
    peak = max(records(minutes), key=lambda row: row["views"])
    by_phase = {row["phase"]: row for row in records(phases)}
    opening = by_phase["opening"]
    sentence = text(
        "minute_traffic.say.summary",
        at=text.short_moment(peak["at"]),
        peak=text.count(peak["views"]),
        minutes=opening["minutes"],
        views=text.count(opening["views"]),
        all_views=text.count(phases["views"].sum()),
        views_share=text.rate(opening["views_share"]),
        orders=text.count(opening["orders"]),
        all_orders=text.count(phases["orders"].sum()),
        orders_share=text.rate(opening["orders_share"]),
        peak_orders=text.count(opening["peak_orders"]),
    )
    if peak["usual_views"] > 0:
        sentence += text("minute_traffic.say.usual", times=text.short(round(peak["views"] / peak["usual_views"])))
    sentence += _conversion(by_phase, text)
    units = {"phase": "name.moment", "minutes": "count", "views": "count", "views_share": "rate", "orders": "count"}
    units |= {"orders_share": "rate", "peak_views": "count", "peak_orders": "count"}
    units |= {"orders_per_thousand_views": "number"}
    table = frame_table("minute_traffic", phases, units, text, folded=False)
    return Finding(sentence, _traffic_entries(minutes, opening, phases["orders"].sum(), context), table)


def _traffic_entries(
    minutes: pd.DataFrame, opening: Mapping[str, Any], orders: float, context: Context
) -> tuple[Entry, ...]:
    shared = context.facts("minute_traffic")
    return (
        Entry(
            name="peak_minute_views",
            value=number(minutes["views"].max()),
            unit="views",
            tables=("page_views",),
            **shared,
        ),
        Entry(
            name="peak_minute_orders",
            value=number(minutes["orders"].max()),
            unit="orders",
            tables=("orders",),
            **shared,
        ),
        Entry(
            name="opening_orders_rate",
            value=number(opening["orders_share"]),
            unit="rate",
            numerator=number(opening["orders"]),
            denominator=number(orders),
            tables=("orders",),
            **shared,
        ),
    )


def _conversion(by_phase: dict[str, dict[str, Any]], text: Text) -> str:
    """Whether the opening's visitors bought as the others did; nothing where there is nothing to compare."""
    if "long_tail" not in by_phase:
        return ""
    opening, tail = (by_phase[name]["orders_per_thousand_views"] for name in ("opening", "long_tail"))
    if pd.isna(opening) or pd.isna(tail) or not tail:
        return ""
    key = "slower" if opening < _SLOWER * tail else "alike"
    return text(f"minute_traffic.say.{key}", opening=text.exact(opening, 1), tail=text.exact(tail, 1))


def gmv_race(frame: pd.DataFrame, context: Context) -> Finding:
    """How far GMV came towards its target, and when half of it was in.

    Args:
        frame: The frame of `metrics.gmv_race`.
        context: Params and texts; the target of `gmv` is the finish.
    """
    text, target = context.text, context.params.targets.get("gmv")
    run = [row for row in records(frame) if row["series"] == "campaign"]
    usual = [row for row in records(frame) if row["series"] == "usual"]
    total = run[-1]["total"]
    usual_totals = [row["total"] for row in usual] or [None] * len(run)
    shown = pd.DataFrame(
        {
            "elapsed": [row["elapsed"] for row in run],
            "gmv": [row["total"] for row in run],
            "reached": [float(row["total"] / target) if target else None for row in run],
            "usual": usual_totals,
        }
    )
    shown = shown[(shown.index % _HOURS_TOLD == 0) | (shown.index == len(shown) - 1)]
    units = {"elapsed": "hours", "gmv": "money", "usual": "money"} | ({"reached": "rate"} if target else {})
    table = frame_table("gmv_race", shown, units, text)
    if not total:
        return Finding(text("gmv_race.say.none"), (), table)
    half = next(row["elapsed"] for row in run if row["total"] >= total / 2)
    facts = {"gmv": text.value(total, "money"), "hours": text.short(half)}
    if target:
        key = "reached" if total >= target else "short"
        facts |= {"target": text.value(target, "money"), "rate": text.rate(float(total / target))}
        facts |= {"gap": text.value(abs(target - total), "money")}
    else:
        key = "no_target"
    sentence = text(f"gmv_race.say.{key}", **facts)
    if usual and usual[-1]["total"]:
        times = total / usual[-1]["total"]
        sentence += text("gmv_race.say.usual", times=text.exact(times, 1))
    entry = Entry(
        name="gmv_target_rate",
        value=number(total / target) if target else None,
        unit="ratio",
        numerator=total,
        denominator=target,
        **context.facts("gmv_race", "orders"),
    )
    return Finding(sentence, (entry,), table)


def gmv_kinds(frame: pd.DataFrame, context: Context) -> Finding:
    """What is left of what was ordered, what took most of it, and whether the books agree.

    Args:
        frame: The frame of `metrics.gmv_kinds`.
        context: Params and texts.
    """
    text = context.text
    rows = {row["step"]: row for row in records(frame)}
    named = frame.assign(step=[text(f"gmv.{step}") for step in frame["step"]])
    table = frame_table("gmv_kinds", named, {"step": "name.gmv", "orders": "count", "amount": "money"}, text)
    ordered, net = rows["ordered"]["amount"], rows["net"]["amount"]
    if not ordered:
        return Finding(text("gmv_kinds.say.none"), (), table)
    losses = [row for row in rows.values() if row["role"] == "change"]
    sentence = text(
        "gmv_kinds.say.summary",
        ordered=text.value(ordered, "money"),
        net=text.value(net, "money"),
        rate=text.rate(float(net / ordered)),
    )
    if losses:
        worst = min(losses, key=lambda row: row["amount"])
        sentence += text(
            "gmv_kinds.say.largest",
            step=text(f"gmv.{worst['step']}"),
            amount=text.value(-worst["amount"], "money"),
            orders=text.count(worst["orders"]),
        )
    gap = frame.attrs.get("refund_gap")
    sentence += text(_books(gap), gap=text.money(gap or Decimal(0)))
    sentence += _signed(rows, text)
    kinds = ("ordered", "paid", "signed", "net")
    entries = tuple(
        Entry(
            name=f"{kind}_gmv",
            value=rows[kind]["amount"],
            unit="money",
            observed_until=context.observed_until,
            tables=("orders", "refunds") if kind == "net" else ("orders",),
            definition="gmv_kinds",
        )
        for kind in kinds
        if kind in rows
    )
    return Finding(sentence, entries, table)


def _books(gap: Decimal | None) -> str:
    if gap is None:
        return "gmv_kinds.say.no_refunds"
    return "gmv_kinds.say.gap" if gap else "gmv_kinds.say.tied"


def _signed(rows: dict[str, dict[str, Any]], text: Text) -> str:
    if "signed" not in rows:
        return text("gmv_kinds.say.unsigned")
    return text("gmv_kinds.say.signed", amount=text.value(rows["signed"]["amount"], "money"))
