"""Refund reasons: how many paid orders had money back soon, why, and which reason grew."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import BASELINE, WARM, Bar, Chart, Tick, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import Sum
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, is_known, records, way_of

_GAP = ("difference", "difference_low", "difference_high")
_PARTS = ("cohort.now", "paid", "refunded", "rate", "low", "high", "amount", "paid_amount", "amount_rate")
_REASONS = ("reason.refund_reasons", "orders", "share", "amount", "rate", "baseline_rate", *_GAP)
_NAMELESS = ("other", "unstated")


def say(reasons: pd.DataFrame, rates: pd.DataFrame, context: Context) -> Finding:
    """Refunded orders beside the baseline, the most frequent reason, and those that grew beyond chance.

    `reasons` is the frame of `metrics.refund_reasons`, `rates` that of `metrics.refund_rates`.
    """
    text, days = context.text, context.asked("refunded_within_days")
    if rates.empty or not rates["paid"].iloc[0]:
        return Finding(text(f"refund_reasons.say.{'none' if rates.empty else 'young'}", days=days), covered=False)
    own, base = records(rates)
    if not is_known(own["rate"]):
        return Finding(text("privacy.few"), covered=False)
    sentence = text("refund_reasons.say.summary", own, days=days)
    if own["paid_amount"] and is_known(own["amount"]):
        sentence += text("refund_reasons.say.amount", own)
    if is_known(own["difference"]) and is_known(base["rate"]):
        way = way_of(own["difference_low"], own["difference_high"])
        sentence += text(f"refund_reasons.say.{way}", own, before=base["rate"])
    else:
        sentence += text("refund_reasons.say.no_baseline")
    told = [row for row in records(reasons) if is_known(row["orders"])]
    grown = [row for row in told if row["reason"] not in _NAMELESS and _grew(row)]
    grown.sort(key=lambda row: -row["difference"])
    sentence += _why(told, grown, text) if own["refunded"] else ""
    left_out = is_known(own["immature"]) and own["immature"]
    table = frame_table("refund_reasons.rates", rates, _PARTS, text, folded=False)
    exhibits = (Exhibit(table=table),)
    return Finding(
        sentence,
        _entries(own, told, context),
        frame_table("refund_reasons", reasons, _REASONS, text) if told else None,
        exhibits=exhibits,
        footnote=text("refund_reasons.say.immature", own, days=days) if left_out else "",
        next_step=_advice(grown[0]["reason"], text) if grown else "",
    )


def _grew(row: dict[str, Any]) -> bool:
    return is_known(row["difference_low"]) and bool(row["difference_low"] > 0)


def _why(told: list[dict[str, Any]], grown: list[dict[str, Any]], text: Text) -> str:
    """The most frequent reason, and those that grew; that none is kept."""
    if not told:
        return text("refund_reasons.say.no_reasons")
    named = [row for row in told if row["reason"] not in _NAMELESS]
    if not named:
        return text("refund_reasons.say.scattered")
    first = text("refund_reasons.say.most", named[0])
    if grown:
        parts = [text("refund_reasons.say.part", row) for row in grown]
        return first + text("refund_reasons.say.grown", reasons=parts) + _advice(grown[0]["reason"], text)
    known = any(is_known(row["difference"]) for row in told)
    return first + (text("refund_reasons.say.none_grown") if known else text("refund_reasons.say.end"))


def _advice(reason: str, text: Text) -> str:
    """What to look at where a reason grew."""
    key = f"refund_reasons.advice.{reason}"
    return text(key if text.has(key) else "refund_reasons.advice.other", reason=text.label("refund_reasons", reason))


def _entries(own: dict[str, Any], told: list[dict[str, Any]], context: Context) -> tuple[Entry, ...]:
    found = [context.entry("refunded_order_rate", own, "rate", of=("refunded", "paid"), method="Wilson")]
    if own["paid_amount"] and is_known(own["amount"]):
        found.append(context.entry("refunded_amount_rate", own, "amount_rate", of=("amount", "paid_amount")))
    if is_known(own["difference"]):
        found.append(context.entry("refunded_order_rate_change", own, "difference", method="Newcombe"))
    paid = {"paid": own["paid"]}
    found += [
        context.entry(f"{row['reason']}_refunded_rate", row | paid, "rate", of=("orders", "paid")) for row in told
    ]
    return tuple(found)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per reason: its share of paid orders, and as a line that of the baseline; those that grew stand out."""
    grew = [_grew(row) and row["reason"] not in _NAMELESS for row in records(frame)]
    rates: list[Any] = [rate if one else None for rate, one in zip(frame["rate"], grew, strict=True)]
    named = frame.assign(label=text.labels("refund_reasons", frame["reason"]), grown=rates)
    marks = (Bar("rate", name="campaign"), *([Bar("grown", WARM, name="grown")] if any(grew) else ()))
    marks = (*marks, Tick("baseline_rate", BASELINE, name="baseline"))
    return row_chart(named, text, "refund_reasons.chart", *marks, at="edge")


_RATE = ("rate", "low", "high", *_GAP)
_AMOUNT = ("amount", "amount_rate")


section = Section(
    "refund_reasons",
    say,
    draw,
    level=2,
    people={
        "paid": (*_RATE, *_AMOUNT, "paid_amount"),
        "refunded": (*_RATE, *_AMOUNT, "share"),
        "immature": (),
        "orders": (*_RATE, *_AMOUNT, "share"),
        "orders_before": ("baseline_rate", *_GAP),
        "baseline_refunded": ("baseline_rate", *_GAP),
    },
    totals=(
        Sum("orders", lambda frame: frame["orders"].map(lambda _: "all"), name="refunded"),
        Sum("orders_before", lambda frame: frame["orders"].map(lambda _: "all"), name="baseline_refunded"),
    ),
    links=("refunds.order_id",),
)
