"""What the shop sold in the period, and how that compares."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.money import as_money
from retro.sections.finding import Context, Finding, frame_table, number, records


def quarter_sales(daily: pd.DataFrame, totals: pd.DataFrame, context: Context) -> Finding:
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
    sentence = text(
        "quarter_sales.say.summary",
        gmv=text.value(now["gmv"], "money"),
        orders=text.count(now["orders"]),
        buyers=text.count(now["buyers"]),
        aov=text.money(now["aov"]),
    )
    changes = {name: _change(now, periods[name]) for name in ("year_ago", "previous")}
    clauses = [_compared(name, change, periods, text) for name, change in changes.items()]
    sentence += text("quarter_sales.say.changes", clauses=text("chart.clause").join(clauses))
    campaign_gmv = as_money(sum((row["gmv"] for row in records(daily) if not pd.isna(row["campaign"])), Decimal(0)))
    days = int(daily["campaign"].notna().sum())
    if days:
        sentence += text(
            "quarter_sales.say.campaign_days",
            days=days,
            all=len(daily),
            gmv=text.value(campaign_gmv, "money"),
            share=text.rate(float(campaign_gmv / now["gmv"])),
        )
    units = {"period": "name.period", "begin": "name.", "days": "count", "orders": "count", "buyers": "count"}
    units |= {"gmv": "money"}
    dated = totals.assign(begin=[row["start"].date().isoformat() for row in records(totals)])
    table = frame_table("quarter_sales", dated, units | {"aov": "money"}, text, folded=False)
    return Finding(sentence, _entries(now, changes, periods, context), table)


def _change(now: Mapping[str, Any], then: Mapping[str, Any]) -> Decimal | None:
    return now["gmv"] / then["gmv"] - 1 if then["gmv"] else None


def _compared(name: str, change: Decimal | None, periods: Mapping[str, Any], text: Text) -> str:
    if change is None:
        return text(f"quarter_sales.say.no_{name}")
    then, days = periods[name], int(periods["current"]["days"] - periods[name]["days"])
    longer = text(f"quarter_sales.say.{'shorter' if days > 0 else 'longer'}", days=abs(days)) if days else ""
    gmv = text.value(then["gmv"], "money")
    return text(f"quarter_sales.say.{name}", change=text.change(float(change)), gmv=gmv, longer=longer)


def _entries(
    now: Mapping[str, Any], changes: Mapping[str, Decimal | None], periods: Mapping[str, Any], context: Context
) -> tuple[Entry, ...]:
    shared = context.facts("quarter_sales", "orders")
    return (
        Entry(name="gmv", value=now["gmv"], unit="money", **shared),
        Entry(name="orders", value=number(now["orders"]), unit="orders", **shared),
        Entry(name="buyers", value=number(now["buyers"]), unit="buyers", **shared),
        Entry(name="aov", value=now["aov"], unit="money", numerator=now["gmv"], denominator=now["orders"], **shared),
        *(
            Entry(
                name=f"gmv_change_{name}",
                value=change,
                unit="change",
                numerator=now["gmv"],
                denominator=periods[name]["gmv"],
                **shared,
            )
            for name, change in changes.items()
        ),
    )
