"""Payback: when first-time buyers have paid for a campaign."""

import pandas as pd

from retro.ledger import entry
from retro.metrics.roi import payback_month
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Whether and when additional first-time buyers have paid for the campaign, as far as can be seen.

    `frame` is the frame of `metrics.payback`.
    """
    text, rows = context.text, records(frame)
    if rows and rows[-1]["buyers"] is FEW:
        return Finding(text("payback.say.few", rows[-1]))
    if not rows or pd.isna(rows[-1]["left"]):
        return Finding(text("payback.say.unknown"))
    last, paid = rows[-1], payback_month(frame)
    state = "paid" if paid is not None else "not_yet" if last["high"] < 0 else "open"
    sentence = text(f"payback.say.{'who' if last['additional'] <= last['buyers'] else 'more'}", last) + text(
        f"payback.say.{state}", last, paid=paid
    )
    entries = [entry("observed_year_rate", number(last["month"] / 12))]
    if paid is not None:
        entries.append(entry("payback_days", number(30 * paid)))
    columns = ("month", "buyers", "additional", "contribution", "left", "low", "high")
    return Finding(sentence, tuple(entries), frame_table("payback", frame, columns, text))


section = Section(
    "payback", say, level=2, people={"buyers": ("additional", "contribution", "left", "low", "high")}, of_people=True
)
