"""Payments: success rate, the weakest channel, and incidents."""

from __future__ import annotations

import pandas as pd

from retro.blocks import Table
from retro.charts import BAND, WARM, Chart, Columns, Panel, Shade, checked, forest, line_chart
from retro.i18n import Text
from retro.privacy import Sum, hidden, masked
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(steps: pd.DataFrame, channels: pd.DataFrame, incidents: pd.DataFrame, context: Context) -> Finding:
    """The success rate of payments, the channel that lags behind the others, and incidents with what they did.

    `steps` is the frame of `metrics.payments`, `channels` that of `metrics.payment_channels` and `incidents` that of
    `metrics.payment_incidents`.
    """
    text = context.text
    channels = _without_few(channels)
    whole, *single = records(channels)
    if hidden(whole["attempts"]):
        return Finding(text("privacy.few"), covered=False)
    if not whole["attempts"]:
        return Finding(text("payments.say.none"))
    sentence = text("payments.say.summary", whole, failed=whole["attempts"] - whole["paid"])
    worst = min((row for row in single if not pd.isna(row["rate"])), key=lambda row: row["rate"], default=None)
    if worst is not None and worst["high"] < whole["rate"]:
        sentence += text("payments.say.worst", worst)
    known = [row for row in records(incidents) if not pd.isna(row["attempts"])]
    sentence += "".join(text("payments.say.incident", row) for row in known)
    entry = context.entry("payment_success_rate", whole, "rate", of=("paid", "attempts"), method="Wilson")
    exhibits = (_channels(channels, text), *_incidents(incidents, text))
    return Finding(sentence, (entry,), _course(steps, text), exhibits=exhibits)


_RATE = ("rate", "low", "high")
_COUNTS = {"attempts": (*_RATE, "paid"), "paid": _RATE}


def _without_few(channels: pd.DataFrame) -> pd.DataFrame:
    """Channels beside all of them; those of few attempts are masked with what would tell them.

    Failed attempts are a figure of the system and stay.
    """
    sums = [Sum(name, _of_all, whole=_is_all) for name in ("attempts", "paid")]
    shown: pd.DataFrame = masked(channels, _COUNTS, sums)
    return shown


def _of_all(frame: pd.DataFrame) -> pd.Series[str]:
    return frame["channel"].map(lambda _: "all")


def _is_all(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["channel"] == "all"


def _course(steps: pd.DataFrame, text: Text) -> Table:
    """The hours in which a payment failed, since minutes are too many to read."""
    hours = steps.assign(hour=steps["at"].dt.floor("h")).groupby("hour", as_index=False)[["attempts", "paid"]].sum()
    hours = hours[hours["paid"] < hours["attempts"]]
    shown = masked(hours.assign(rate=hours["paid"] / hours["attempts"]), _COUNTS)
    return frame_table("payments", shown, ("hour", "attempts", "paid", "rate"), text)


def _channels(channels: pd.DataFrame, text: Text) -> Exhibit:
    named = channels.assign(channel=[_channel(name, text) for name in channels["channel"]])
    table = frame_table("payments.channels", named, ("channel.", "attempts", "paid", "rate", "low", "high"), text)
    drawn = named.rename(columns={"channel": "label", "rate": "estimate"})[["label", "estimate", "low", "high"]]
    options = {"value": text("payments.chart.rate"), "unit": "rate", "reference": float(channels["rate"].iloc[0])}
    return Exhibit(chart=forest, frame=drawn, options=options, table=table, sentence=_lowest(named, text))


def _lowest(channels: pd.DataFrame, text: Text) -> str:
    """The channel of the lowest rate beside all of them."""
    whole, *single = records(channels)
    known = [row for row in single if not pd.isna(row["rate"])]
    if pd.isna(whole["rate"]) or not known:
        return ""
    return text("payments.say.lowest", min(known, key=lambda row: row["rate"]), whole=whole["rate"])


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


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Attempts that went through, and below those that failed, over the same time; incidents are shaded."""
    frame = checked(frame, "payments", ("at", "attempts", "paid", "broken"))
    step = pd.to_datetime(frame["at"]).diff().median() if len(frame) > 1 else pd.Timedelta(hours=1)
    shown = frame.assign(failed=frame["attempts"] - frame["paid"])
    shade = Shade("broken", BAND)
    return line_chart(
        shown,
        text,
        "payments.chart",
        Panel((Columns("paid", width=1), shade), title="paid", share=3),
        Panel((Columns("failed", WARM, width=1), shade), title="failed", share=2),
        at="at",
        over="hour",
        height=3.8,
        under=text("hourly_sales.chart.hour"),
        facts={**shown[["paid", "failed"]].sum(), "minutes": round(step.total_seconds() / 60)},
        caption="caption_broken" if frame["broken"].any() else "caption",
    )


section = Section("payments", say, draw, level=2, grain={"events": "minute"})
