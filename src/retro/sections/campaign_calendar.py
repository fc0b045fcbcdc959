"""Calendar: the campaigns of a year in the order of their days, each with whether it made money."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.metrics.campaigns_compared import COUNTED
from retro.sections.section import Context, Finding, Section, frame_table, records

_KINDS = ("made", "lost", "open")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many campaigns made money, lost it, or cannot be told, and on how many days of the year one ran."""
    text, rows = context.text, records(frame)
    there = [row for row in rows if row["state"] == COUNTED]
    if not there:
        return Finding(text("campaign_calendar.say.none"), covered=False)
    names = {kind: [row["title"] for row in there if row["money"] == kind] for kind in _KINDS}
    counts = {kind: len(found) for kind, found in names.items()}
    facts = {"all": len(there), "days": _days(there)}
    clauses = [
        text(f"campaign_calendar.say.{kind}", count=counts[kind], names=found) for kind, found in names.items() if found
    ]
    sentence = text("campaign_calendar.say.summary", facts, clauses=text("chart.clause").join(clauses))
    shown = frame.assign(
        days=[_span(row, text) for row in rows],
        money=[_verdict(row, text) for row in rows],
        net=[_net(row, text) for row in rows],
    )
    columns = ("title.", "days.", "money.", "campaign_cost", "net.figure")
    entries = [context.entry(f"campaigns_{kind}", counts, kind) for kind in _KINDS]
    entries.append(context.entry("campaign_days", facts, "days"))
    return Finding(sentence, tuple(entries), frame_table("campaign_calendar", shown, columns, text, folded=False))


def _days(rows: Sequence[Mapping[str, Any]]) -> int:
    """Days that a campaign touched, each once."""
    spans = [pd.date_range(row["start"].floor("D"), row["end"], freq="D", inclusive="left") for row in rows]
    return len({day for span in spans for day in span})


def _span(row: Mapping[str, Any], text: Text) -> str:
    if pd.isna(row["start"]):
        return ""
    return text.period(row["start"].to_pydatetime(), row["end"].to_pydatetime(), short=True)


def _verdict(row: Mapping[str, Any], text: Text) -> str:
    if row["state"] != COUNTED:
        return text.label("recorded", row["state"])
    return text(f"campaign_calendar.money.{row['money'] or 'none'}")


def _net(row: Mapping[str, Any], text: Text) -> str:
    value, low, high = (row[f"net_contribution{end}"] for end in ("", "_low", "_high"))
    if row["money"] is None:
        return ""
    shown = text.signed_money(value)
    interval = "" if pd.isna(low) or pd.isna(high) else text.interval(low, high, "money")
    return text("campaigns_compared.table.estimate", value=shown, interval=interval) if interval else shown


section = Section("campaign_calendar", say)
