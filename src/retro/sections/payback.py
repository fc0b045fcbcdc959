"""Payback: when first-time buyers have paid for a campaign."""

import pandas as pd

from retro.ledger import entry
from retro.metrics.pnl import Statement
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, statement: Statement, context: Context) -> Finding:
    """Whether and when what first-time buyers leave has paid for the campaign, as far as can be seen.

    `frame` is the frame of `metrics.payback`; `statement` the P&L, for the cost.
    """
    text, rows = context.text, records(frame)
    if not rows or statement.cost is None:
        return Finding(text("payback.say.unknown"))
    last = rows[-1]
    if last["buyers"] is FEW:
        return Finding(text("payback.say.few", last))
    paid = next((row["month"] for row in rows if row["contribution"] >= statement.cost), None)
    sentence = text(f"payback.say.{'not_yet' if paid is None else 'paid'}", last, paid=paid, cost=statement.cost)
    entries = [entry("observed_year_rate", number(last["month"] / 12))]
    if paid is not None:
        entries.append(entry("payback_days", number(30 * paid)))
    return Finding(sentence, tuple(entries), frame_table("payback", frame, ("month", "buyers", "contribution"), text))


section = Section("payback", say, level=2, people={"buyers": ("contribution",)})
