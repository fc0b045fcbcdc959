"""Payments: how many attempts went through, on which channel fewest, and what was broken meanwhile."""

from __future__ import annotations

import pandas as pd
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from retro.blocks import Table
from retro.charts.axes import count_axis
from retro.charts.chart import Chart
from retro.charts.forest import forest
from retro.charts.frames import checked, floats
from retro.charts.sales import hour_axis
from retro.charts.theme import ACCENT, BAND, WARM, WIDE, styled, value_title
from retro.i18n import Text
from retro.sections.finding import Context, Exhibit, Finding, frame_table, records
from retro.sections.section import Section


def say(steps: pd.DataFrame, channels: pd.DataFrame, incidents: pd.DataFrame, context: Context) -> Finding:
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
    sentence = text("payments.say.summary", whole, failed=whole["attempts"] - whole["paid"])
    worst = min(single, key=lambda row: row["rate"])
    if worst["high"] < whole["rate"]:
        sentence += text("payments.say.worst", worst)
    known = [row for row in records(incidents) if not pd.isna(row["attempts"])]
    sentence += "".join(text("payments.say.incident", row) for row in known)
    entry = context.entry("payment_success_rate", whole, "rate", of=("paid", "attempts"), method="Wilson")
    exhibits = (_channels(channels, text), *_incidents(incidents, text))
    return Finding(sentence, (entry,), _course(steps, text), exhibits=exhibits)


def _course(steps: pd.DataFrame, text: Text) -> Table:
    """The hours in which a payment failed, since minutes are too many to read."""
    hours = steps.assign(hour=steps["at"].dt.floor("h")).groupby("hour", as_index=False)[["attempts", "paid"]].sum()
    hours = hours[hours["paid"] < hours["attempts"]]
    shown = hours.assign(rate=hours["paid"] / hours["attempts"])
    return frame_table("payments", shown, ("hour", "attempts", "paid", "rate"), text)


def _channels(channels: pd.DataFrame, text: Text) -> Exhibit:
    named = channels.assign(channel=[_channel(name, text) for name in channels["channel"]])
    table = frame_table("payments.channels", named, ("channel.", "attempts", "paid", "rate", "low", "high"), text)
    drawn = named.rename(columns={"channel": "label", "rate": "estimate"})[["label", "estimate", "low", "high"]]
    options = {"value": text("payments.chart.rate"), "unit": "rate", "reference": float(channels["rate"].iloc[0])}
    return Exhibit(chart=forest, frame=drawn, options=options, table=table)


def _incidents(incidents: pd.DataFrame, text: Text) -> tuple[Exhibit, ...]:
    if incidents.empty:
        return ()
    shown = incidents.assign(
        span=[text("payments.incidents.between", row) for row in records(incidents)],
        channel=[_channel("all" if pd.isna(name) else name, text) for name in incidents["channel"]],
    )
    columns = ("span.", "severity.severity", "channel.", "title.", "rate", "rest_rate")
    return (Exhibit(table=frame_table("payments.incidents", shown, columns, text, folded=False)),)


def _channel(name: str, text: Text) -> str:
    """A channel in words; `all` is all of them, and an empty name none."""
    return text("name.all_channels") if name == "all" else text.label("channel", name) or text("name.no_channel")


@styled()
def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Two panels over the same time: attempts that went through, and below those that failed; incidents are shaded."""
    frame = checked(frame, "payments", ("at", "attempts", "paid", "broken"))
    places = pd.Series(dates.date2num(pd.to_datetime(frame["at"])))
    step = float(places.diff().median()) if len(places) > 1 else 1 / 24
    minutes = round(step * 24 * 60)
    paid, failed = floats(frame["paid"]), floats(frame["attempts"] - frame["paid"])
    edges = [*places, places.iloc[-1] + step]

    figure = Figure(figsize=(WIDE, 3.8), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    for ax, values, colour, name in ((above, paid, ACCENT, "paid"), (below, failed, WARM, "failed")):
        _shade(ax, frame, places, step)
        ax.stairs(values, edges, fill=True, color=colour, zorder=2)
        ax.set_ylim(0, max(float(values.max()), 1.0) * 1.12)
        count_axis(ax.yaxis, text)
        value_title(ax, text(f"payments.chart.{name}", minutes=minutes))
    hour_axis(below, float(places.min()), text)
    below.set_xlim(edges[0], edges[-1])
    alt = text("payments.chart.alt", paid=text.count(paid.sum()), failed=text.count(failed.sum()))
    share = "caption_broken" if frame["broken"].any() else "caption"
    return Chart(figure, alt, text(f"payments.chart.{share}", minutes=minutes))


def _shade(ax: Axes, frame: pd.DataFrame, places: pd.Series[float], step: float) -> None:
    """Shade the stretches in which an incident was on."""
    runs = (frame["broken"] != frame["broken"].shift()).cumsum()
    for _, own in places.groupby(runs):
        if frame.loc[own.index[0], "broken"]:
            ax.axvspan(own.min(), own.max() + step, color=BAND, linewidth=0, zorder=0)


section = Section("payments", say, draw, level=2)
