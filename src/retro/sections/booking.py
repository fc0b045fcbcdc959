"""Booking: who booked, who came, and who bought."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import drawn, told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, BAND
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.finding import Context, Finding, frame_table, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Of those who booked, how many came and bought, beside those who were there and did not book.

    Args:
        frame: The frame of `metrics.booking`.
        context: Params and texts.
    """
    text, rows = context.text, {row["group"]: row for row in records(frame)}
    booked, seen, away = (rows[group] for group in ("booked", "seen", "away"))
    if not booked["members"]:
        return Finding(text("booking.say.nobody"), covered=False)
    headline = text("booking.say.summary", booked)
    sentence = headline
    if seen["members"]:
        sentence += text("booking.say.seen", seen)
    buyers = sum(row["buyers"] for row in rows.values())
    if buyers and buyers is not FEW:
        share = booked["buyers"] / buyers
        sentence += text("booking.say.share", share=share, all=buyers, away=away["buyers"])
    entries = (
        context.entry("booked_members", booked, "members"),
        context.entry("booking_came_rate", booked, "came_rate", of=("came", "members"), method="Wilson"),
        context.entry("booking_order_rate", booked, "order_rate", of=("buyers", "members"), method="Wilson"),
    )
    columns = (
        "group.booking",
        "members",
        "came",
        "came_rate",
        "buyers",
        "order_rate",
        "order_low",
        "order_high",
        "gmv",
    )
    return Finding(sentence, entries, frame_table("booking", frame, columns, text), headline=(headline,))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group of members: the share that came, and within it the share that bought."""
    frame = drawn(frame, "booking", "came_rate")
    bold = told(frame, text, "booking.chart.bold", "order_rate", "")
    few = told(frame, text, "booking.chart.few_bought")
    came, few_came = (
        told(frame, text, "booking.chart.quiet", "came_rate", ""),
        told(frame, text, "booking.chart.few_came"),
    )
    shown = frame.assign(
        label=text.labels("booking", frame["group"]),
        bold=[one or other for one, other in zip(bold, few, strict=True)],
        quiet=[one or other for one, other in zip(came, few_came, strict=True)],
    )
    shown["said"] = [text.join([quiet, bold]) for quiet, bold in zip(shown["quiet"], shown["bold"], strict=True)]
    marks = (Bar("came_rate", BAND, 0.62, "came"), Bar("order_rate", ACCENT, 0.36, "bought"))
    return row_chart(shown, text, "booking.chart", *marks, whole=1)


section = Section(
    "booking",
    say,
    draw,
    people={"came": ("came_rate", "came_low", "came_high"), "buyers": ("order_rate", "order_low", "order_high", "gmv")},
)
