"""Weekly chain: visitors, buyers and returns of the last week beside the weeks before."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.sections.finding import Context, Finding, frame_table, records
from retro.sections.section import Section

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


_RATE = ("rate", "low", "high")

section = Section(
    "weekly_chain",
    say,
    charts.weekly_chain,
    people={"visitors": ("conversion", *_RATE), "buyers": ("conversion",), "returned": _RATE},
)
