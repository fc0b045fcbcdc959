"""What the campaigns brought beside each other and together, from what their own reports recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro import figures
from retro.blocks import Cell, Column, Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics import wilson
from retro.sections.finding import Context, Finding, frame_table, number, rate_entry, records
from retro.sections.scorecard import goal_label

_ROWS = (
    ("campaign_cost", "money"),
    ("net_revenue", "money"),
    ("output_input_ratio", "ratio"),
    ("net_roi", "change"),
    ("incremental_gmv", "money"),
    ("incremental_contribution", "money"),
    ("net_contribution", "money"),
    ("incremental_roi", "change"),
    ("pull_forward_share", "rate"),
    ("new_users", "users"),
    ("cac", "money"),
)
"""Figures of the table, in reading order, with their unit."""

_SUMS = ("campaign_cost", "net_revenue", "new_users", "incremental_gmv", "incremental_contribution", "net_contribution")
"""Of these, the ones that add up."""

_METHOD = "ends of the campaigns' intervals added up: holds however they hang together, wider than need be"


def campaigns_compared(frame: pd.DataFrame, context: Context) -> Finding:
    """What was put in and what came out, by campaign and in all; sums over some of them are called that.

    Args:
        frame: The frame of `metrics.campaigns_compared`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    there = [row for row in rows if row["state"] == "recorded"]
    warnings = [_missing_words(rows, there, text)] if len(there) < len(rows) else []
    old = [row["title"] for row in there if not row["same_data"]]
    if old:
        warnings.append(text("campaigns_compared.say.old", names=text.join(old)))
    if not there:
        return Finding(text("campaigns_compared.say.none"), covered=False, warnings=tuple(warnings))
    sums = {name: _sum(there, name) for name in _SUMS}
    sentence = _sentence(there, sums, len(rows), text)
    table = _table(there, sums, len(rows), text)
    entries = _entries(there, sums, whole=len(there) == len(rows), context=context)
    return Finding(sentence, entries, table, warnings=tuple(warnings))


def taken(frame: pd.DataFrame, campaigns: pd.DataFrame, context: Context) -> Finding:
    """Goals of the period that a campaign's own report answers.

    Args:
        frame: The frame of `metrics.taken`.
        campaigns: The reports, as `report.campaigns` has them.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    titles = dict(zip(campaigns["report"], campaigns["title"], strict=True))
    entries = tuple(_taken_entry(row) for row in rows if row.get("unit") is not None and not pd.isna(row["unit"]))
    by_name = {entry.name: entry for entry in entries}
    shown = pd.DataFrame(
        [
            {
                "goal": goal_label(row["goal"], context),
                "value": text.value(by_name[row["goal"]].value, by_name[row["goal"]].unit)
                if row["goal"] in by_name
                else text("status.unobserved"),
                "title": titles.get(row["report"], row["report"]),
            }
            for row in rows
        ],
        columns=["goal", "value", "title"],
    )
    sentence = text("taken.say.summary", count=len(rows), there=len(entries)) if rows else ""
    units = dict.fromkeys(("goal", "value", "title"), "name.")
    return Finding(sentence, entries, frame_table("taken", shown, units, text, folded=False))


def support_recorded(frame: pd.DataFrame, campaigns: pd.DataFrame, context: Context) -> Finding:
    """How many enquiries were answered in time, in all campaigns that say so, and in which fewest.

    Args:
        frame: The frame of `metrics.support_recorded`.
        campaigns: The reports, as `report.campaigns` has them.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("support_recorded.say.none"), covered=False)
    tickets, within = (int(frame[name].sum()) for name in ("tickets", "within"))
    low, high = (float(end[0]) for end in wilson([within], [tickets]))
    pooled = {"tickets": tickets, "within": within, "rate": within / tickets, "low": low, "high": high}
    sentence = text(
        "support_recorded.say.summary",
        there=len(rows),
        all=len(campaigns),
        rate=text.rate(pooled["rate"]),
        within=text.count(within),
        tickets=text.count(tickets),
        interval=text.interval(low, high, "rate"),
    )
    worst = min(rows, key=lambda row: row["rate"])
    facts = {name: text.value(worst[f"{name}_seconds"], "seconds") for name in ("median", "p90")}
    sentence += text("support_recorded.say.worst", title=worst["title"], rate=text.rate(worst["rate"]), **facts)
    entry = rate_entry(
        "campaigns_support_in_time_rate",
        pooled,
        "within",
        "tickets",
        **context.facts("support_recorded", "support_tickets"),
    )
    units = {"title": "name.", "tickets": "count", "within": "count", "rate": "rate", "low": "rate", "high": "rate"}
    units |= {"median_seconds": "number", "p90_seconds": "number"}
    return Finding(sentence, (entry,), frame_table("support_recorded", frame, units, text, folded=False))


def _taken_entry(row: Mapping[str, Any]) -> Entry:
    known = {key: None if _missing(value) else value for key, value in row.items()}
    fields = {key: known.get(key) for key in ("value", "unit", "numerator", "denominator", "low", "high")}
    return Entry(
        name=row["goal"], method=f"taken from {row['report']}: {row['name']}", **fields, tables=(), definition="taken"
    )


def _missing(value: object) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value))


def _missing_words(rows: Sequence[Mapping[str, Any]], there: Sequence[object], text: Text) -> str:
    """Which campaigns are missing, and why."""
    names = [
        text("campaigns_compared.say.one_missing", name=row["title"], why=text(f"recorded.{row['state']}"))
        for row in rows
        if row["state"] != "recorded"
    ]
    return text("campaigns_compared.say.missing", names=text.join(names), there=len(there), all=len(rows))


