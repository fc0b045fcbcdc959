"""Where the parts of the audience stop on their way, and how fast they go."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro import charts
from retro.blocks import Table
from retro.charts.micro_funnel import duration
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, records

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def funnel_segments(frame: pd.DataFrame, context: Context) -> Finding:
    """The group that loses most more than all users do, at which step; a panel for each step.

    Args:
        frame: The frame of `metrics.funnel_segments`.
        context: Params and texts.
    """
    text = context.text
    if frame.empty:
        return Finding(text("funnel_segments.say.none"), covered=False)
    steps = list(dict.fromkeys(frame["step"]))[1:]
    later = _with_reference(frame[frame["step"].isin(steps)])
    clear = [row for row in records(later) if row["low"] > row["reference"] or row["high"] < row["reference"]]
    worse = [row for row in clear if row["rate"] < row["reference"]]
    if worse:
        worst = max(worse, key=lambda row: (row["reference"] - row["rate"]) * row["before"])
        sentence = text("funnel_segments.say.worst", **_facts(worst, text))
    else:
        sentence = text("funnel_segments.say.alike", attributes=_attributes(frame, text))
    better = [row for row in clear if row["rate"] > row["reference"]]
    if better:
        best = max(better, key=lambda row: (row["rate"] - row["reference"]) * row["before"])
        sentence += text("funnel_segments.say.best", **_facts(best, text))
    exhibits = tuple(_exhibit(own, str(attribute), text) for attribute, own in later.groupby("attribute", sort=False))
    return Finding(sentence, exhibits=exhibits)


def _with_reference(later: pd.DataFrame) -> pd.DataFrame:
    """Each row beside the rate of all users at its step."""
    sums = later.groupby(["attribute", "step"], sort=False)[["users", "before"]].transform("sum")
    return later.assign(reference=sums["users"] / sums["before"].where(sums["before"] > 0))


def _facts(row: Mapping[str, Any], text: Text) -> dict[str, str]:
    return {
        "attribute": text.label("segment", row["attribute"]),
        "group": group_name(row["attribute"], row["group"], text),
        "step": text.label("step", row["step"]),
        "rate": text.rate(row["rate"]),
        "users": text.count(row["users"]),
        "before": text.count(row["before"]),
        "interval": text.interval(row["low"], row["high"], "rate"),
        "overall": text.rate(row["reference"]),
    }


def group_name(attribute: str, group: object, text: Text) -> str:
    """A channel, a device or another group in words."""
    return text("reach.chart.unknown") if pd.isna(group) else text.label(attribute, str(group))  # type: ignore[call-overload]  # any scalar


def _attributes(frame: pd.DataFrame, text: Text) -> str:
    return text("chart.or").join([text.label("segment", str(name)) for name in dict.fromkeys(frame["attribute"])])


def _exhibit(own: pd.DataFrame, attribute: str, text: Text) -> Exhibit:
    shown = pd.DataFrame(
        {
            "label": [group_name(attribute, group, text) for group in own["group"]],
            "panel": [text("funnel_segments.chart.panel", step=text.label("step", step)) for step in own["step"]],
            "estimate": own["rate"],
            "low": own["low"],
            "high": own["high"],
            "reference": own["reference"],
        }
    )
    named = own.assign(group=shown["label"], step=[text.label("step", step) for step in own["step"]])
    units = {"group": "name.", "step": "name.", "users": "count", "before": "count", "rate": "rate"}
    table = frame_table("funnel_segments", named, {**units, "low": "rate", "high": "rate"}, text)
    by = text("funnel_segments.chart.value", attribute=text.label("segment", attribute))
    return Exhibit(charts.panels, shown, {"value": by}, table)


def drop_off_factors(frame: pd.DataFrame, context: Context) -> Finding:
    """Which groups go all the way clearly less or more often than the others.

    Args:
        frame: The frame of `metrics.drop_off_factors`.
        context: Params and texts.
    """
    text = context.text
    if frame.empty:
        return Finding(text("drop_off_factors.say.none"), covered=False)
    rows = [row | {"label": _factor(row, text)} for row in records(frame)]
    clear = [row for row in rows if row["odds_high"] < 1 or row["odds_low"] > 1]
    if clear:
        parts = [text("drop_off_factors.say.part", **_odds(row, text)) for row in clear]
        sentence = text("drop_off_factors.say.clear", parts=text("chart.clause").join(parts))
    else:
        sentence = text("drop_off_factors.say.alike", **_odds(rows[0], text))
    shown = pd.DataFrame(rows).assign(estimate=frame["odds_ratio"], low=frame["odds_low"], high=frame["odds_high"])
    table_frame = frame.assign(label=shown["label"])
    units = {"label": "name.", "users": "count", "converted": "count", "rate": "rate", "odds_ratio": "ratio"}
    table = frame_table("drop_off_factors", table_frame, {**units, "odds_low": "ratio", "odds_high": "ratio"}, text)
    options = {"value": text("drop_off_factors.chart.value"), "unit": "ratio", "reference": 1}
    return Finding(sentence, exhibits=(Exhibit(charts.forest, shown, options, table),))


def _factor(row: Mapping[str, Any], text: Text) -> str:
    group = group_name(row["attribute"], row["group"], text)
    return text("drop_off_factors.chart.label", attribute=text.label("segment", row["attribute"]), group=group)


def _odds(row: Mapping[str, Any], text: Text) -> dict[str, str]:
    return {
        "label": str(row["label"]),
        "odds": text.exact(row["odds_ratio"]),
        "interval": text.interval(row["odds_low"], row["odds_high"], "ratio"),
        "rate": text.rate(row["rate"]),
        "converted": text.count(row["converted"]),
        "users": text.count(row["users"]),
    }


def micro_funnel(frame: pd.DataFrame, times: pd.DataFrame, context: Context) -> Finding:
    """The slowest and the fastest step, by the median time to take it.

    Args:
        frame: The frame of `metrics.micro_funnel`.
        times: The frame of `metrics.conversion_times`.
        context: Params and texts.
    """
    text = context.text
    links = len(frame[["from_step", "to_step"]].drop_duplicates())
    known = [row for row in records(times.head(links)) if row["users"]]
    if not known:
        return Finding(text("micro_funnel.say.none"), covered=False)
    slowest = max(known, key=lambda row: row["median_seconds"])
    hour = [
        row
        for row in records(frame)
        if (row["from_step"], row["to_step"]) == (slowest["from_step"], slowest["to_step"]) and row["minutes"] <= 60  # noqa: PLR2004 - one hour
    ]
    sentence = text("micro_funnel.say.slowest", **_link(slowest, text))
    if hour:
        soon = {"limit": duration(int(hour[-1]["minutes"]), text), "rate": text.rate(hour[-1]["rate"])}
        counts = {"converted": text.count(hour[-1]["converted"]), "users": text.count(hour[-1]["users"])}
        sentence += text("micro_funnel.say.soon", **soon, **counts)
    if len(known) > 1:
        fastest = min(known, key=lambda row: row["median_seconds"])
        sentence += text("micro_funnel.say.fastest", **_link(fastest, text))
    entry = Entry(
        name="slowest_step_median_seconds",
        value=number(slowest["median_seconds"]),
        unit="seconds",
        denominator=number(slowest["users"]),
        **context.facts("micro_funnel", "events"),
    )
    return Finding(sentence, (entry,), _times_table(records(times), text))


def _link(row: Mapping[str, Any], text: Text) -> dict[str, str]:
    pair = {"first": text.label("step", row["from_step"]), "second": text.label("step", row["to_step"])}
    return {"pair": text("micro_funnel.chart.pair", **pair), "median": span(row["median_seconds"], text)}


def span(seconds: float, text: Text) -> str:
    """A time in the unit that a reader would take: `46 s`, `5.4 min`, `12.5 h`, `3.2 d`."""
    if math.isnan(seconds):
        return ""
    for size, unit in ((2 * _DAY, "days"), (2 * _HOUR, "hours"), (2 * _MINUTE, "minutes")):
        if seconds >= size:
            return text(f"chart.duration.{unit}", count=text.short(round(seconds / (size / 2), 1)))
    return text("chart.duration.seconds", count=text.short(round(seconds)))


def _times_table(times: Sequence[Mapping[str, Any]], text: Text) -> Table:
    shown = pd.DataFrame(
        [
            {
                "pair": _link(row, text)["pair"],
                "users": row["users"],
                **{name: span(row[f"{name}_seconds"], text) for name in ("lower", "median", "upper")},
            }
            for row in times
        ]
    )
    units = {"pair": "name.", "users": "count", "lower": "name.", "median": "name.", "upper": "name."}
    return frame_table("micro_funnel", shown, units, text)
