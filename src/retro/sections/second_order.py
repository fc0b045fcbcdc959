"""How soon first-time buyers buy again, also those who are still being watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, records

_DAYS = (1, 3, 7, 14, 28, 56, 84, 112)
"""Days after the first order that the table shows."""

_CLEAR = 0.05
"""Below this p value the pace of the two cohorts differs."""


def second_order(frame: pd.DataFrame, test: pd.DataFrame, context: Context) -> Finding:
    """The share that has bought again by `repurchase_days`, and whether the pace differs from the usual.

    Args:
        frame: The frame of `metrics.second_order`.
        test: The one row of `metrics.second_order_test`.
        context: Params and texts.
    """
    text, (pace,) = context.text, records(test)
    days = int(context.asked("repurchase_days"))
    campaign = _by_day(frame, "campaign", days)
    if campaign is None:
        return Finding(text("second_order.say.none", days=days), covered=False)
    sentence = text(
        "second_order.say.summary",
        days=days,
        rate=text.rate(campaign["rate"]),
        interval=text.interval(campaign["low"], campaign["high"], "rate"),
        buyers=text.count(pace["campaign_buyers"]),
    )
    usual = _by_day(frame, "usual", days)
    if usual is not None and not pd.isna(pace["p_value"]):
        side = ("above" if campaign["rate"] > usual["rate"] else "below") if pace["p_value"] < _CLEAR else "alike"
        facts = {"usual": text.rate(usual["rate"]), "buyers": text.count(pace["usual_buyers"])}
        sentence += text(f"second_order.say.{side}", **facts, p=text.exact(pace["p_value"], 3))
    entry = Entry(
        name="second_order_rate",
        value=number(campaign["rate"]),
        unit="rate",
        denominator=number(pace["campaign_buyers"]),
        low=number(campaign["low"]),
        high=number(campaign["high"]),
        method="Kaplan-Meier, Greenwood log-log",
        **context.facts("second_order", "orders"),
    )
    units = {"cohort": "name.cohort", "days": "count", "rate": "rate", "low": "rate", "high": "rate"}
    table = frame_table("second_order", _milestones(frame), units, text)
    return Finding(sentence, (entry,), table)


def _by_day(frame: pd.DataFrame, cohort: str, days: int) -> Mapping[str, Any] | None:
    """The last row of a cohort's curve by a day; None where nobody had bought again by then."""
    rows = [row for row in records(frame) if row["cohort"] == cohort and row["days"] <= days]
    return rows[-1] if rows else None


def _milestones(frame: pd.DataFrame) -> pd.DataFrame:
    """Each cohort by the days that a reader asks for, as far as its curve goes."""
    rows = []
    for cohort, own in frame.groupby("cohort", sort=False):
        for days in _DAYS:
            found = _by_day(own, str(cohort), days)
            if found is not None and days <= own["days"].max():
                rows.append({**found, "days": days})
    return pd.DataFrame(rows)
