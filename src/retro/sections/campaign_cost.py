"""Campaign cost: what was booked, by category, beside the budget."""

from decimal import Decimal

import pandas as pd

from retro.charts import ACCENT, WARM, Bar, Chart, row_chart
from retro.i18n import Text
from retro.ledger import entry
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The campaign's cost, its largest part, and what is left of the budget."""
    text, rows, budget = context.text, records(frame), context.params.budget
    if not rows:
        return Finding(text("campaign_cost.say.none", campaign=context.params.campaign_id))
    total = sum((row["amount"] for row in rows), Decimal(0))
    sentence = text(f"campaign_cost.say.{'summary' if len(rows) > 1 else 'alone'}", rows[0], total=total)
    if budget is not None:
        key = "over" if total > budget else "within"
        sentence += text(f"campaign_cost.say.{key}_budget", budget=budget, difference=abs(total - budget))
    table = frame_table("campaign_cost", frame, ("category.cost", "amount", "share"), text)
    return Finding(sentence, (entry("campaign_cost", total),), table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per category with its amount and its share of all cost; a credit is orange."""
    shown = frame.assign(colour=[ACCENT if amount >= 0 else WARM for amount in frame["amount"]])
    facts = {"total": sum(frame["amount"], Decimal(0))}
    return row_chart(shown, text, "campaign_cost.chart", Bar("amount", "colour"), at="mark", facts=facts)


section = Section("campaign_cost", say, draw)
