"""Weekly chain: visitors, buyers and returns of the last week beside the weeks before."""

from __future__ import annotations

import pandas as pd

from retro.charts import Chart, Line, Panel, checked, floats, line_chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records

_FEWEST = 2
"""Weeks that can be compared."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The last week beside the median of those before, step by step."""
    text, rows = context.text, records(frame)
    if len(rows) < _FEWEST:
        return Finding(text("weekly_chain.say.none"), covered=False)
    last, before = rows[-1], frame.iloc[:-1]
    baseline = {f"baseline_{name}": _median(before[name]) for name in ("visitors", "conversion")}
    sentence = text("weekly_chain.say.summary", last, **baseline)
    entries = [context.entry("last_week_conversion_rate", last, "conversion", of=("buyers", "visitors"))]
    for newest in [row for row in rows if not pd.isna(row["rate"])][-1:]:
        sentence += text("weekly_chain.say.returned", newest, baseline=_median(frame["rate"]))
        of = ("returned", "visitors")
        entries.append(context.entry("week_return_rate", newest, "rate", of=of, method="Wilson"))
    columns = ("week", "visitors", "visits", "buyers", "conversion", "returned", "rate", "low", "high")
    return Finding(sentence, tuple(entries), frame_table("weekly_chain", frame, columns, text))


def _median(column: pd.Series) -> float:
    """The median of what is shown; masked numbers are NaN."""
    return float(column.astype(float).median())


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Three lines one above the other: visitors, who bought of them, and who came back the week after."""
    frame = checked(frame, "weekly_chain", ("week", *_UNITS, "low", "high"))
    ends = {"conversion": ("", ""), "visitors": ("", ""), "rate": ("low", "high")}
    panels = [
        Panel((Line(name, dot=3.5, low=ends[name][0], high=ends[name][1]),), unit, name, zero=False)
        for name, unit in _UNITS.items()
    ]
    parts = [
        text("chart.named", name=text(f"weekly_chain.chart.{name}"), value=_range(floats(frame[name]), unit, text))
        for name, unit in _UNITS.items()
    ]
    facts, under = {"parts": text.join(parts)}, text("weekly_chain.chart.week")
    return line_chart(frame, text, "weekly_chain.chart", *panels, at="week", height=4.6, under=under, facts=facts)


_UNITS = {"visitors": "count", "conversion": "rate", "rate": "rate"}


def _range(values: pd.Series[float], unit: str, text: Text) -> str:
    return text.interval(values.min(), values.max(), unit) or text("chart.unknown")


_RATE = ("rate", "low", "high")

section = Section(
    "weekly_chain",
    say,
    draw,
    people={"visitors": ("conversion", *_RATE), "buyers": ("conversion",), "returned": _RATE},
    grain={"orders": "day"},
)
