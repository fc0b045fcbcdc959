"""KPIs of a month: figure, owner, frequency, target, result, and both changes."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pandas as pd

from retro.campaigns.month import Month
from retro.charts import Bar, Chart, floats, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.periods import months_later
from retro.sections.scorecard import aim, goal_label, status
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_ROUNDING = 1e-9

_METHODS = {"order_value": "delta, by user", "payment_rate": "Wilson"}
"""How intervals are made."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The KPI table: figure, owner, how often it is looked at, target, result, and both changes."""
    text, rows = context.text, records(frame)
    values = {row["figure"]: row["value"] for row in rows}
    gmv, orders = (next(row for row in rows if row["figure"] == name) for name in ("gmv", "orders"))
    if orders["value"] is not None and not orders["value"]:
        return Finding(text("month_figures.say.none"), covered=False)
    told, words = _told(rows)
    if told is None:
        return Finding(text("month_figures.say.unknown"), covered=False)
    changes = _changes(told, context)
    sentence = text(f"month_figures.say.{words}", values)
    sentence += text(f"month_figures.say.{'changes' if changes else 'alone'}", changes=changes)
    sentence += text("month_figures.say.unsold") if orders["value"] is None else ""
    new = next((row for row in rows if row["figure"] == "new_customer_gmv_rate"), None)
    if new and gmv["year_ago"] is not None and new["year_ago"] is None:
        sentence += text("month_figures.say.short")
    entries = tuple(_entry(row, context) for row in rows)
    shown = pd.DataFrame([_kpi_row(row, entry, context) for row, entry in zip(rows, entries, strict=True)])
    columns = ("kpi.", "owner.", "every.", "target.figure", "value.figure", "status.", "previous.", "year_ago.")
    table = frame_table("month_figures", shown, columns, text, folded=False)
    exhibits = _exhibits(frame, dict(zip(frame["figure"], shown["status"], strict=True)), context)
    warned = (text("month_figures.lost", gmv),) if gmv["lost_days"] else ()
    reservation = text("month_figures.reservation")
    return Finding(sentence, entries, table, warnings=warned, exhibits=exhibits, reservation=reservation)


def _told(rows: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any] | None, str]:
    """What the month is told by: money, else orders, else who came or registered; and by which words."""
    words = {"gmv": "summary", "orders": "orders", "visits": "visits", "new_users": "new_users"}
    known = {row["figure"]: row for row in rows if row["value"] is not None}
    return next(((known[name], key) for name, key in words.items() if name in known), (None, ""))


def _changes(told: Mapping[str, Any], context: Context) -> list[str]:
    """The changes that are known; that on a month of more or fewer days by day too: February has a tenth fewer."""
    start, end = context.params.window.start, context.params.window.end
    days, before = (end - start).days, (start - months_later(start, -1)).days
    daily = (1 + told["change"]) * before / days - 1
    named = {"change": "change" if days == before else "change_daily", "year_change": "year_change"}
    return [
        context.text(f"month_figures.say.{words}", told, daily=daily)
        for column, words in named.items()
        if not pd.isna(told[column])
    ]


def _kpi_row(row: Mapping[str, Any], entry: Entry, context: Context) -> dict[str, str]:
    text, params, name, unit = context.text, cast("Month", context.params), row["figure"], entry.unit
    kpi, target = params.kpis.get(name), params.targets.get(name)
    goal = next(goal for goal in params.goals if goal.name == name)
    return {
        "kpi": goal_label(name, context),
        "owner": text.pick(kpi.owner) if kpi else "",
        "every": text(f"every.{kpi.every}") if kpi else "",
        "target": aim(target, unit, text),
        "value": text.value(row["value"], unit),
        "status": text(f"status.{status(entry, target, goal)}"),
        "previous": _beside(row, "previous", "change", text),
        "year_ago": _beside(row, "year_ago", "year_change", text),
    }


def _beside(row: Mapping[str, Any], name: str, changed: str, text: Text) -> str:
    """Another month's value and the change since; where it looks less far back, also what this month is then."""
    value, change, unit = row[name], row[changed], row["unit"]
    shown = text.value(value, unit)
    if pd.isna(change):
        return shown
    if unit != "rate":
        return text("month_figures.say.beside", value=shown, change=text.change(change))
    now, moved = float(value) + change, text.percentage_points(change)
    if abs(now - float(row["value"])) < _ROUNDING:
        return text("month_figures.say.beside", value=shown, change=moved)
    return text("month_figures.say.beside_fair", value=shown, change=moved, now=text.value(now, unit))


def _entry(row: Mapping[str, Any], context: Context) -> Entry:
    method = "" if pd.isna(row["low"]) else _METHODS[row["figure"]]
    return context.entry(row["figure"], row, "value", of=("numerator", "denominator"), method=method)


def _exhibits(frame: pd.DataFrame, states: Mapping[str, str], context: Context) -> tuple[Exhibit, ...]:
    """How much of each target was attained, where a figure with a target is known; `states` are in words."""
    text = context.text
    aims = {name: float(target) for name, target in context.params.targets.items() if target}
    shown = frame[frame["figure"].isin(list(aims)) & frame["value"].notna()]
    if shown.empty:
        return ()
    words = [_attained(row, context) for row in records(shown)]
    attained = floats(shown["value"]) / shown["figure"].map(aims)
    label = [goal_label(name, context) for name in shown["figure"]]
    named = [(name, states[figure]) for name, figure in zip(label, shown["figure"], strict=True)]
    missed = [name for name, state in named if state == text("status.missed")]
    met = sum(state == text("status.met") for _, state in named)
    title = text("month_figures.say.attained", all=len(named), met=met)
    title += text("month_figures.say.missed", names=missed) if missed else ""
    return (Exhibit(_draw, shown.assign(attained=attained, label=label, quiet=words), sentence=title),)


def _attained(row: Mapping[str, Any], context: Context) -> str:
    text, unit, target = context.text, row["unit"], context.params.targets[row["figure"]]
    return text("month_figures.chart.beside", value=text.value(row["value"], unit), target=aim(target, unit, text))


def _draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar for each figure: its value over its target, and a line where that is all of it."""
    return row_chart(frame, text, "month_figures.chart", Bar("attained"), target=1)


section = Section("month_figures", say, newcomers=True)
