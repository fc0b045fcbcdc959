"""Second orders: time until first-time buyers buy again, censored ones included."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import BASELINE, COHORTS, Chart, Lines, checked, drawn, line_chart
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, number, records

_DAYS = (1, 3, 7, 14, 28, 56, 84, 112)
"""Days after the first order that the table shows."""

_CLEAR = 0.05
"""Below this p value the pace of the two cohorts differs."""


def say(frame: pd.DataFrame, test: pd.DataFrame, context: Context) -> Finding:
    """The share that has bought again by `repurchase_days`, and whether the pace differs from the baseline cohort's.

    `frame` is the frame of `metrics.second_order` and `test` the one row of `metrics.second_order_test`.
    """
    text, (pace,) = context.text, records(test)
    days = int(context.asked("repurchase_days"))
    campaign, baseline = (_by_day(frame, cohort, days) for cohort in ("campaign", "baseline"))
    if campaign is None or pace["campaign_buyers"] is FEW:
        return Finding(
            text("second_order.say.none" if campaign is None else "second_order.say.few", days=days), covered=False
        )
    sentence = text("second_order.say.summary", campaign, days=days, buyers=pace["campaign_buyers"])
    if baseline is not None and not pd.isna(pace["p_value"]):
        side = ("above" if campaign["rate"] > baseline["rate"] else "below") if pace["p_value"] < _CLEAR else "alike"
        sentence += text(f"second_order.say.{side}", pace, baseline=baseline["rate"])
    entry = context.entry(
        "second_order_rate",
        campaign,
        "rate",
        method="Kaplan-Meier, Greenwood log-log",
        denominator=number(pace["campaign_buyers"]),
    )
    table = frame_table("second_order", _milestones(frame), ("cohort.cohort", "days", "rate", "low", "high"), text)
    warned = (text("second_order.lost", pace),) if pace["lost_days"] else ()
    return Finding(sentence, (entry,), table, warnings=warned)


def _by_day(frame: pd.DataFrame, cohort: str, days: int) -> Mapping[str, Any] | None:
    rows = [row for row in records(frame) if row["cohort"] == cohort and row["days"] <= days]
    return rows[-1] if rows else None


def _milestones(frame: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for cohort, own in frame.groupby("cohort", sort=False):
        for days in _DAYS:
            found = _by_day(own, str(cohort), days)
            if found is not None and days <= own["days"].max():
                rows.append({**found, "days": days})
    return pd.DataFrame(rows)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A rising stair per cohort with its 95 % interval, as far as the campaign's cohort was watched."""
    frame = checked(frame, "second_order", ("cohort", "days", "at_risk", "rate", "low", "high"))
    seen = drawn(frame, "second_order", "rate")
    own = seen[seen["cohort"] == "campaign"]
    own = own if len(own) else seen
    last = int(own["days"].max())
    stairs = []
    for cohort, part in seen[seen["days"] <= last].groupby("cohort", sort=False):
        ends = [part.iloc[:1].assign(days=0, rate=0.0, low=0.0, high=0.0), part, part.iloc[-1:].assign(days=last)]
        series, colour = text.label("cohort", str(cohort)), COHORTS.get(str(cohort), BASELINE)
        stairs.append(pd.concat(ends).assign(series=series, colour=colour))
    return line_chart(
        pd.concat(stairs),
        text,
        "second_order.chart",
        Lines("rate", "series", "colour", low="low", high="high", steps=True),
        at="days",
        over="days",
        y="rate",
        height=3.3,
        under=text("second_order.chart.days"),
        facts={"days": last, "buyers": own["at_risk"].iloc[0]},
    )


section = Section(
    "second_order",
    say,
    draw,
    level=2,
    newcomers=True,
    # a day's second orders are few, and no share of a curve over all buyers tells of them: only cohorts are masked
    people={f"{cohort}_buyers": (f"{cohort}_median_days", "chi2", "p_value") for cohort in ("campaign", "baseline")}
    | {"at_risk": (), "repurchased": ()},
    grain={"orders": "day"},
    of_people=True,
)
