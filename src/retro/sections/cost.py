"""What a campaign cost, and what a new user cost by two definitions that nobody should mix up."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, records


def campaign_cost(frame: pd.DataFrame, context: Context) -> Finding:
    """The campaign's cost, its largest part, and what is left of the budget.

    Args:
        frame: The frame of `metrics.campaign_cost`.
        context: Params and texts.
    """
    text = context.text
    table = frame_table("campaign_cost", frame, {"category": "name.cost", "amount": "money", "share": "rate"}, text)
    if frame.empty:
        return Finding(text("campaign_cost.say.none", campaign=context.params.campaign_id), (), None)
    largest, budget = records(frame)[0], context.params.budget
    total = sum((row["amount"] for row in records(frame)), Decimal(0))
    sentence = text(
        "campaign_cost.say.summary",
        total=text.money(total),
        category=text.label("cost", largest["category"]),
        share=text.rate(largest["share"]),
    )
    if budget is not None:
        key = "over" if total > budget else "within"
        sentence += text(
            f"campaign_cost.say.{key}_budget", budget=text.money(budget), difference=text.money(abs(total - budget))
        )
    entry = Entry(
        name="campaign_cost", value=total, unit="money", tables=("campaign_costs",), definition="campaign_cost"
    )
    return Finding(sentence, (entry,), table)


def acquisition_cost(frame: pd.DataFrame, context: Context) -> Finding:
    """Cost for each new user: acquisition cost only, and all campaign cost.

    Args:
        frame: The frame of `metrics.acquisition_cost`.
        context: Params and texts.
    """
    text = context.text
    units = {"definition": "name.cac", "cost": "money", "new_users": "count", "cac": "money"}
    table = frame_table("acquisition_cost", frame, units, text)
    rows = {row["definition"]: row for row in records(frame)}
    narrow, wide = rows["acquisition_only"], rows["all_cost"]
    if not wide["new_users"]:
        return Finding(text("acquisition_cost.say.no_users"), (), table)
    sentence = text(
        "acquisition_cost.say.summary",
        narrow=text.money(narrow["cac"]),
        narrow_cost=text.money(narrow["cost"]),
        wide=text.money(wide["cac"]),
        wide_cost=text.money(wide["cost"]),
        users=text.count(wide["new_users"]),
    )
    entries = tuple(
        Entry(
            name=f"cac_{row['definition']}",
            value=number(row["cac"]),
            unit="money",
            numerator=number(row["cost"]),
            denominator=number(row["new_users"]),
            **context.facts("acquisition_cost", "campaign_costs", "users"),
        )
        for row in rows.values()
    )
    return Finding(sentence, entries, table)
