"""How far newcomers and point earners go."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro import charts
from retro.ledger import Entry
from retro.sections.finding import Context, Exhibit, Finding, frame_table, rate_entry, records

_TABLES = {"newcomer_path": ("users", "orders", "events"), "points_path": ("points_ledger", "orders")}


def newcomer_path(frame: pd.DataFrame, context: Context) -> Finding:
    """Register, first order, retained, second order, and where most are lost.

    Args:
        frame: The frame of `metrics.newcomer_path`.
        context: Params and texts.
    """
    return _path("newcomer_path", frame, context)


def points_path(frame: pd.DataFrame, context: Context) -> Finding:
    """Earn points, redeem them, buy again.

    Args:
        frame: The frame of `metrics.points_path`.
        context: Params and texts.
    """
    return _path("points_path", frame, context)


def _path(name: str, frame: pd.DataFrame, context: Context) -> Finding:
    text, rows = context.text, records(frame)
    first, last = rows[0], rows[-1]
    if not first["users"]:
        return Finding(text(f"{name}.say.none"), covered=False)
    worst = min(rows[1:], key=lambda row: row["step_rate"] if not pd.isna(row["step_rate"]) else 2)
    before = rows[rows.index(worst) - 1]
    sentence = text(
        f"{name}.say.summary",
        entered=text.count(first["users"]),
        reached=text.count(last["users"]),
        rate=text.rate(last["total_rate"]),
        interval=text.interval(last["low"], last["high"], "rate"),
        before=text.label("step", before["step"]),
        worst=text.label("step", worst["step"]),
        worst_rate=text.rate(worst["step_rate"]),
    )
    if last["immature"]:
        sentence += text("funnel.say.immature", count=text.count(last["immature"]))
    units = {"step": "name.step", "users": "count", "step_rate": "rate", "total_rate": "rate"}
    table = frame_table(name, frame, units | {"low": "rate", "high": "rate"}, text)
    return Finding(
        sentence, _entries(name, rows, context), table, exhibits=(Exhibit(chart=charts.funnel, frame=frame),)
    )


def _entries(name: str, rows: list[dict[str, Any]], context: Context) -> tuple[Entry, ...]:
    """Each step's share of the first."""
    entered = {"entered": rows[0]["users"]}
    facts = context.facts(name, *_TABLES[name])
    told = [{**row, **entered, "rate": row["total_rate"]} for row in rows[1:]]
    return tuple(rate_entry(f"{name}_{row['step']}_rate", row, "users", "entered", **facts) for row in told)
