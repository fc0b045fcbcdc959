"""How a period did beside others, and what makes them differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.comparison import by_hour
from retro.periods import Period, Window
from retro.sections.bases import base_key, base_name, base_short
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, records


def comparison(periods: pd.DataFrame, course: pd.DataFrame, bases: Sequence[Period], context: Context) -> Finding:
    """Sales a day beside each base, what differs between them, and how each built up.

    Args:
        periods: The first frame of `metrics.comparison`.
        course: The second one.
        bases: What the report is compared with.
        context: Params and texts.
    """
    text, rows = context.text, records(periods)
    own, others = rows[0], rows[1:]
    if not others:
        return Finding(text("comparison.say.none"), covered=False)
    lines = [_sentence(own, row, bases[row["base"]], context) for row in others]
    names = {-1: text("basis.current")} | {row["base"]: _unique(row["base"], bases, text) for row in others}
    drawn = course.assign(series=[names[base] for base in course["base"]])
    hourly = by_hour(context.params.window)
    options = {
        "value": text("comparison.chart.value", currency=text.currency_name),
        "elapsed": text(f"comparison.chart.{'hours' if hourly else 'days'}"),
        "unit": "money",
    }
    shown = periods.assign(
        period=[names[row["base"]] for row in rows], dates=[text.period(row["start"], row["end"]) for row in rows]
    )
    units = {"period": "name.", "dates": "name.", "days": "number", "weekend_days": "count", "visits": "count",
             "orders": "count", "conversion": "rate", "order_value": "money", "gmv": "money", "daily_gmv": "money",
             "daily_change": "change"}  # fmt: skip
    return Finding(
        "\n".join(lines),
        tuple(_entry(row, base_key(row["base"], tuple(bases)), context) for row in others),
        frame_table("comparison", shown, units, text),
        exhibits=(Exhibit(charts.cumulative, drawn, options),),
    )


def _unique(place: int, bases: Sequence[Period], text: Text) -> str:
    """A base's name, with its dates where another has the same."""
    name = base_short(bases[place], text)
    alike = [base for base in bases if base_short(base, text) == name]
    return name if len(alike) == 1 else base_name(bases[place], text)


def _sentence(own: Mapping[str, Any], other: Mapping[str, Any], base: Period, context: Context) -> str:
    text = context.text
    if pd.isna(other["daily_change"]):
        return text("comparison.say.unsold", base=base_name(base, text))
    change = other["daily_change"]
    return text(
        f"comparison.say.{'more' if change >= 0 else 'less'}",
        base=base_name(base, text),
        own=text.value(own["daily_gmv"], "money"),
        other=text.value(other["daily_gmv"], "money"),
        change=text.rate(abs(change)),
        differs=_differs(own, other, base, context),
    )


def _differs(own: Mapping[str, Any], other: Mapping[str, Any], base: Period, context: Context) -> str:
    """Length, weekends and offers, as far as they are not alike."""
    text, parts = context.text, []
    if own["days"] != other["days"]:
        hourly = by_hour(Window(own["start"], own["end"]))
        lengths = [_plain(text.exact(row["days"] * (24 if hourly else 1), 1)) for row in (own, other)]
        key = "hours" if hourly else "length"
        parts.append(text(f"comparison.say.{key}", own=lengths[0], other=lengths[1]))
    if own["weekend_days"] != other["weekend_days"]:
        days = {"own": int(own["weekend_days"]), "other": int(other["weekend_days"])}
        parts.append(text("comparison.say.weekends", **days))
    if own["start"].weekday() != other["start"].weekday():
        first, second = (text(f"chart.weekday.{row['start'].isoweekday()}") for row in (own, other))
        parts.append(text("comparison.say.weekday", own=first, other=second))
    offer = context.params.offer
    if offer is not None and base.offer is not None and offer != base.offer:
        parts.append(text("comparison.say.offer", own=text.pick(offer), other=text.pick(base.offer)))
    if offer is not None and base.offer is None:
        parts.append(text("comparison.say.unknown_offer"))
    return text("comparison.say.differs", parts=text.join(parts)) if parts else text("comparison.say.alike")


def _plain(words: str) -> str:
    return words.removesuffix(".0")


def _entry(row: Mapping[str, Any], key: str, context: Context) -> Entry:
    return Entry(
        name=f"daily_gmv_change_{key}",
        value=number(row["daily_change"]),
        unit="change",
        **context.facts("comparison", "orders"),
    )
