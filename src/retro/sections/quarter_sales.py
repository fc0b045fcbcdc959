"""Sales of a period, its changes, and the share of campaign days."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.money import as_money
from retro.sections.finding import Context, Finding, frame_table, records
from retro.sections.section import Section


def say(daily: pd.DataFrame, totals: pd.DataFrame, context: Context) -> Finding:
    """Sales of the period beside the period before and a year ago, and what fell on campaign days.

    Args:
        daily: The frame of `metrics.quarter_sales`.
        totals: The frame of `metrics.period_totals`.
        context: Params and texts.
    """
    text, periods = context.text, {row["period"]: row for row in records(totals)}
    now = periods["current"]
    if not now["orders"]:
        return Finding(text("quarter_sales.say.none"))
    compared = {name: _compared(now, periods[name]) for name in ("year_ago", "previous")}
    clauses = text("chart.clause").join(_clause(name, row, text) for name, row in compared.items())
    sentence = text("quarter_sales.say.summary", now) + text("quarter_sales.say.changes", clauses=clauses)
    dated = totals.assign(begin=[row["start"].date().isoformat() for row in periods.values()])
    columns = ("period.period", "begin.", "days", "orders", "buyers", "gmv", "order_value")
    return Finding(
        sentence + _campaign_days(daily, now["gmv"], text),
        _entries(now, compared, context),
        frame_table("quarter_sales", dated, columns, text, folded=False),
    )


def _compared(now: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    change = now["gmv"] / then["gmv"] - 1 if then["gmv"] else None
    return {"change": change, "now": now["gmv"], "gmv": then["gmv"], "shorter": now["days"] - then["days"]}


def _clause(name: str, compared: Mapping[str, Any], text: Text) -> str:
    if compared["change"] is None:
        return text(f"quarter_sales.say.no_{name}")
    days = int(compared["shorter"])
    longer = text(f"quarter_sales.say.{'shorter' if days > 0 else 'longer'}", days=abs(days)) if days else ""
    return text(f"quarter_sales.say.{name}", compared, longer=longer)


def _campaign_days(daily: pd.DataFrame, gmv: Decimal, text: Text) -> str:
    own = daily[daily["campaign"].notna()]
    if own.empty:
        return ""
    sold = as_money(sum(own["gmv"], Decimal(0)))
    return text("quarter_sales.say.campaign_days", days=len(own), all=len(daily), gmv=sold, share=sold / gmv)


def _entries(now: Mapping[str, Any], compared: Mapping[str, Mapping[str, Any]], context: Context) -> tuple[Entry, ...]:
    return (
        *(context.entry(name, now) for name in ("gmv", "orders", "buyers")),
        context.entry("order_value", now, of=("gmv", "orders")),
        *(context.entry(f"gmv_change_{name}", row, "change", of=("now", "gmv")) for name, row in compared.items()),
    )


section = Section("quarter_sales", say, charts.quarter_sales, people={"buyers": ()})
