"""Booking: who booked, who came, and who bought."""

import pandas as pd

from retro.charts import ACCENT, BAND, Bar, Chart, drawn, row_chart
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Of those who booked, how many came and bought, beside those who were there and did not book."""
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
        context.entry("booking_came_rate", booked, of=("came", "members"), method="Wilson"),
        context.entry("booking_order_rate", booked, of=("buyers", "members"), method="Wilson"),
    )
    columns = (
        "group.booking",
        "members",
        "came",
        "booking_came_rate",
        "buyers",
        "booking_order_rate",
        "booking_order_low",
        "booking_order_high",
        *(("gmv",) if frame["gmv"].notna().any() else ()),
    )
    return Finding(sentence, entries, frame_table("booking", frame, columns, text), headline=(headline,))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group of members: the share that came, and within it the share that bought."""
    marks = (Bar("booking_came_rate", BAND, 0.62, "came"), Bar("booking_order_rate", ACCENT, 0.36, "bought"))
    return row_chart(drawn(frame, "booking", "booking_came_rate"), text, "booking.chart", *marks, whole=1)


_CAME = ("booking_came_rate", "booking_came_low", "booking_came_high")
_BOUGHT = ("booking_order_rate", "booking_order_low", "booking_order_high")

section = Section(
    "booking",
    say,
    draw,
    people={
        "members": (*_CAME, *_BOUGHT),
        "orders": ("gmv",),
        "came": _CAME,
        "buyers": (*_BOUGHT, "gmv"),
    },
    of_people=True,
)
