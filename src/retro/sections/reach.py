"""Whom the campaign reached, by which channel, and in which minutes they came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro import charts
from retro.blocks import Table
from retro.charts.reach import channel_name
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics import traffic_peak
from retro.metrics.intervals import add_rate
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, rate_entry, records

_HOUR, _FEW = 60, 5
"""Minutes of an hour, and how many an hour must usually bring so that a multiple of it says something."""


def reach(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of new users that came into touch with the campaign, and the channels that grew most.

    Args:
        frame: The frame of `metrics.reach`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    reached = frame["reached"].sum(min_count=1)
    touched = not pd.isna(reached) and reached > 0
    channels = [row for row in rows if row["channel"] is not None]
    if not touched and not channels:
        return Finding(text("reach.say.none"), covered=False)
    total = add_rate(
        pd.DataFrame([{"reached": reached, "registrations": frame["registrations"].sum()}]), "reached", "registrations"
    )
    (whole,) = records(total)
    entries: tuple[Entry, ...] = ()
    sentence = text("reach.say.untouched")
    if touched:
        sentence = text("reach.say.touched", noun=context.new_users, **_facts(whole, text))
        shared = context.facts("reach", "users", "events", "exposures")
        entries = (rate_entry("reach_rate", whole, "reached", "registrations", **shared),)
    sentence += _channels(channels, context)
    exhibits = _touches(frame, whole["rate"], text) if touched and len(channels) > 1 else ()
    return Finding(sentence, entries, _table(frame, text), exhibits=exhibits)


def _facts(row: Mapping[str, Any], text: Text) -> dict[str, str]:
    return {
        "rate": text.rate(row["rate"]),
        "reached": text.count(row["reached"]),
        "registrations": text.count(row["registrations"]),
        "interval": text.interval(row["low"], row["high"], "rate"),
    }


def _channels(channels: Sequence[Mapping[str, Any]], context: Context) -> str:
    """The channel that brought most over its usual level, and the one that grew fastest."""
    text = context.text
    known = [row for row in channels if not pd.isna(row["lift_rate"])]
    if not known:
        return ""
    most = max(known, key=lambda row: row["registrations"] - row["baseline"])
    fastest = max(known, key=lambda row: row["lift_rate"])
    sentence = text(
        "reach.say.most",
        channel=text.label("channel", most["channel"]),
        more=text.count(most["registrations"] - most["baseline"]),
        registrations=text.count(most["registrations"]),
        usual=text.count(most["baseline"]),
    )
    if fastest["channel"] != most["channel"]:
        lift, channel = text.change(fastest["lift_rate"], 0), text.label("channel", fastest["channel"])
        sentence += text("reach.say.fastest", channel=channel, lift=lift)
    return sentence


def _table(frame: pd.DataFrame, text: Text) -> Table:
    named = frame.assign(channel=[channel_name(name, text) for name in frame["channel"]])
    units = {"channel": "name.", "registrations": "count", "share": "rate", "baseline": "number", "lift_rate": "change"}
    return frame_table("reach", named, {**units, "reached": "count", "rate": "rate"}, text)


def _touches(frame: pd.DataFrame, overall: float, text: Text) -> tuple[Exhibit, ...]:
    """The share that was reached, by channel."""
    shown = pd.DataFrame(
        {
            "label": [channel_name(name, text) for name in frame["channel"]],
            "panel": text("reach.chart.touched"),
            "estimate": frame["rate"],
            "low": frame["low"],
            "high": frame["high"],
            "reference": overall,
        }
    )
    return (Exhibit(charts.panels, shown, {"value": text("reach.chart.touched")}),)


def registration_minutes(frame: pd.DataFrame, context: Context) -> Finding:
    """The busiest minute, and the busiest hour beside the usual pace.

    Args:
        frame: The frame of `metrics.registration_minutes`.
        context: Params and texts.
    """
    text, (peak,) = context.text, records(traffic_peak(frame))
    if pd.isna(peak["peak"]) or not peak["peak"]:
        return Finding(text("registration_minutes.say.none", noun=context.new_users), covered=False)
    top = frame.iloc[int(frame["smoothed"].argmax())]
    sentence = text(
        "registration_minutes.say.summary",
        noun=context.new_users,
        minute=text.short_moment(peak["peak_at"]),
        peak=text.count(peak["peak"]),
        hour=text.short_moment(peak["smoothed_at"]),
        pace=text.short(round(float(peak["smoothed_peak"]), 2)),
    )
    if top["baseline_smoothed"] * _HOUR >= _FEW:
        times = text.exact(float(top["smoothed"] / top["baseline_smoothed"]), 1)
        sentence += text("registration_minutes.say.usual", times=times)
    entry = Entry(
        name="peak_minute_registrations",
        value=number(peak["peak"]),
        unit="users",
        **context.facts("registration_minutes", "users"),
    )
    return Finding(sentence, (entry,), _hours(frame, text))


def _hours(frame: pd.DataFrame, text: Text) -> Table:
    """The minutes of each day as one row: how many came, and in which minute most."""
    rows = []
    for on, day in frame.groupby(frame["at"].dt.date, sort=True):
        busiest = day.iloc[int(day["events"].argmax())]
        rows.append((on, int(day["events"].sum()), f"{busiest['at']:%H:%M}", int(busiest["events"])))
    days = pd.DataFrame(rows, columns=["on", "registrations", "minute", "peak"])
    units = {"on": "day", "registrations": "count", "minute": "name.", "peak": "count"}
    return frame_table("registration_minutes", days, units, text)
