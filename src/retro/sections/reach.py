"""Reach: whom the campaign reached, and which channel brought them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro import charts
from retro.charts.chart import Chart
from retro.charts.frames import floats, known, told
from retro.charts.rows import Bar, Tick, row_chart
from retro.charts.theme import ACCENT, BAND, USUAL
from retro.i18n import Text
from retro.metrics.intervals import add_rate
from retro.sections.finding import Context, Exhibit, Finding, frame_table, records
from retro.sections.groups import group_name
from retro.sections.section import Section

_RATE = ("rate", "low", "high")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of new users that came into touch with the campaign, and the channels that grew most.

    Args:
        frame: The frame of `metrics.reach`.
        context: Params and texts.
    """
    text, whole = context.text, _whole(frame)
    channels = [row for row in records(frame) if row["channel"] is not None]
    if whole is None and not channels:
        return Finding(text("reach.say.none"), covered=False)
    named = frame.assign(channel=[group_name("channel", name, text) for name in frame["channel"]])
    columns = ("channel.", "registrations", "share", "baseline", "lift_rate", "reached", "rate")
    table = frame_table("reach", named, columns, text)
    if whole is None:
        return Finding(text("reach.say.untouched") + _most(channels, context), (), table)
    key = "few" if pd.isna(whole["rate"]) else "touched"
    sentence = text(f"reach.say.{key}", whole, noun=context.new_users) + _most(channels, context)
    entry = context.entry("reach_rate", whole, "rate", of=("reached", "registrations"), method="Wilson")
    exhibits = (_touches(named, whole["rate"], context),) if len(channels) > 1 and frame["rate"].notna().any() else ()
    return Finding(sentence, (entry,), table, exhibits=exhibits)


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
    """The channel that brought most over its usual level, and the one that grew fastest."""
    text, known = context.text, [row for row in channels if not pd.isna(row["lift_rate"])]
    if not known:
        return ""
    most = max(known, key=lambda row: row["registrations"] - row["baseline"])
    fastest = max(known, key=lambda row: row["lift_rate"])
    sentence = text("reach.say.most", most, more=most["registrations"] - most["baseline"])
    return sentence + (text("reach.say.fastest", fastest) if fastest["channel"] != most["channel"] else "")


def _touches(named: pd.DataFrame, overall: float, context: Context) -> Exhibit:
    """The share that was reached, by channel."""
    value = context.text("reach.chart.touched")
    shown = named[["low", "high"]].assign(
        label=named["channel"], panel=value, estimate=named["rate"], reference=overall
    )
    return Exhibit(charts.panels, shown, {"value": value})


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per channel with its new users and their change; the baseline and its range stand on it."""
    shown = frame.assign(
        label=[channel_name(name, text) for name in frame["channel"]],
        bold=told(frame, text, "reach.chart.bold"),
        quiet=told(frame, text, "reach.chart.quiet", "lift_rate", "–"),
        said=told(frame, text, "reach.chart.said"),
        width=floats(frame["baseline_high"]) - floats(frame["baseline_low"]),
        start=floats(frame["baseline_low"]).fillna(0),
    )
    usual = "usual" if shown["baseline"].notna().any() else ""
    band = Bar("width", BAND, 0.76, usual, start="start", look={"zorder": 0})
    return row_chart(
        shown, text, "reach.chart", band, Bar("registrations", ACCENT, 0.5, "counted"), Tick("baseline", USUAL)
    )


def channel_name(name: object, text: Text) -> str:
    """A channel in words, also where none is known."""
    return text.label("channel", str(name)) if known(name) else text("reach.chart.unknown")


section = Section(
    "reach",
    say,
    draw,
    level=2,
    people={"registrations": ("share", "lift_rate", "lift_low", "lift_high", *_RATE), "reached": _RATE},
)
