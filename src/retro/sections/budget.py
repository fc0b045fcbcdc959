"""Whether the plan's money was kept to, what costs are of sales, and what people's work brought."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, Table
from retro.ledger import Entry
from retro.metrics.budget import OUTSIDE, TOTAL
from retro.sections.finding import Context, Finding, frame_table, number, records

_AMOUNTS = ("planned", "used", "left")


def budget(frame: pd.DataFrame, context: Context) -> Finding:
    """Planned, used and left, and whether the campaigns' reports tie out with what is booked.

    Args:
        frame: The frame of `metrics.budget`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    *parts, total = rows
    own = [row for row in parts if row["row"] != OUTSIDE]
    plans = [row["planned"] for row in own if row["planned"] is not None]
    if total["used"] is None:
        missing = text.join([row["title"] for row in own if row["used"] is None])
        sentence = text("budget.say.missing", names=missing, booked=text.money(total["booked"]))
    elif total["planned"] is None:
        sentence = text("budget.say.no_plan", used=text.money(total["used"]))
    else:
        key = "over" if total["left"] < 0 else "within"
        facts = {"planned": text.money(total["planned"]), "used": text.money(total["used"])}
        sentence = text(f"budget.say.{key}", **facts, left=text.money(abs(total["left"])))
    if len(plans) == len(own) and total["planned"] is not None and sum(plans) != total["planned"]:
        facts = {"sum": text.money(sum(plans, Decimal(0))), "planned": text.money(total["planned"])}
        sentence += text("budget.say.plans", **facts)
    tied = all(row["used"] == row["booked"] for row in own if row["used"] is not None)
    sentence += text("budget.say.tied") if tied else ""
    warnings = () if tied else (text("budget.say.untied"),)
    entries = _entries(total, context)
    names = {OUTSIDE: text("budget.say.outside"), TOTAL: text("budget.say.total")}
    shown = [[names.get(row["row"], row["title"]), *_amounts(row, context), _used(row, context)] for row in rows]
    return Finding(
        sentence, entries, _table("budget", ("name", *_AMOUNTS, "used_rate"), shown, context), warnings=warnings
    )


def period_costs(frame: pd.DataFrame, context: Context) -> Finding:
    """Each group of costs as a share of sales, beside the plan's band.

    Args:
        frame: The frame of `metrics.period_costs`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    if not rows:
        return Finding("")
    total, gmv = sum((row["amount"] for row in rows), Decimal(0)), rows[0]["gmv"]
    judged = [row for row in rows if row["place"] is not None]
    outside = [row for row in judged if row["place"] != "within"]
    sentence = text(
        "period_costs.say.summary",
        cost=text.money(total),
        gmv=text.value(gmv, "money"),
        share=text.rate(float(total / gmv)) if gmv else text("chart.unknown"),
        within=len(judged) - len(outside),
        all=len(judged),
    )
    for row in outside:
        sentence += text(
            f"period_costs.say.{row['place']}",
            group=text.label("band", row["group"]),
            share=text.rate(row["share"], 2),
            band=_band(row, context),
        )
    shown = [
        [
            text.label("band", row["group"]),
            text.exact(row["amount"]),
            "" if pd.isna(row["share"]) else text.rate(row["share"], 2),
            _band(row, context),
            text(f"band.{row['place']}") if row["place"] else "",
        ]
        for row in rows
    ]
    share = number(float(total / gmv)) if gmv else None
    entry = Entry(
        name="period_cost_rate", value=share, unit="rate", numerator=total, denominator=gmv,
        tables=("campaign_costs", "orders"), definition="period_costs",
    )  # fmt: skip
    return Finding(
        sentence, (entry,), _table("period_costs", ("group", "amount", "share", "band", "place"), shown, context)
    )


def _band(row: Mapping[str, Any], context: Context) -> str:
    """The plan's band; empty without one."""
    rate = context.text.rate
    return "" if pd.isna(row["low"]) else f"{rate(row['low'], 0)} – {rate(row['high'], 0)}"


def labour(frame: pd.DataFrame, operators: pd.DataFrame, context: Context) -> Finding:
    """What labour cost, what came out for it, and how many members an operator looks after.

    Args:
        frame: The frame of `metrics.labour`.
        operators: The one row of `metrics.per_operator`.
        context: Params and texts.
    """
    text, (team,) = context.text, records(operators)
    booked = [row for row in records(frame) if row["labour"] is not None]
    if not booked:
        return Finding(text("labour.say.none"), covered=False)
    total = sum((row["labour"] for row in booked), Decimal(0))
    ranked = sorted(
        (row for row in booked if row["revenue_per_unit"] is not None), key=lambda row: -row["revenue_per_unit"]
    )
    sentence = text("labour.say.summary", labour=text.money(total), count=len(booked))
    if len(ranked) > 1:
        ends = {"best": ranked[0], "worst": ranked[-1]}
        facts = {name: row["title"] for name, row in ends.items()}
        facts |= {f"{name}_each": text.money(row["revenue_per_unit"]) for name, row in ends.items()}
        sentence += text("labour.say.ends", **facts)
    entries = [Entry(name="labour_cost", value=total, unit="money", tables=("campaign_costs",), definition="labour")]
    if team["members_per_operator"] is not None:
        each = team["members_per_operator"]
        counts = {"members": text.count(team["members"]), "operators": text.count(team["operators"])}
        sentence += text("labour.say.operators", each=text.count(each), **counts)
        facts = {"numerator": number(team["members"]), "denominator": number(team["operators"])}
        entries.append(
            Entry(
                name="members_per_operator", value=each, unit="users", **facts, tables=("users",), definition="labour"
            )
        )
    units = {"title": "name.", "labour": "money", "cost_share": "rate", "new_users_per_thousand": "number"}
    units |= {"revenue_per_unit": "money"}
    return Finding(sentence, tuple(entries), frame_table("labour", frame, units, text, folded=False))


def _entries(total: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    shared: dict[str, Any] = {"unit": "money", "tables": ("campaign_costs",), "definition": "budget"}
    named = {"budget_planned": total["planned"], "budget_used": total["used"], "budget_left": total["left"]}
    return (
        *(Entry(name=name, value=value, **shared) for name, value in named.items()),
        Entry(name="cost_booked", value=total["booked"], observed_until=context.observed_until, **shared),
    )


def _amounts(row: dict[str, Any], context: Context) -> list[str]:
    return ["" if row[name] is None else context.text.exact(row[name]) for name in _AMOUNTS]


def _used(row: dict[str, Any], context: Context) -> str:
    return "" if pd.isna(row["used_rate"]) else context.text.rate(row["used_rate"])


def _table(name: str, columns: tuple[str, ...], rows: list[list[str]], context: Context) -> Table:
    """A table of words; all but the first column and a last one of words stand flush right."""
    text = context.text
    words = {columns[0], "place"}
    return Table(
        caption=text(f"{name}.table.caption"),
        columns=tuple(Column(label=text(f"{name}.table.{one}"), numeric=one not in words) for one in columns),
        rows=tuple(tuple(Cell(text=cell) for cell in row) for row in rows),
    )
