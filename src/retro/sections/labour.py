"""Labour: its cost, output per cost, and members per operator."""

from decimal import Decimal

import pandas as pd

from retro.ledger import entry
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, operators: pd.DataFrame, context: Context) -> Finding:
    """What labour cost, what came out for it, and how many members an operator looks after.

    `frame` is the frame of `metrics.labour` and `operators` the one row of `metrics.per_operator`.
    """
    text, (team,) = context.text, records(operators)
    booked = [row for row in records(frame) if row["labour"] is not None]
    if not booked:
        return Finding(text("labour.say.none"), covered=False)
    total = sum((row["labour"] for row in booked), Decimal(0))
    sentence = text("labour.say.summary", labour=total, count=len(booked))
    entries = [entry("labour_cost", total)]
    known = [row for row in booked if row["revenue_per_unit"] is not None]
    if len(known) > 1:
        best, *_, worst = sorted(known, key=lambda row: -row["revenue_per_unit"])
        each = {"best_each": best["revenue_per_unit"], "worst_each": worst["revenue_per_unit"]}
        sentence += text("labour.say.ends", best=best["title"], worst=worst["title"], **each)
    if not pd.isna(team["members_per_operator"]):
        sentence += text("labour.say.operators", team)
        of = ("members", "operators")
        entries.append(context.entry("members_per_operator", team, of=of))
    columns = ("title.", "labour", "cost_share", "new_users_per_thousand", "revenue_per_unit")
    return Finding(sentence, tuple(entries), frame_table("labour", frame, columns, text, folded=False))


section = Section("labour", say, level=2, people={"members": ("members_per_operator",)})
