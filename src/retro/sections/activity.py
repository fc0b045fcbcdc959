"""Activity: daily active users, and the share of members who are active."""

import pandas as pd

from retro.charts import BASELINE, Chart, Line, Peak, Rule, checked, floats, line_chart
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, records

_FIGURES = {
    "period": "activity_rate",
    "month": "monthly_activity_rate",
    "recent": "newcomer_activity_rate",
    "buyers": "active_buyer_rate",
}


def say(daily: pd.DataFrame, rates: pd.DataFrame, context: Context) -> Finding:
    """Mean and peak of daily active users, and activity by definitions that nobody should mix up.

    `daily` is the frame of `metrics.activity` and `rates` that of `metrics.activity_rates`.
    """
    text, by_name = context.text, {row["definition"]: row for row in records(rates)}
    counted = [row for row in records(daily) if row["dau"] is FEW or not pd.isna(row["dau"])]
    days = [row for row in counted if row["dau"] is not FEW]
    if pd.isna(by_name["period"]["rate"]) or not days:
        return Finding(text("activity.say.none"), covered=False)
    peak = max(days, key=lambda row: row["dau"])
    mean = float(
        sum(row["dau"] for row in counted) / len(counted)
    )  # missing where a day is masked, which it would give away
    facts = {"mean": mean, "peak": peak["dau"], "peak_day": peak["on"], "month": by_name["month"]["rate"]}
    sentence = text("activity.say.summary", by_name["period"], **facts)
    if not pd.isna(by_name["buyers"]["rate"]):
        sentence += text("activity.say.buyers", by_name["buyers"])
    entries = (
        context.entry("dau_mean", {"dau_mean": mean}),
        context.entry("dau_peak", peak, "dau"),
        *(
            context.entry(_FIGURES[name], row, "rate", of=("active", "members"), method="Wilson")
            for name, row in by_name.items()
        ),
    )
    columns = ("definition.activity", "active", "members", "rate", "low", "high")
    lost = len(daily) - len(counted)
    warned = (text("activity.lost", lost_days=lost),) if lost else ()
    return Finding(sentence, entries, frame_table("activity", rates, columns, text, folded=False), warnings=warned)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line of active users by day, the busiest labelled, and their mean."""
    frame = checked(frame, "activity", ("on", "dau"))
    mean = floats(frame["dau"]).mean()
    marks = (Line("dau", name="daily"), Rule(mean, BASELINE, "mean"), Peak("dau"))
    return line_chart(frame, text, "activity.chart", *marks, height=2.9, facts={"days": len(frame), "mean": mean})


_RATE = ("rate", "low", "high")

section = Section("activity", say, draw, people={"dau": (), "active": _RATE, "members": _RATE}, grain={"events": "day"})
