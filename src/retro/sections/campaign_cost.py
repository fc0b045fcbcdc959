"""Campaign cost: what was booked, by category, beside the budget."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from retro import charts
from retro.ledger import entry
from retro.sections.finding import Context, Finding, frame_table, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The campaign's cost, its largest part, and what is left of the budget."""
    text, rows, budget = context.text, records(frame), context.params.budget
    if not rows:
        return Finding(text("campaign_cost.say.none", campaign=context.params.campaign_id))
    total = sum((row["amount"] for row in rows), Decimal(0))
    sentence = text("campaign_cost.say.summary", rows[0], total=total)
    if budget is not None:
        key = "over" if total > budget else "within"
        sentence += text(f"campaign_cost.say.{key}_budget", budget=budget, difference=abs(total - budget))
    table = frame_table("campaign_cost", frame, ("category.cost", "amount", "share"), text)
    return Finding(sentence, (entry("campaign_cost", total),), table)


section = Section("campaign_cost", say, charts.campaign_cost)
