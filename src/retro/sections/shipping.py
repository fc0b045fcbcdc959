"""Shipping: how many orders left within the promised hours, beside the baseline."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, Tick, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, is_known, records

_GAP = ("difference", "difference_low", "difference_high")
_RATES = (
    *("cohort.now", "shipped", "in_time", "late", "open", "rate", "low", "high", "least_rate"),
    *("median_hours", "p90_hours"),
)


def say(course: pd.DataFrame, rates: pd.DataFrame, context: Context) -> Finding:
    """The share in time beside the baseline's, how long it took, and what is not known.

    The frames are those of `metrics.shipping`, its second one first.
    """
    text, hours = context.text, context.asked("shipped_within_hours")
    if rates.empty:
        return Finding(text("shipping.say.none"), covered=False)
    own, base = records(rates)
    if own["shipped"] == 0:
        return Finding(text("shipping.say.young", hours=hours), covered=False)
    if not is_known(own["rate"]):
        return Finding(text("privacy.few"), covered=False)
    first = text("shipping.say.summary", own, hours=hours)
    worse = False
    if is_known(own["difference"]) and is_known(base["rate"]):
        worse = own["difference_high"] < 0
        way = "less" if worse else "more" if own["difference_low"] > 0 else "alike"
        first += text(f"shipping.say.{way}", own, before=base["rate"])
    else:
        first += text("shipping.say.no_baseline")
    more = text("shipping.say.hours", own)
    footnote = ""
    if is_known(own["open"]) and own["open"]:
        footnote += text("shipping.say.open", own)
    if is_known(own["waiting"]) and own["waiting"]:
        footnote += text("shipping.say.waiting", own, hours=hours)
    step = text("shipping.say.next_step", hours=hours) if worse else ""
    columns = ("hours", "rate", "baseline_rate")
    return Finding(
        first + more + step,
        _entries(own, context),
        frame_table("shipping", course, columns, text),
        exhibits=(Exhibit(table=frame_table("shipping.rates", rates, _RATES, text, folded=False)),),
        footnote=footnote,
        next_step=step,
    )


def _entries(own: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    found = [
        context.entry("shipped_in_time_rate", own, "rate", of=("in_time", "shipped"), method="Wilson"),
        context.entry("shipping_median_hours", own, "median_hours"),
        context.entry("shipping_p90_hours", own, "p90_hours"),
    ]
    if is_known(own["least_rate"]) and is_known(own["due"]):
        found.append(context.entry("shipped_in_time_least_rate", own, "least_rate", of=("in_time", "due")))
    if is_known(own["difference"]):
        found.append(context.entry("shipped_in_time_rate_change", own, "difference", method="Newcombe"))
    return tuple(found)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for each of some hours: the share shipped by then, and as a line that of the baseline."""
    marks = (Bar("rate", name="campaign"), Tick("baseline_rate", BASELINE, name="baseline"))
    return row_chart(frame, text, "shipping.chart", *marks, whole=1.0)


_RATE = ("rate", "low", "high", *_GAP)

section = Section(
    "shipping",
    say,
    draw,
    level=2,
    people={
        "due": ("least_rate",),
        "shipped": (*_RATE, "least_rate", "median_hours", "p90_hours"),
        "in_time": (*_RATE, "least_rate"),
        "late": (*_RATE, "least_rate"),
        "open": ("least_rate",),
        "waiting": (),
        "orders": ("rate",),
        "orders_before": ("baseline_rate",),
    },
    grain={"orders": "hour"},
)
