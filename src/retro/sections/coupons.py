"""What became of coupons, whom they moved over a threshold, and who lives off them."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.intervals import add_rate
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, rate_entry, records
from retro.sections.matching import trusted


def coupons(
    frame: pd.DataFrame, thresholds: pd.DataFrame, hunters: pd.DataFrame, beside: pd.DataFrame, context: Context
) -> Finding:
    """From issued to used, what it took off, and how much of it was more than would have happened anyway.

    Args:
        frame: The frame of `metrics.coupons`.
        thresholds: The frame of `metrics.coupon_thresholds`.
        hunters: The one row of `metrics.coupon_hunters`.
        beside: The one row of `metrics.matched_participants` for `metrics.coupon_holders`.
        context: Params and texts.
    """
    text = context.text
    if frame.empty:
        return Finding(text("coupons.say.none"))
    named = frame.assign(template=_names(frame, text))
    units = {"template": "name.coupon", "issued": "count", "claimed": "count", "used": "count", "use_rate": "rate"}
    units |= {"low": "rate", "high": "rate", "subsidy": "money", "gmv": "money", "subsidy_rate": "rate"}
    (whole,) = records(add_rate(frame[["issued", "claimed", "used"]].sum().to_frame().T, "used", "issued"))
    taken, paid = _added(frame["subsidy"]), _added(frame["gmv"])
    sentence = text(
        "coupons.say.summary" if taken + paid else "coupons.say.hardly",
        issued=text.count(whole["issued"]),
        claimed=text.count(whole["claimed"]),
        used=text.count(whole["used"]),
        rate=text.rate(whole["rate"]),
        interval=text.interval(whole["low"], whole["high"], "rate"),
        subsidy=text.money(taken),
        subsidy_rate=text.rate(float(taken / (taken + paid)) if taken + paid else 0.0),
    )
    sentence += _compared(named, text)
    table = frame_table("coupons", named, units, text)
    exhibits = (
        Exhibit(chart=charts.coupon_use, frame=named.assign(label=named["template"]), table=table),
        Exhibit(sentence=_incremental(beside, text)),
        _bunching(thresholds, text),
        Exhibit(sentence=_hunting(hunters, text)),
    )
    entries = (*_entries(whole, taken, paid, context), *_hunter_entry(hunters, context))
    return Finding(sentence, entries, exhibits=exhibits)


def _names(frame: pd.DataFrame, text: Text) -> list[str]:
    """Templates by what they give, `满 99 减 10`; by their own name where that is not one thing."""
    names = [_offer(row, text) for row in records(frame)]
    doubled = {name for name in names if names.count(name) > 1}
    plain = [
        text.label("coupon", row["template"]) if name in doubled and not pd.isna(row["template"]) else name
        for name, row in zip(names, records(frame), strict=True)
    ]
    return [text("coupons.say.own", name=name) if own else name for name, own in zip(plain, frame["own"], strict=True)]


def _offer(row: dict[str, Any], text: Text) -> str:
    if pd.isna(row["template"]):
        return text("coupons.say.others")
    if pd.isna(row["threshold"]):
        return text.label("coupon", row["template"])
    if pd.isna(row["face"]):
        return text("coupons.say.varying", threshold=text.count(row["threshold"]))
    key = "off" if row["threshold"] else "free"
    threshold, face = (text.count(row[name]) for name in ("threshold", "face"))
    return text(f"coupons.say.{key}", threshold=threshold, face=face)


def _added(amounts: pd.Series[Any]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


def _compared(named: pd.DataFrame, text: Text) -> str:
    """The most and the least used template, where there are several that can be told apart."""
    ranked = sorted(records(named[named["used"] > 0]), key=lambda row: -row["use_rate"])
    if len(ranked) < 2 or ranked[0]["low"] <= ranked[-1]["high"]:  # noqa: PLR2004 - two to compare
        return ""
    facts = {
        f"{place}_{name}": value
        for place, row in (("best", ranked[0]), ("worst", ranked[-1]))
        for name, value in (
            ("name", row["template"]),
            ("rate", text.rate(row["use_rate"])),
            ("used", text.count(row["used"])),
            ("issued", text.count(row["issued"])),
        )
    }
    return text("coupons.say.compared", **facts)


def _incremental(beside: pd.DataFrame, text: Text) -> str:
    """What holders bought more than people like them, which is the most that coupons can have added."""
    (row,) = records(beside)
    if not row["matched"] or pd.isna(row["low"]):
        return text("coupons.say.no_comparison")
    key = "not_believed" if not trusted(row) else "more" if row["low"] > 0 else "not_more"
    return text(
        f"coupons.say.{key}",
        matched=text.count(row["matched"]),
        effect=text.value(number(row["effect_per_user"]), "money"),
        interval=text.interval(number(row["low"]), number(row["high"]), "money"),
        total=text.value(number(row["effect"]), "money"),
        placebo=text.value(number(row["placebo_per_user"]), "money"),
        placebo_interval=text.interval(number(row["placebo_low"]), number(row["placebo_high"]), "money"),
    )


def _bunching(thresholds: pd.DataFrame, text: Text) -> Exhibit:
    seen = thresholds[thresholds["gain"].notna()]
    if seen.empty:
        return Exhibit(sentence=text("coupons.say.no_thresholds"))
    clear = [row for row in records(seen) if row["low"] > 0]
    shown = seen.assign(
        held=[f"{row['held_above']:,}/{row['held']:,}" for row in records(seen)],
        others=[f"{row['others_above']:,}/{row['others']:,}" for row in records(seen)],
        gain=[text.percentage_points(row["gain"]) for row in records(seen)],
        interval=[
            f"{text.percentage_points(row['low'])} – {text.percentage_points(row['high'])}" for row in records(seen)
        ],
    )
    units = {"threshold": "money", "held": "name.", "others": "name.", "gain": "name.", "interval": "name."}
    table = frame_table("coupons.thresholds", shown, units | {"moved": "number"}, text)
    if not clear:
        return Exhibit(sentence=text("coupons.say.no_bunching"), table=table)
    moved = sum(row["moved"] for row in clear)
    sentence = text(
        "coupons.say.bunching",
        thresholds=text.join([text.count(row["threshold"]) for row in clear]),
        moved=text.exact(moved, 0),
        low=text.exact(moved - _spread(clear, "moved_low"), 0),
        high=text.exact(moved + _spread(clear, "moved_high"), 0),
    )
    return Exhibit(sentence=sentence, table=table)


def _spread(rows: list[dict[str, Any]], end: str) -> float:
    """How far an end of the interval of a sum lies from it, the parts being independent."""
    return math.sqrt(sum((row[end] - row["moved"]) ** 2 for row in rows))


_FEWEST = 5
"""Groups of people below this are not counted out."""


def _hunting(hunters: pd.DataFrame, text: Text) -> str:
    (row,) = records(hunters)
    if row["coupon_buyers"] < _FEWEST:
        return text("coupons.say.no_hunters")
    facts = {
        "buyers": text.count(row["coupon_buyers"]),
        "hunters": text.count(row["hunters"]),
        "rate": text.rate(row["rate"]),
        "interval": text.interval(row["low"], row["high"], "rate"),
        "chance": text.exact(row["by_chance"], 1),
        "hunted": text.money(row["hunted"]),
        "subsidy": text.money(row["subsidy"]),
    }
    if row["hunters"] < _FEWEST:
        return text("coupons.say.few_hunters", **facts, fewest=_FEWEST)
    key = "hunters" if row["low"] * row["coupon_buyers"] > row["by_chance"] else "hunters_by_chance"
    return text(f"coupons.say.{key}", **facts)


def _entries(whole: dict[str, Any], taken: Decimal, paid: Decimal, context: Context) -> tuple[Entry, ...]:
    shared = context.facts("coupons", "coupons", "orders")
    return (
        rate_entry("coupon_use_rate", whole, "used", "issued", **shared),
        Entry(name="coupon_subsidy", value=taken, unit="money", **shared),
        Entry(
            name="coupon_subsidy_rate",
            value=taken / (taken + paid) if taken + paid else None,
            unit="rate",
            numerator=taken,
            denominator=taken + paid,
            **shared,
        ),
    )


def _hunter_entry(hunters: pd.DataFrame, context: Context) -> tuple[Entry, ...]:
    (row,) = records(hunters)
    if row["hunters"] < _FEWEST:
        return ()
    return (
        rate_entry(
            "bonus_hunter_rate", row, "hunters", "coupon_buyers", **context.facts("coupons", "coupons", "orders")
        ),
    )
