"""Comparison: sales of a period beside others, and how the periods differ."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.metrics.comparison import by_hour
from retro.periods import Period, Window
from retro.sections.bases import base_key, base_name, base_short
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(periods: pd.DataFrame, course: pd.DataFrame, bases: Sequence[Period], context: Context) -> Finding:
    """Sales a day beside each base, what differs between them, and how each built up.

    `periods` is the first frame of `metrics.comparison`, `course` the second one and `bases` what the report is
    compared with.
    """
    text, rows = context.text, records(periods)
    own, others = rows[0], rows[1:]
    if not others:
        return Finding(text("comparison.say.none"), covered=False)
    lines = [_line(own, row, bases[row["base"]], context) for row in others]
    rivals = [row["base"] >= 0 and _rivals_the_effect(bases[row["base"]], context) for row in rows]
    names = {-1: text("basis.current")} | {row["base"]: _unique(row["base"], bases, text) for row in others}
    dates = [text.period(row["start"], row["end"]) for row in rows]
    shown = periods.assign(
        period=[names[row["base"]] for row in rows],
        dates=dates,
        daily_change=periods["daily_change"].mask(pd.Series(rivals, index=periods.index)),
    )
    columns = (
        "period.", "dates.", "days", "weekend_days", "visits", "orders", "conversion", "order_value", "gmv",
        "daily_gmv", "daily_change",
    )  # fmt: skip
    entries = (
        context.entry(f"daily_gmv_change_{base_key(row['base'], tuple(bases))}", row, "daily_change") for row in others
    )
    return Finding(
        "\n".join(lines),
        tuple(entries),
        frame_table("comparison", shown, columns, text),
        exhibits=(_course(course, names, context),) if course["elapsed"].max() > 1 else (),  # else there is no course
    )


def _course(course: pd.DataFrame, names: Mapping[int, str], context: Context) -> Exhibit:
    text, elapsed = context.text, course.attrs["elapsed"]
    value = text("comparison.chart.value", currency=text.currency_name)
    options = {"value": value, "elapsed": text(f"comparison.chart.{elapsed}"), "unit": "money"}
    return Exhibit(charts.cumulative, course.assign(series=[names[base] for base in course["base"]]), options)


def _unique(place: int, bases: Sequence[Period], text: Text) -> str:
    """A base's name, with its dates where another has the same."""
    name = base_short(bases[place], text)
    alike = [base for base in bases if base_short(base, text) == name]
    return name if len(alike) == 1 else base_name(bases[place], text)


def _rivals_the_effect(base: Period, context: Context) -> bool:
    """Whether a change on a base, of days without the campaign, would be a lift beside the estimated one."""
    return "incremental_gmv" in context.params.judged_by and base.basis in {"previous", "year_ago", "lunar_year_ago"}


def _line(own: Mapping[str, Any], other: Mapping[str, Any], base: Period, context: Context) -> str:
    text, change = context.text, other["daily_change"]
    if pd.isna(change):
        return text("comparison.say.unsold", base=base_name(base, text))
    facts = {"own": own["daily_gmv"], "other": other["daily_gmv"], "change": abs(change)}
    differs = [*_lengths(own, other, text), *_offers(base, context)]
    kind = "beside" if _rivals_the_effect(base, context) else "more" if change >= 0 else "less"
    return text(
        f"comparison.say.{kind}",
        facts,
        base=base_name(base, text),
        differs=text("comparison.say.differs", parts=differs) if differs else text("comparison.say.alike"),
    )


def _lengths(own: Mapping[str, Any], other: Mapping[str, Any], text: Text) -> list[str]:
    hourly = by_hour(Window(own["start"], own["end"]))
    values = {
        "hours" if hourly else "length": [row["days"] * (24 if hourly else 1) for row in (own, other)],
        "weekends": [row["weekend_days"] for row in (own, other)],
        "weekday": [row["start"].isoweekday() for row in (own, other)],
    }
    return [text(f"comparison.say.{key}", own=a, other=b) for key, (a, b) in values.items() if a != b]


def _offers(base: Period, context: Context) -> list[str]:
    text, offer = context.text, context.params.offer
    if offer is None or offer == base.offer:
        return []
    if base.offer is None:
        return [text("comparison.say.unknown_offer")]
    return [text("comparison.say.offer", own=text.pick(offer), other=text.pick(base.offer))]


section = Section("comparison", say, people={"orders": ("conversion", "order_value")}, of_bases=True)
