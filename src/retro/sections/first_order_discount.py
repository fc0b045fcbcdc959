"""First-order discount: orders that used it, and the margin it cost."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.metrics.intervals import add_rate
from retro.privacy import FEW
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_GIVEN = ("discount", "discount_rate", "discount_per_order", "margin_before", "margin_lost_rate")
_LADDER = ("listed", "paid", "margin")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many new users ordered in time, and what the discount gave away and left of the margin."""
    text, (row,) = context.text, records(frame)
    (share,) = records(add_rate(frame[["orders", "users"]], "orders", "users"))
    ordered = context.entry("first_order_rate", share, "rate", of=("orders", "users"), method="Wilson")
    if not row["orders"]:
        return Finding(text("first_order_discount.say.none", row), covered=False)
    if row["orders"] is FEW:
        return Finding(text("first_order_discount.say.few", row), (ordered,))
    if context.noun == "first_order" and not row["discounted"]:  # everybody new has ordered, by definition
        return Finding(text("first_order_discount.say.undiscounted"), covered=False)
    sentence = text("first_order_discount.say.conversion", share)
    if not row["discounted"]:
        return Finding(sentence + text("first_order_discount.say.undiscounted"), (ordered,))
    if row["discounted"] is FEW:
        return Finding(sentence + text("first_order_discount.say.few_discounted", row), (ordered,))
    sentence += text("first_order_discount.say.summary", row)
    if not pd.isna(row["margin_before"]) and row["margin_before"] > 0:
        sentence += text("first_order_discount.say.margin", row)
    entries = (
        ordered,
        context.entry("first_order_discount", row, "discount"),
        context.entry("first_order_discount_each", row, "discount_per_order", of=("discount", "discounted")),
    )
    shows = text("first_order_discount.say.summary", row)
    return Finding(sentence, entries, exhibits=(_steps(row, context),), shows=shows)


def _steps(row: Mapping[str, Any], context: Context) -> Exhibit:
    text = context.text
    steps = [
        ("listed", row["listed"], "total"),
        ("discount", -row["discount"], "change"),
        ("coupons", -(row["listed"] - row["discount"] - row["paid"]), "change"),
        ("paid", row["paid"], "total"),
    ]
    if not pd.isna(row["margin"]):
        steps += [("goods", row["margin"] - row["paid"], "change"), ("margin", row["margin"], "total")]
    shown = pd.DataFrame(steps, columns=["step", "amount", "kind"])
    shown["label"] = [text(f"first_order_discount.say.steps.{step}") for step in shown["step"]]
    value = text("first_order_discount.chart.value", currency=text.currency_name)
    table = frame_table("first_order_discount", shown, ("label.", "amount"), text)
    return Exhibit(charts.waterfall, shown, {"value": value}, table)


section = Section(
    "first_order_discount",
    say,
    people={"users": (), "orders": (*_GIVEN, *_LADDER), "discounted": _GIVEN},
    of_people=True,
)