def _sentence(there: Sequence[Mapping[str, Any]], sums: Mapping[str, Any], planned: int, text: Text) -> str:
    cost, output, net = sums["campaign_cost"][0], sums["net_revenue"][0], sums["net_contribution"]
    key = "summary" if len(there) == planned else "partial"
    sentence = text(f"campaigns_compared.say.{key}", there=len(there), all=planned, cost=text.value(cost, "money"))
    if cost and output is not None:
        sentence += text("campaigns_compared.say.ratio", ratio=text.exact(output / cost))
    if net[0] is not None:
        verdict = "gain" if net[1] > 0 else "loss" if net[2] < 0 else "open"
        interval = text.interval(net[1], net[2], "money")
        sentence += text(f"campaigns_compared.say.{verdict}", net=text.value(net[0], "money"), interval=interval)
    ranked = sorted(
        (row for row in there if not pd.isna(row["net_contribution"])), key=lambda row: -row["net_contribution"]
    )
    if len(ranked) > 1:
        ends = {"best": ranked[0], "worst": ranked[-1]}
        facts = {name: row["title"] for name, row in ends.items()}
        facts |= {f"{name}_net": text.value(number(row["net_contribution"]), "money") for name, row in ends.items()}
        sentence += text("campaigns_compared.say.ends", **facts)
    return sentence


_Sum = tuple[Decimal | None, Decimal | None, Decimal | None]


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> _Sum:
    """A figure's sum over campaigns with both ends; None as soon as one campaign does not know it."""
    columns = (name, f"{name}_low", f"{name}_high")
    values = [[number(row[column]) if column in row else None for row in rows] for column in columns]
    first, low, high = (None if None in own else sum(filter(None, own), Decimal(0)) for own in values)
    return first, low, high


def _table(rows: Sequence[Mapping[str, Any]], sums: Mapping[str, _Sum], planned: int, text: Text) -> Table:
    """Campaigns as columns, figures as rows; the last column adds up what adds up."""
    total = text("campaigns_compared.table.total" if len(rows) == planned else "campaigns_compared.table.partial",
                 there=len(rows), all=planned)  # fmt: skip
    columns = [Column(label=text("campaigns_compared.table.figure"))]
    columns += [Column(label=label, numeric=True) for label in (*(row["title"] for row in rows), total)]
    lines = []
    for name, unit in _ROWS:
        cells = [_cell(number(row[name]), number(row.get(f"{name}_low")), number(row.get(f"{name}_high")), unit, text)
                 for row in rows]  # fmt: skip
        whole = _cell(*sums[name], unit, text) if name in sums else _ratio(name, sums, text)
        label = Cell(text=figures.column("campaigns_compared", name).label_of(name, text.lang, in_table=True))
        lines.append((label, *(Cell(text=words) for words in cells), Cell(text=whole, strong=True)))
    return Table(
        caption=text("campaigns_compared.table.caption", currency=text.currency_name),
        columns=tuple(columns),
        rows=tuple(lines),
    )


def _cell(value: Decimal | None, low: Decimal | None, high: Decimal | None, unit: str, text: Text) -> str:
    shown = _written(value, unit, text)
    interval = f"{_written(low, unit, text)} – {_written(high, unit, text)}" if low is not None else ""
    return text("campaigns_compared.table.estimate", value=shown, interval=interval) if shown and interval else shown


def _written(value: Decimal | None, unit: str, text: Text) -> str:
    """A figure of the table, short; the caption says the currency."""
    return text.short(value) if unit == "money" and value is not None else text.value(value, unit)


def _ratio(name: str, sums: Mapping[str, _Sum], text: Text) -> str:
    """A ratio of the sums, where it can be taken from them."""
    cost, output, users = (sums[one][0] for one in ("campaign_cost", "net_revenue", "new_users"))
    if name == "output_input_ratio" and cost and output is not None:
        return _written(output / cost, "ratio", text)
    if name == "net_roi" and cost and output is not None:
        return _written(output / cost - 1, "change", text)
    if name == "cac" and cost is not None and users:
        return _written(cost / users, "money", text)
    return ""


def _entries(
    rows: Sequence[Mapping[str, Any]], sums: Mapping[str, _Sum], *, whole: bool, context: Context
) -> tuple[Entry, ...]:
    """The sums; under a name of their own where a campaign is missing, so that no target is held against a part."""
    names = (
        ("campaigns_cost", "campaign_cost", "money"),
        ("campaigns_net_revenue", "net_revenue", "money"),
        ("campaigns_new_users", "new_users", "users"),
        ("campaigns_incremental_gmv", "incremental_gmv", "money"),
        ("campaigns_net_contribution", "net_contribution", "money"),
    )
    shared = context.facts("campaigns_compared")
    shared["tables"] = ("users", "orders", "campaign_costs")
    entries = [Entry(name="campaigns_recorded", value=number(len(rows)), unit="events", **shared)]
    for name, column, unit in names:
        value, low, high = sums[column]
        if value is not None:
            entries.append(
                Entry.model_validate(
                    {
                        "name": name if whole else f"partial_{name}",
                        "value": value,
                        "unit": unit,
                        "low": low,
                        "high": high,
                        "method": _METHOD if low is not None else "",
                        **shared,
                    }
                )
            )
    return tuple(entries)
