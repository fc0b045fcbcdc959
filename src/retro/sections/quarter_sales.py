"""Sales of a period, its changes, and the share of campaign days."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import BASELINE, SERIES, Chart, Columns, checked, floats, line_chart, peak_row
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.money import as_money
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(daily: pd.DataFrame, totals: pd.DataFrame, context: Context) -> Finding:
    """Sales of the period beside the period before and a year ago, and what fell on campaign days.

    `daily` is the frame of `metrics.quarter_sales` and `totals` that of `metrics.period_totals`.
    """
    text, periods = context.text, {row["period"]: row for row in records(totals)}
    now = periods["current"]
    if not now["orders"]:
        return Finding(text("quarter_sales.say.none"))
    compared = {name: _compared(now, periods[name]) for name in ("year_ago", "previous") if name in periods}
    known = "summary" if now["buyers"] is not None else "nobody_known"
    sentence = text(f"quarter_sales.say.{known}", now)
    if not now["lost_days"]:
        clauses = text("chart.clause").join(_clause(name, row, text) for name, row in compared.items())
        sentence += text("quarter_sales.say.changes", clauses=clauses)
    dated = totals.assign(begin=[text.day(row["start"].date()) for row in periods.values()])
    columns = ("period.period", "begin.", "days", "orders", "buyers", "gmv", "order_value")
    return Finding(
        sentence + _campaign_days(daily, now["gmv"], text),
        _entries(now, compared, context),
        frame_table("quarter_sales", dated, columns, text, folded=False),
        warnings=(text("quarter_sales.lost", now),) if now["lost_days"] else (),
    )


def _compared(now: Mapping[str, Any], then: Mapping[str, Any]) -> dict[str, Any]:
    change = now["gmv"] / then["gmv"] - 1 if then["gmv"] and not now["lost_days"] else None
    return {"change": change, "now": now["gmv"], "gmv": then["gmv"], "shorter": now["days"] - then["days"]}


def _clause(name: str, compared: Mapping[str, Any], text: Text) -> str:
    if compared["change"] is None:
        return text(f"quarter_sales.say.no_{name}")
    days = int(compared["shorter"])
    longer = text(f"quarter_sales.say.{'shorter' if days > 0 else 'longer'}", days=abs(days)) if days else ""
    return text(f"quarter_sales.say.{name}", compared, longer=longer)


def _campaign_days(daily: pd.DataFrame, gmv: Decimal, text: Text) -> str:
    known = daily[daily["gmv"].notna()]
    own = known[known["campaign"].notna()]
    if own.empty:
        return ""
    sold = as_money(sum(own["gmv"], Decimal(0)))
    return text("quarter_sales.say.campaign_days", days=len(own), all=len(known), gmv=sold, share=sold / gmv)


def _entries(now: Mapping[str, Any], compared: Mapping[str, Mapping[str, Any]], context: Context) -> tuple[Entry, ...]:
    return (
        *(context.entry(name, now) for name in ("gmv", "orders", "buyers")),
        context.entry("order_value", now, of=("gmv", "orders"), method="" if pd.isna(now["low"]) else "delta, by user"),
        *(context.entry(f"gmv_change_{name}", row, "change", of=("now", "gmv")) for name, row in compared.items()),
    )


_COLOURS = (SERIES[0], SERIES[2], SERIES[3], SERIES[4])
"""Of campaigns, in the order in which they ran; days without one are grey."""


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A column of GMV per day, none on lost days; campaign days in their colour, of too many campaigns all in one."""
    frame = checked(frame, "quarter_sales", ("on", "gmv", "campaign"))
    amounts, titles = floats(frame["gmv"]), list(frame["campaign"].dropna().unique())
    parts = {str(place): amounts.where(frame["campaign"] == title) for place, title in enumerate(titles)}
    named = list(enumerate(titles))
    if len(titles) > len(_COLOURS):
        parts, named = {"0": amounts.where(frame["campaign"].notna())}, [(0, text("quarter_sales.chart.campaign_day"))]
    # Grey days are named in the caption; only a single colour is distinguished from them, as one mark is never named.
    marks = [Columns("none", BASELINE, "ordinary" if len(named) == 1 else "")]
    marks += [Columns(str(at), _COLOURS[at], title) for at, title in named]
    day = peak_row(frame.assign(gmv=amounts), "gmv") or {}
    facts = {"days": len(frame), "campaigns": titles, "day": day.get("on"), "peak": day.get("gmv")}
    shown = frame.assign(none=amounts.where(frame["campaign"].isna()), **parts)
    words = "" if titles else "_plain"
    alt, caption = f"alt{words}", f"caption{words}"
    return line_chart(shown, text, "quarter_sales.chart", *marks, y="money", facts=facts, alt=alt, caption=caption)


section = Section("quarter_sales", say, draw, people={"buyers": (), "orders": ()})
