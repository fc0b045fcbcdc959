"""Payments: how many attempts went through, on which channel fewest, and what was broken meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.sections.finding import Context, Exhibit, Finding, frame_table, rate_entry, records


def payments(steps: pd.DataFrame, channels: pd.DataFrame, incidents: pd.DataFrame, context: Context) -> Finding:
    """The success rate of payments, the channel that lags behind the others, and incidents with what they did.

    Args:
        steps: The frame of `metrics.payments`.
        channels: The frame of `metrics.payment_channels`.
        incidents: The frame of `metrics.payment_incidents`.
        context: Params and texts.
    """
    text = context.text
    whole, *single = records(channels)
    if not whole["attempts"]:
        return Finding(text("payments.say.none"))
    sentence = text(
        "payments.say.summary",
        rate=text.rate(whole["rate"]),
        paid=text.count(whole["paid"]),
        attempts=text.count(whole["attempts"]),
        interval=text.interval(whole["low"], whole["high"], "rate"),
        failed=text.count(whole["attempts"] - whole["paid"]),
    )
    worst = min(single, key=lambda row: row["rate"])
    if worst["high"] < whole["rate"]:
        sentence += text(
            "payments.say.worst",
            channel=text.label("channel", worst["channel"]),
            rate=text.rate(worst["rate"]),
            paid=text.count(worst["paid"]),
            attempts=text.count(worst["attempts"]),
        )
    sentence += "".join(_incident(row, text) for row in records(incidents) if not pd.isna(row["attempts"]))
    entry = rate_entry(
        "payment_success_rate",
        whole,
        "paid",
        "attempts",
        **context.facts("payments", "events"),
    )
    return Finding(
        sentence, (entry,), _course(steps, text), exhibits=(*_channels(channels, text), *_list(incidents, text))
    )


def _incident(row: Mapping[str, Any], text: Text) -> str:
    return text(
        "payments.say.incident",
        title=row["title"],
        start=f"{row['started_at']:%H:%M}",
        end=f"{row['ended_at']:%H:%M}",
        rate=text.rate(row["rate"]) if not pd.isna(row["rate"]) else text("chart.unknown"),
        paid=text.count(row["paid"]),
        attempts=text.count(row["attempts"]),
        rest=text.rate(row["rest_rate"]) if not pd.isna(row["rest_rate"]) else text("chart.unknown"),
    )


def _course(steps: pd.DataFrame, text: Text) -> Any:  # noqa: ANN401 - a table block
    """The hours in which a payment failed, since minutes are too many to read."""
    hours = steps.assign(hour=steps["at"].dt.floor("h")).groupby("hour", as_index=False)[["attempts", "paid"]].sum()
    hours = hours[hours["paid"] < hours["attempts"]]
    rates = hours["paid"] / hours["attempts"]
    shown = hours.assign(rate=rates, hour=[text.short_moment(at) for at in hours["hour"]])
    units = {"hour": "name.", "attempts": "count", "paid": "count", "rate": "rate"}
    return frame_table("payments", shown, units, text)


def _channels(channels: pd.DataFrame, text: Text) -> tuple[Exhibit, ...]:
    names = [_channel(row["channel"], text) for row in records(channels)]
    named = channels.assign(channel=names)
    units = {"channel": "name.", "attempts": "count", "paid": "count", "rate": "rate", "low": "rate", "high": "rate"}
    table = frame_table("payments.channels", named, units, text)
    drawn = pd.DataFrame(
        {"label": names, "estimate": channels["rate"], "low": channels["low"], "high": channels["high"]}
    )
    options = {"value": text("payments.chart.rate"), "unit": "rate", "reference": float(channels["rate"].iloc[0])}
    return (Exhibit(chart=charts.forest, frame=drawn, options=options, table=table),)


def _channel(name: str, text: Text) -> str:
    """A channel in words; `all` is all of them, and an empty name none."""
    if name == "all":
        return text("name.all_channels")
    return text.label("channel", name) or text("name.no_channel")


def _list(incidents: pd.DataFrame, text: Text) -> tuple[Exhibit, ...]:
    if incidents.empty:
        return ()
    shown = incidents.assign(
        span=[f"{row['started_at']:%H:%M} – {row['ended_at']:%H:%M}" for row in records(incidents)],
        channel=[
            text("name.all_channels") if pd.isna(row["channel"]) else text.label("channel", row["channel"])
            for row in records(incidents)
        ],
    )
    units = {"span": "name.", "severity": "name.severity", "channel": "name.", "title": "name."}
    units |= {"rate": "rate", "rest_rate": "rate"}
    return (Exhibit(table=frame_table("payments.incidents", shown, units, text, folded=False)),)
