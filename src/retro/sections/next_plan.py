"""Draft of the next year: which campaigns stay, which change, which are held again with people held out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, number, records

_ADVICE = ("keep", "change", "hold_out")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What stays and may bring what it brought, what changes, and what is not known yet."""
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("next_plan.say.none"), covered=False)
    *own, total = rows
    names = {advice: [row["title"] for row in own if row["advice"] == advice] for advice in _ADVICE}
    clauses = [text(f"next_plan.say.{advice}", names=found) for advice, found in names.items() if found]
    sentence = text("next_plan.say.summary", year=_year(own), clauses=text("chart.clause").join(clauses))
    sentence += _worth(total, text) if names["keep"] else text("next_plan.say.nothing")
    if total["cost"] is not None and not pd.isna(total["cost"]):
        sentence += text("next_plan.say.cost", total)
    shown = frame.assign(
        title=[row["title"] or text("next_plan.say.total") for row in rows],
        advice=[text(f"next_plan.advice.{row['advice']}") for row in rows],
        start=["" if pd.isna(row["start"]) else text.day(row["start"].date()) for row in rows],
        net=[_amount(row, text) for row in rows],
    )
    columns = ("title.", "advice.", "start.", "cost", "net.figure")
    low, high = number(total["low"]), number(total["high"])
    method = "sum of the campaigns' draws" if low is not None else ""
    return Finding(
        sentence,
        (
            context.entry("next_year_cost", total, "cost"),
            context.entry("next_year_net_contribution", total, "net", method=method, low=low, high=high),
        ),
        frame_table("next_plan", shown, columns, text, folded=False),
        reservation=text("next_plan.reservation") if names["keep"] else "",
    )


def _year(own: Sequence[Mapping[str, Any]]) -> int:
    return int(max(row["start"] for row in own).year)


def _worth(total: Mapping[str, Any], text: Text) -> str:
    if pd.isna(total["low"]):
        return text("next_plan.say.worth_alone", total)
    return text("next_plan.say.worth", {"net": total["net"], "net_low": total["low"], "net_high": total["high"]})


def _amount(row: Mapping[str, Any], text: Text) -> str:
    if pd.isna(row["net"]):
        return ""
    shown = text.signed_money(row["net"])
    if pd.isna(row["low"]):
        return shown
    interval = text.interval(row["low"], row["high"], "money")
    return text("campaigns_compared.table.estimate", value=shown, interval=interval)


section = Section("next_plan", say)
