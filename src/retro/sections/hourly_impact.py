"""Hourly impact: orders that a short campaign added."""

import pandas as pd

from retro.charts import BASELINE, Chart, Line, checked, floats, line_chart
from retro.charts.frames import whole
from retro.i18n import Text
from retro.metrics.baseline import HourlyImpact
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Finding, Section, frame_table


def say(frame: pd.DataFrame, found: HourlyImpact, context: Context) -> Finding:
    """How many orders came beyond what the hours bring without a campaign, and how much of that in the first hour.

    `frame` is `HourlyImpact.hours`, which the chart draws; `found` what `metrics.hourly_impact` found.
    """
    text = context.text
    if not found.known:
        return Finding(text("hourly_impact.say.few_hours", days=found.baseline_hours // 24))
    clear = found.low > 0 or found.high < 0
    above = int((frame["orders"] > frame["high"]).sum())
    sentence = text(f"hourly_impact.say.{'clear' if clear else 'unclear'}", found, above=above, hours=len(frame))
    if found.low > 0 and not hidden(frame["orders"].iloc[0]):
        opening = float(frame["orders"].iloc[0] - frame["expected"].iloc[0])
        sentence += text("hourly_impact.say.opening", share=opening / found.effect)
    rounded = {name: round(getattr(found, name), 1) for name in ("effect", "low", "high")}
    method = "level and profile of the week by Gibbs sampling"
    added = context.entry("incremental_orders", rounded, "effect", method=method)
    named = frame.assign(hour=[text.moment(at) for at in frame["at"]])
    table = frame_table("hourly_impact", named, ("hour.", "orders", "expected", "low", "high"), text)
    return Finding(sentence, (added,), table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line of what came in each hour, one of what was expected with its interval, by orders of magnitude."""
    frame = checked(frame, "hourly_impact", ("at", "orders", "expected", "low", "high"))
    orders, expected, high = (floats(frame[name]) for name in ("orders", "expected", "high"))
    above = {name: floats(frame[name]).clip(lower=0) for name in ("expected", "low", "high")}  # its axis begins at 0
    marks = (Line("orders", name="actual", dot=4), Line("expected", BASELINE, "expected", low="low", high="high"))
    return line_chart(
        frame.assign(**above),
        text,
        "hourly_impact.chart",
        *marks,
        at="at",
        over="hour",
        y="orders",
        under=text("hourly_sales.chart.hour"),
        facts={
            "came": whole(frame, "orders"),
            "expected": expected.sum(),
            "hours": len(frame),
            "above": int((orders > high).sum()),
        },
    )


section = Section(
    "hourly_impact",
    say,
    draw,
    people={"orders": ()},
    totals=(Sum("orders", lambda frame: frame["orders"].notna(), name="all_orders"),),
    grain={"orders": "hour"},
)
