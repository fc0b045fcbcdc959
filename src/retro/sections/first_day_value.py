"""First-day value: orders on the day of registration."""

import pandas as pd

from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Value of the orders on the day of registration, and how many of the new users placed them."""
    text, (row,) = context.text, records(frame)
    key = "few" if row["buyers"] is FEW else "summary"
    sentence = text(f"first_day_value.say.{key}", row, noun=context.new_users)
    entry = context.entry("first_day_value", row, "value", denominator=number(row["users"]))
    columns = ("users", "buyers", "orders", "value", "value_per_user")
    return Finding(sentence, (entry,), frame_table("first_day_value", frame, columns, text))


section = Section(
    "first_day_value",
    say,
    level=2,
    people={"users": ("value_per_user",), "buyers": ("orders", "value", "value_per_user")},
    of_people=True,
)
