"""Reach: new users by channel, and the share that touched the campaign."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro import charts
from retro.charts import ACCENT, BAND, BASELINE, Bar, Chart, Tick, floats, row_chart
from retro.i18n import Text
from retro.metrics.intervals import add_rate
from retro.sections.groups import group_name
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_RATE = ("rate", "low", "high")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of new users that came into touch with the campaign, and the channels that grew most."""
    text, whole = context.text, _whole(frame)
    channels = [row for row in records(frame) if row["channel"] is not None]
    if whole is None and not channels:
        return Finding(text("reach.say.none"), covered=False)
    named = frame.assign(channel=[group_name("channel", name, text) for name in frame["channel"]])
    columns = ("channel.", "registrations", "share", "baseline", "lift_rate", "reached", "rate")
    table = frame_table("reach", named, columns, text)
    most = _most(channels, context)
    if whole is None:
        return Finding(text("reach.say.untouched") + most, (), table, shows=most)
    key = "few" if pd.isna(whole["rate"]) else "touched"
    sentence = text(f"reach.say.{key}", whole, noun=context.new_users)
    entry = context.entry("reach_rate", whole, "rate", of=("reached", "registrations"), method="Wilson")
    several = len(channels) > 1 and frame["rate"].notna().any()
    exhibits = (_touches(named, whole["rate"], sentence, context),) if several else ()
    return Finding(sentence + most, (entry,), table, exhibits=exhibits, shows=most)


def _whole(frame: pd.DataFrame) -> dict[str, Any] | None:
    """All channels together; None where no touch is recorded.

    Masked where a channel is: the others would tell how many it has.
    """
    counts = {name: sum(frame[name].dropna()) for name in ("reached", "registrations")}
    if not counts["reached"]:
        return None
    (whole,) = records(add_rate(pd.DataFrame([counts]), "reached", "registrations"))
    return whole


def _most(channels: Sequence[Mapping[str, Any]], context: Context) -> str:
    text, known = context.text, [row for row in channels if not pd.isna(row["lift_rate"])]
    if not known:
        return ""
    most = max(known, key=lambda row: row["registrations"] - row["baseline"])
    fastest = max(known, key=lambda row: row["lift_rate"])
    sentence = text("reach.say.most", most, more=most["registrations"] - most["baseline"])
    return sentence + (text("reach.say.fastest", fastest) if fastest["channel"] != most["channel"] else "")


def _touches(named: pd.DataFrame, overall: float, said: str, context: Context) -> Exhibit:
    value = context.text("reach.chart.touched")
    shown = named[["low", "high"]].assign(
        label=named["channel"], panel=value, estimate=named["rate"], reference=overall
    )
    return Exhibit(charts.panels, shown, {"value": value}, sentence=said)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per channel with its new users and their change; the baseline and its range stand on it."""
    low, high = floats(frame["baseline_low"]), floats(frame["baseline_high"])
    names = [group_name("channel", name, text) for name in frame["channel"]]
    shown = frame.assign(label=names, width=high - low, start=low.fillna(0))
    baseline = "baseline" if shown["baseline"].notna().any() else ""
    band = Bar("width", BAND, 0.76, baseline, start="start", look={"zorder": 0})
    marks = (band, Bar("registrations", ACCENT, 0.5, "counted"), Tick("baseline", BASELINE))
    return row_chart(shown, text, "reach.chart", *marks)


section = Section(
    "reach",
    say,
    draw,
    level=2,
    people={"registrations": ("share", "lift_rate", "lift_low", "lift_high", *_RATE), "reached": _RATE},
    grain={"users": "day"},
)
