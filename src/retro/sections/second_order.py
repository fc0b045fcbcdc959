"""Second orders: how soon first-time buyers buy again, also those who are still being watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts.axes import StepLocator, rate_axis
from retro.charts.chart import Chart
from retro.charts.cohorts import label_ends
from retro.charts.frames import checked, drawn, floats, rows
from retro.charts.theme import COHORTS, USUAL, canvas, styled, value_title
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.finding import Context, Finding, frame_table, number, records
from retro.sections.section import Section

_DAYS = (1, 3, 7, 14, 28, 56, 84, 112)
"""Days after the first order that the table shows."""

_CLEAR = 0.05
"""Below this p value the pace of the two cohorts differs."""


def say(frame: pd.DataFrame, test: pd.DataFrame, context: Context) -> Finding:
    """The share that has bought again by `repurchase_days`, and whether the pace differs from the usual.

    Args:
        frame: The frame of `metrics.second_order`.
        test: The one row of `metrics.second_order_test`.
        context: Params and texts.
    """
    text, (pace,) = context.text, records(test)
    days = int(context.asked("repurchase_days"))
    campaign, usual = (_by_day(frame, cohort, days) for cohort in ("campaign", "usual"))
    if campaign is None or pace["campaign_buyers"] is FEW:
        return Finding(
            text("second_order.say.none" if campaign is None else "second_order.say.few", days=days), covered=False
        )
    sentence = text("second_order.say.summary", campaign, days=days, buyers=pace["campaign_buyers"])
    if usual is not None and not pd.isna(pace["p_value"]):
        side = ("above" if campaign["rate"] > usual["rate"] else "below") if pace["p_value"] < _CLEAR else "alike"
        sentence += text(f"second_order.say.{side}", pace, usual=usual["rate"])
    entry = context.entry(
        "second_order_rate",
        campaign,
        "rate",
        method="Kaplan-Meier, Greenwood log-log",
        denominator=number(pace["campaign_buyers"]),
    )
    table = frame_table("second_order", _milestones(frame), ("cohort.cohort", "days", "rate", "low", "high"), text)
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


@styled()
def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A rising stair per cohort with its 95 % interval, as far as the campaign's cohort was watched."""
    frame = checked(frame, "second_order", ("cohort", "days", "at_risk", "rate", "low", "high"))
    seen = drawn(frame, "second_order", "rate")
    own = seen[seen["cohort"] == "campaign"]
    last = float((own if len(own) else seen)["days"].max())
    seen = seen[seen["days"] <= last]

    figure, ax = canvas(3.3)
    ends: dict[str, float] = {}
    for name, part in seen.groupby("cohort", sort=False):
        colour, front = COHORTS.get(str(name), USUAL), 3 if name == "campaign" else 2
        days = [0.0, *floats(part["days"]), last]
        rates = [0.0, *part["rate"], part["rate"].iloc[-1]]
        low = [0.0, *part["low"], part["low"].iloc[-1]]
        high = [0.0, *part["high"], part["high"].iloc[-1]]
        ax.fill_between(days, low, high, step="post", color=colour, alpha=0.14, linewidth=0, zorder=front - 1)
        ax.step(days, rates, where="post", color=colour, zorder=front)
        ends[str(name)] = rates[-1]
    ax.set_xlim(0, last)
    ax.set_ylim(0, min(1, floats(seen["high"]).max() * 1.15) or 1)
    label_ends(ax, ends, text)
    ax.xaxis.set_major_locator(StepLocator(0, room=26, steps=(1, 7, 14, 28)))
    rate_axis(ax.yaxis, text)
    ax.set_xlabel(text("second_order.chart.days"))
    value_title(ax, text("second_order.chart.value"))
    parts = [text("chart.named", name=text.label("cohort", name), value=text.rate(rate)) for name, rate in ends.items()]
    alt = text("second_order.chart.alt", days=round(last), parts=text.join(parts))
    first = [row for row in rows(seen) if row.cohort == "campaign"] or rows(seen)
    return Chart(figure, alt, text("second_order.chart.caption", buyers=text.count(first[0].at_risk)))


section = Section(
    "second_order",
    say,
    draw,
    level=2,
    # a day's second orders are few, and no share of a curve over all buyers tells of them: only cohorts are masked
    people={f"{cohort}_buyers": (f"{cohort}_median_days", "chi2", "p_value") for cohort in ("campaign", "usual")},
)
