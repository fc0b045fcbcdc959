"""Registrations: new users of a campaign, beside the baseline."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import pandas as pd

from retro.charts import Chart, Columns, Level, Peak, checked, floats, line_chart, people
from retro.charts.frames import known
from retro.i18n import Text
from retro.privacy import FEW, Sum, hidden
from retro.sections.compared import LIFT_METHOD, lift_side
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(daily: pd.DataFrame, lift: pd.DataFrame, context: Context) -> Finding:
    """New users of the campaign, the baseline, and the busiest day.

    `daily` is the frame of `metrics.registrations` and `lift` the one row of `metrics.registration_lift`.
    """
    text, (row,) = context.text, records(lift)
    if row["registrations"] is None:
        return Finding(text("registrations.say.lost"), covered=False)
    sentence = text("registrations.say.counted", row, noun=context.new_users) + _beside_baseline(row, context)
    told = [day for day in records(daily) if day["registrations"] is not None and not hidden(day["registrations"])]
    if told:
        sentence += text("registrations.say.peak", max(told, key=lambda day: day["registrations"]))
    of = ("registrations", "baseline")
    entries = (
        context.entry("new_users", row, "registrations"),
        context.entry("new_user_lift_rate", row, "lift_rate", of=of, method=LIFT_METHOD),
    )
    table = frame_table("registrations", daily, ("on", "registrations", "baseline"), text)
    warned = (text("registrations.lost", row),) if row["lost_days"] else ()
    return Finding(sentence, entries, table, warnings=warned)


def _beside_baseline(row: Mapping[str, Any], context: Context) -> str:
    text = context.text
    if row["registrations"] is FEW:
        return text("registrations.say.few")
    if pd.isna(row["baseline"]):
        return text("registrations.say.no_baseline")
    if row["baseline"] == 0:
        return text("registrations.say.zero_baseline", row)
    baseline = text("registrations.say.baseline", row, baseline_low=max(row["baseline_low"], 0))
    return baseline + text(f"registrations.say.{lift_side(row, 'registrations')}", row)


_LABELLED_DAYS = 8
"""Up to so many days every column carries its count, where there is room."""

_EXACT_BELOW = 100_000
"""Where the peak is below this, counts are written out; else all of them are short, so that they compare."""


def draw(
    frame: pd.DataFrame, text: Text, noun: Literal["registration", "first_order", "ticket"] = "registration"
) -> Chart:
    """Columns by day, the baseline as a line with its range behind it, the peak labelled.

    Args:
        frame: One row per day: `on` (date), `registrations` (int), `baseline`, `baseline_low`, `baseline_high`
            (float, NaN where no baseline is known); a lost day has no column.
        text: Language of the words.
        noun: What is counted.
    """
    frame = checked(frame, "registrations", ("on", "registrations", "baseline", "baseline_low", "baseline_high"))
    counts, baseline = floats(frame["registrations"]), floats(frame["baseline"])
    written = text.count if counts.max() < _EXACT_BELOW else text.short
    few, peak = len(frame) <= _LABELLED_DAYS, counts.idxmax()
    each = [written(count) if few and day != peak and known(count) else "" for day, count in counts.items()]
    first, last = (text.day(day) for day in (frame["on"].min(), frame["on"].max()))
    facts = {
        **{name: text(f"registrations.chart.{noun}.{name}") for name in ("value", "counted")},
        "period": first if first == last else f"{first} – {last}",
        "total": people(counts.sum(), text, noun),
        "peak": people(counts.max(), text, noun),
    }
    has = baseline.notna()
    caption = f"caption_{'baseline' if has.all() else 'some_baseline' if has.any() else 'no_baseline'}"
    chart = line_chart(
        frame.assign(each=each),
        text,
        "registrations.chart",
        Columns("registrations", name="counted", width=0.7, words="each"),
        Level("baseline", "baseline", "baseline_low", "baseline_high"),
        Peak("registrations", dot=False),
        height=3.3,
        under=text("chart.axis.day"),
        facts=facts,
        caption=caption,
    )
    if not has.any():
        return chart
    above = {"above": int((counts > floats(frame["baseline_high"])).sum()), "days": int(has.sum())}
    second = text("registrations.chart.alt_baseline", above, baseline=people(baseline.mean(), text, noun))
    return replace(chart, alt=text("chart.sentences", first=chart.alt, second=second))


section = Section(
    "registrations",
    say,
    draw,
    people={"registrations": ("lift_rate", "lift_low", "lift_high")},
    totals=(Sum("registrations", lambda frame: frame["registrations"].notna(), name="all"),),
    grain={"users": "day"},
)
