"""Referral: who invited, who came of it, and whether the programme grows by itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import hidden
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, is_known, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Inviters, invitations, who registered and ordered, K with its interval, and what a first buyer cost."""
    text = context.text
    (row,) = records(frame)
    if not row["invitations"]:
        return Finding(text("referral.say.none"), covered=False)
    if any(hidden(row[name]) for name in ("inviters", "registered")):
        return Finding(text("privacy.few"), covered=False)
    sentence = text("referral.say.invited", row)
    result = text("referral.say.registered", row)
    if row["new_users"]:
        result += text("referral.say.share", row)
    bought = is_known(row["buyers"])
    if bought:
        result += text("referral.say.bought", row)
    result += text(f"referral.say.{'grows' if row['k_low'] > 1 else 'fades' if row['k_high'] < 1 else 'unclear'}", row)
    if not pd.isna(row["cycle_days"]):
        result += text("referral.say.cycle", row)
    if bought and not pd.isna(row["cost_per_buyer"]):
        result += text("referral.say.cost", row)
    if any(not hidden(row[name]) and row[name] for name in ("own", "rings")):
        result += text("referral.say.fraud", row)
    chart = (Exhibit(draw, _steps(row, text, bought=bought)),)
    columns = (
        *("eligible", "inviters", "invitations", "registered", "buyers", "new_users", "each", "k", "k_low", "k_high"),
        *("cycle_days", "rewards", "cost", "cost_per_buyer", "own", "rings"),
    )
    table = frame_table("referral", frame, columns, text)
    return Finding(sentence + result, _entries(row, context), table, exhibits=chart, headline=(result,))


def _entries(row: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    counts = {"inviters": "inviters", "invitations": "invitations", "new_users": "registered", "buyers": "buyers"}
    entries = [context.entry(f"referral_{name}", row, column) for name, column in counts.items()]
    for name, of in _RATES.items():
        entries.append(context.entry(f"referral_{name}_rate", row, f"{name}_rate", of=of, method="Wilson"))
    return (
        *entries,
        context.entry("referral_k", row, "k", method="cluster"),
        context.entry("referral_cycle_days", row, "cycle_days"),
        context.entry("referral_cost_per_buyer", row, "cost_per_buyer"),
    )


def _steps(row: dict[str, Any], text: Text, *, bought: bool) -> pd.DataFrame:
    names = ["invitations", "registered", *(["buyers"] if bought else [])]
    labels = [text(f"referral.table.{name}") for name in names]
    return pd.DataFrame({"label": labels, "people": [row[name] for name in names]})


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Invitations, who registered by them, and who ordered."""
    return row_chart(frame, text, "referral.chart", Bar("people"))


_RATES = {
    "inviter": ("inviters", "eligible"),
    "registered": ("registered", "invitations"),
    "bought": ("buyers", "invitations"),
    "share": ("registered", "new_users"),
}

section = Section(
    "referral",
    say,
    people={
        "inviters": ("inviter_rate", "inviter_low", "inviter_high", "each"),
        "registered": ("registered_rate", "registered_low", "registered_high", "share_rate", "share_low", "share_high",
                       "k", "k_low", "k_high", "cycle_days"),
        "buyers": ("bought_rate", "bought_low", "bought_high", "cost_per_buyer"),
        "own": (),
        "rings": (),
    },
    of_people=True,
)  # fmt: skip
