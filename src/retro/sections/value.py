"""What the new users bought on their first day, what their first orders lost to the discount, and what they left."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.intervals import add_rate
from retro.sections.finding import (
    Context,
    Exhibit,
    Finding,
    cohort_row,
    comparison,
    frame_table,
    number,
    rate_entry,
    records,
)


def first_day_value(frame: pd.DataFrame, context: Context) -> Finding:
    """Value of the orders on the day of registration, and how many of the new users placed them.

    Args:
        frame: The one row of `metrics.first_day_value`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(frame)
    units = {"users": "count", "buyers": "count", "orders": "count", "value": "money", "value_per_user": "money"}
    sentence = text(
        "first_day_value.say.summary",
        noun=context.new_users,
        users=text.count(row["users"]),
        buyers=text.count(row["buyers"]),
        orders=text.count(row["orders"]),
        value=text.money(row["value"]),
        per_user=text.money(row["value_per_user"]) if row["users"] else "",
    )
    entry = Entry(
        name="first_day_value",
        value=number(row["value"]),
        unit="money",
        denominator=number(row["users"]),
        **context.facts("first_day_value", "users", "orders"),
    )
    return Finding(sentence, (entry,), frame_table("first_day_value", frame, units, text))


def cohort_value(frame: pd.DataFrame, context: Context) -> Finding:
    """What a new user of the campaign has left beside a usual one.

    Args:
        frame: The frame of `metrics.cohort_value`.
        context: Params and texts; `value_days` names the days.
    """
    text = context.text
    days = context.asked("value_days")
    campaign, usual = cohort_row(frame, cohort="campaign"), cohort_row(frame, cohort="usual")
    if campaign["state"] in {"unobserved", "empty"}:
        words = text(f"cohort_value.say.{campaign['state']}", days=days, noun=context.new_users)
        return Finding(words, covered=False)
    if campaign["per_user"] is None:
        return Finding(text("cohort_value.say.unknown"), covered=False)
    facts = {
        "days": days,
        "noun": context.new_users,
        "value": text.money(campaign["per_user"]),
        "interval": text.interval(number(campaign["low"]), number(campaign["high"]), "money"),
        "eligible": text.count(campaign["eligible"]),
        "buyers": text.count(campaign["buyers"]),
    }
    side = comparison(*(row | {"rate": row["per_user"]} for row in (campaign, usual)))
    if side != "unknown":
        facts |= {"usual": text.money(usual["per_user"]), "usual_eligible": text.count(usual["eligible"])}
    entries = tuple(_value_entry(row, context) for row in (campaign, usual))
    exhibit = _values(frame, usual["per_user"] if side != "unknown" else None, days, text)
    key = "alone" if side == "unknown" else side
    return Finding(text(f"cohort_value.say.{key}", **facts), entries, exhibits=(exhibit,))


def _value_entry(row: Mapping[str, Any], context: Context) -> Entry:
    return Entry(
        name="value_per_new_user" if row["cohort"] == "campaign" else "value_per_new_user_usual",
        value=row["per_user"],
        unit="money",
        numerator=row["contribution"],
        denominator=number(row["eligible"]),
        low=number(row["low"]),
        high=number(row["high"]),
        method="Student's t",
        **context.facts("cohort_value", "users", "orders"),
    )


def _values(frame: pd.DataFrame, usual: Decimal | None, days: int, text: Text) -> Exhibit:
    """Both cohorts' contribution per user, beside the usual one where it is known."""
    units = {"cohort": "name.cohort", "eligible": "count", "buyers": "count", "contribution": "money"}
    table = frame_table("cohort_value", frame, {**units, "per_user": "money", "low": "money", "high": "money"}, text)
    value = text("cohort_value.chart.value", days=days, currency=text.currency_name)
    shown = pd.DataFrame(
        {
            "label": [text.label("cohort", row["cohort"]) for row in records(frame)],
            "panel": value,
            "estimate": [float(each) if each is not None else float("nan") for each in frame["per_user"]],
            "low": frame["low"],
            "high": frame["high"],
            "reference": float("nan") if usual is None else float(usual),
        }
    )
    options = {"value": value, "unit": "money", "reference": text.label("cohort", "usual")}
    return Exhibit(charts.panels, shown, options, table)


def first_order_discount(frame: pd.DataFrame, context: Context) -> Finding:
    """What the discount took off the margin of first orders.

    Args:
        frame: The one row of `metrics.first_order_discount`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(frame)
    (share,) = records(add_rate(frame[["orders", "users"]], "orders", "users"))
    shared = context.facts("first_order_discount")
    entries: list[Entry] = [
        rate_entry("first_order_rate", share, "orders", "users", tables=("users", "orders"), **shared)
    ]
    facts = {"orders": text.count(row["orders"]), "users": text.count(row["users"])}
    if not row["orders"]:
        return Finding(text("first_order_discount.say.none", **facts), covered=False)
    if context.noun == "first_order" and not row["discounted"]:  # everybody new has ordered, by definition
        return Finding(text("first_order_discount.say.undiscounted"), covered=False)
    interval = text.interval(share["low"], share["high"], "rate")
    sentence = text("first_order_discount.say.conversion", rate=text.rate(share["rate"]), interval=interval, **facts)
    if not row["discounted"]:
        return Finding(sentence + text("first_order_discount.say.undiscounted"), tuple(entries))
    sentence += text(
        "first_order_discount.say.summary",
        discounted=text.count(row["discounted"]),
        discount=text.money(row["discount"]),
        each=text.money(row["discount_per_order"]),
    )
    if row["margin_before"] is not None and row["margin_before"] > 0:
        lost, margin = text.rate(row["margin_lost_rate"]), text.money(row["margin"])
        sentence += text("first_order_discount.say.margin", lost=lost, margin=margin)
    money = {"unit": "money", "tables": ("users", "orders"), **shared}
    entries += [
        Entry(name="first_order_discount", value=row["discount"], **money),
        Entry(
            name="first_order_discount_each",
            value=row["discount_per_order"],
            numerator=row["discount"],
            denominator=number(row["discounted"]),
            **money,
        ),
    ]
    return Finding(sentence, tuple(entries), exhibits=(_steps(row, context),))


def _steps(row: Mapping[str, Any], context: Context) -> Exhibit:
    """From list price to margin, one step after another."""
    text = context.text
    steps = [
        ("listed", row["listed"], "total"),
        ("discount", -row["discount"], "change"),
        ("coupons", -(row["listed"] - row["discount"] - row["paid"]), "change"),
        ("paid", row["paid"], "total"),
    ]
    if row["margin"] is not None:
        steps += [("goods", row["margin"] - row["paid"], "change"), ("margin", row["margin"], "total")]
    shown = pd.DataFrame(steps, columns=["step", "amount", "kind"])
    shown["label"] = [text(f"first_order_discount.say.steps.{step}") for step in shown["step"]]
    table = frame_table("first_order_discount", shown, {"label": "name.", "amount": "money"}, text)
    value = text("first_order_discount.chart.value", currency=text.currency_name)
    return Exhibit(charts.waterfall, shown, {"value": value}, table)
