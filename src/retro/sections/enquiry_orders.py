"""Enquiries before an order: how many who asked ordered soon after, beside the baseline."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, Tick, row_chart
from retro.i18n import Text
from retro.privacy import Sum
from retro.sections.section import Context, Finding, Section, frame_table, is_known, records, way_of

_GAP = ("difference", "difference_low", "difference_high")
_COLUMNS = ("label.", "asked", "ordered", "rate", "low", "high", "baseline_rate", *_GAP)
_ALL = "all"


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of all who asked that ordered, beside the baseline's, and the topics with the highest and lowest."""
    text, hours = context.text, context.asked("enquiry_hours")
    if frame.empty:
        return Finding(text("enquiry_orders.say.none"), covered=False)
    whole, *topics = records(frame)
    if not is_known(whole["rate"]):
        return Finding(text("privacy.few"), covered=False)
    sentence = text("enquiry_orders.say.summary", whole, hours=hours)
    entries = [context.entry("enquiry_order_rate", whole, "rate", of=("ordered", "asked"), method="Wilson")]
    if is_known(whole["difference"]):
        way = way_of(whole["difference_low"], whole["difference_high"])
        sentence += text(f"enquiry_orders.say.{way}", whole)
        entries.append(context.entry("enquiry_order_rate_change", whole, "difference", method="Newcombe"))
    told = [row for row in topics if is_known(row["rate"]) and row["topic"] != "other"]
    if len(told) > 1:
        most, least = (end(told, key=lambda row: row["rate"]) for end in (max, min))
        if most["low"] > least["high"]:
            sentence += text("enquiry_orders.say.most", most) + text("enquiry_orders.say.least", least)
    sentence += text("enquiry_orders.say.no_cause")
    return Finding(
        sentence, tuple(entries), frame_table("enquiry_orders", frame.assign(label=_names(frame, text)), _COLUMNS, text)
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for all and one per topic: the share that ordered, and as a line that of the baseline."""
    named = frame.assign(label=_names(frame, text))
    marks = (Bar("rate", name="campaign"), Tick("baseline_rate", BASELINE, name="baseline"))
    return row_chart(named, text, "enquiry_orders.chart", *marks)


def _names(frame: pd.DataFrame, text: Text) -> list[str]:
    """Topics in words, and the row of all."""
    all_of_them = text("enquiry_orders.all")
    return [all_of_them if topic == _ALL else text.label("topic", str(topic)) for topic in frame["topic"]]


_RATE = ("rate", "low", "high", *_GAP)


def _together(frame: pd.DataFrame) -> Any:  # noqa: ANN401 - a pandas series
    """What adds up: all topics."""
    return frame["topic"].map(lambda _: _ALL)


section = Section(
    "enquiry_orders",
    say,
    draw,
    level=2,
    people={
        "asked": _RATE,
        "ordered": _RATE,
        "baseline_asked": ("baseline_rate", *_GAP),
        "baseline_ordered": ("baseline_rate", *_GAP),
    },
    totals=tuple(
        Sum(name, _together, whole=lambda frame: frame["topic"] == _ALL)
        for name in ("asked", "ordered", "baseline_asked", "baseline_ordered")
    ),
    links=("support_tickets.user_id",),
    grain={"support_tickets": "minute", "orders": "minute"},
    of_people=True,
)
