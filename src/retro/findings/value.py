"""What the new users bought on their first day."""

from __future__ import annotations

import pandas as pd

from retro.findings.finding import Context, Finding, frame_table, number, records
from retro.ledger import Entry


def first_day_value(frame: pd.DataFrame, context: Context) -> Finding:
    """Value of the orders on the day of registration, and how many of the new users placed them.

    Args:
        frame: The one row of `metrics.first_day_value`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(frame)
    units = {"users": "count", "buyers": "count", "orders": "count", "value": "money", "value_per_user": "money"}
    sentence = text(
        "finding.first_day_value.summary",
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
        observed_until=context.observed_until,
        tables=("users", "orders"),
        definition="first_day_value",
    )
    return Finding(sentence, (entry,), frame_table("first_day_value", frame, units, text))
