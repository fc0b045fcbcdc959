"""Whether the campaign's buyers buy again, beside the usual ones and month by month."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, Table
from retro.i18n import Text
from retro.sections.finding import Context, Finding, cohort_row, comparison, frame_table, rate_entry, records


def repurchase(frame: pd.DataFrame, context: Context) -> Finding:
    """Repurchase rate of the campaign's first-time buyers beside the usual ones.

    Args:
        frame: The frame of `metrics.repurchase`.
        context: Params and texts; `repurchase_days` names the window.
    """
    text = context.text
    days = context.asked("repurchase_days")
    campaign, usual = cohort_row(frame, cohort="campaign"), cohort_row(frame, cohort="usual")
    units = {
        "cohort": "name.cohort",
        "buyers": "count",
        "repurchasers": "count",
        "rate": "rate",
        "low": "rate",
        "high": "rate",
        "state": "state",
    }
    shared = context.facts("repurchase", "orders")
    entries = (
        rate_entry("repurchase_rate", campaign, "repurchasers", "buyers", **shared),
        rate_entry("repurchase_rate_usual", usual, "repurchasers", "buyers", **shared),
    )
    table = frame_table("repurchase", frame, units, text)
    if campaign["state"] in {"unobserved", "empty"}:
        return Finding(text(f"repurchase.say.{campaign['state']}", days=days), entries, table)
    facts = {
        "days": days,
        "rate": text.rate(campaign["rate"]),
        "repurchasers": text.count(campaign["repurchasers"]),
        "buyers": text.count(campaign["buyers"]),
        "interval": text.interval(campaign["low"], campaign["high"], "rate"),
    }
    side = comparison(campaign, usual)
    if side != "unknown":
        facts |= {
            "usual": text.rate(usual["rate"]),
            "usual_repurchasers": text.count(usual["repurchasers"]),
            "usual_buyers": text.count(usual["buyers"]),
        }
    return Finding(text(f"repurchase.say.{side}", **facts), entries, table)


def repurchase_cohorts(frame: pd.DataFrame, context: Context) -> Finding:
    """How many of the newest cohort with a whole month behind it were back the month after their first order.

    Args:
        frame: The frame of `metrics.repurchase_cohorts`.
        context: Params and texts.
    """
    text = context.text
    table = _triangle(frame, text)
    month_after = [row for row in records(frame) if row["months_after"] == 1 and row["state"] == "observed"]
    if not month_after:
        return Finding(text("repurchase_cohorts.say.unobserved"), (), table)
    *earlier, newest = month_after
    sentence = text(
        "repurchase_cohorts.say.newest",
        month=text.month(newest["cohort_month"]),
        buyers=text.count(newest["buyers"]),
        repurchasers=text.count(newest["repurchasers"]),
        rate=text.rate(newest["rate"]),
        interval=text.interval(newest["low"], newest["high"], "rate"),
    )
    if earlier:
        rates = [row["rate"] for row in earlier]
        sentence += text("repurchase_cohorts.say.earlier", low=text.rate(min(rates)), high=text.rate(max(rates)))
    entry = rate_entry(
        "month_1_repurchase_rate",
        newest,
        "repurchasers",
        "buyers",
        **context.facts("repurchase_cohorts", "orders"),
    )
    return Finding(sentence, (entry,), table)


def _triangle(frame: pd.DataFrame, text: Text) -> Table:
    """One row for each cohort, one column for each month after it; a running month is marked, one ahead is empty."""
    months = sorted({cell["months_after"] for cell in records(frame)})
    columns = [
        Column(label=text("repurchase_cohorts.table.cohort_month")),
        Column(label=text("repurchase_cohorts.table.buyers"), numeric=True),
        *(Column(label=text("repurchase_cohorts.table.months_after", month=month), numeric=True) for month in months),
    ]
    rows = []
    for cohort, cells in groupby(records(frame), key=lambda cell: cell["cohort_month"]):
        first, *others = cells
        shares = [Cell(text=_share(cell, text)) for cell in (first, *others)]
        rows.append((Cell(text=text.month(cohort)), Cell(text=text.count(first["buyers"])), *shares))
    caption = text("repurchase_cohorts.table.caption")
    return Table(caption=caption, columns=tuple(columns), rows=tuple(rows), folded=True)


def _share(cell: Mapping[str, Any], text: Text) -> str:
    if cell["state"] == "unobserved" or pd.isna(cell["rate"]):
        return ""
    running = "*" if cell["state"] == "partial" else ""
    return f"{text.count(cell['repurchasers'])} ({text.rate(cell['rate'])}){running}"
