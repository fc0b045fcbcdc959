"""Support: enquiries, answer times and topics."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Chart, checked
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import Sum, hidden
from retro.sections.compared import LIFT_METHOD, lift_side
from retro.sections.registrations import draw as registrations
from retro.sections.section import Context, Exhibit, Finding, Section, cohort_row, frame_table, records

_ANSWERS = ("cohort.when", "tickets", "median_seconds", "p90_seconds", "within", "rate")


def say(
    daily: pd.DataFrame, lift: pd.DataFrame, answers: pd.DataFrame, topics: pd.DataFrame, context: Context
) -> Finding:
    """Enquiries beside the baseline, how fast they were answered, and what grew most.

    `daily` is the frame of `metrics.support`, `lift` the one row of `metrics.support_lift`, `answers` that of
    `metrics.support_answers` and `topics` that of `metrics.support_topics`. `voice.answer_seconds` is how fast an
    answer should be.
    """
    text, (load,) = context.text, records(lift)
    if load["tickets"] is None:
        return Finding(text("support.say.lost"), covered=False)
    if hidden(load["tickets"]):
        return Finding(text("privacy.few"), covered=False)
    if not load["tickets"]:
        return Finding(text("support.say.none"), covered=False)
    campaign, baseline = (cohort_row(answers, cohort=cohort) for cohort in ("campaign", "baseline"))
    sentence = _load(load, text)
    if campaign["answered"] and not pd.isna(campaign["rate"]):
        sentence += text("support.say.speed", campaign, limit=context.params.voice.answer_seconds)
        sentence += (
            text("support.say.baseline_speed", baseline)
            if baseline["answered"] and not hidden(baseline["answered"])
            else ""
        )
    if grown := _grown(topics):
        sentence += text("support.say.topic", grown)
    tables = (
        frame_table("support.answers", answers, _ANSWERS, text, folded=False),
        frame_table("support.topics", topics, ("topic.topic", "tickets", "share", "baseline"), text, folded=False),
    )
    table = frame_table("support", daily, ("on", "tickets", "baseline"), text)
    warned = (text("support.lost", load),) if load["lost_days"] else ()
    exhibits = tuple(Exhibit(table=one) for one in tables)
    return Finding(sentence, _entries(load, campaign, context), table, warnings=warned, exhibits=exhibits)


def _load(load: dict[str, Any], text: Text) -> str:
    if pd.isna(load["lift_rate"]):
        return text(f"support.say.{'zero_baseline' if load['baseline'] == 0 else 'no_baseline'}", load)
    return text(f"support.say.{lift_side(load, 'tickets')}", load, baseline_low=max(load["baseline_low"], 0))


def _grown(topics: pd.DataFrame) -> dict[str, Any] | None:
    rows = [
        row
        for row in records(topics)
        if not hidden(row["tickets"]) and row["tickets"] > row["baseline"] and row["topic"] != "other"
    ]
    return max(rows, key=lambda row: row["tickets"] - row["baseline"], default=None)


def _entries(load: dict[str, Any], campaign: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    of = ("tickets", "baseline")
    return (
        context.entry("support_tickets", load, "tickets"),
        context.entry("support_lift_rate", load, "lift_rate", of=of, method=LIFT_METHOD),
        context.entry("support_in_time_rate", campaign, "rate", of=("within", "tickets"), method="Wilson"),
        context.entry("first_answer_median_seconds", campaign, "median_seconds"),
        context.entry("first_answer_p90_seconds", campaign, "p90_seconds"),
    )


def _together(frame: pd.DataFrame) -> pd.Series[Any]:
    """What adds up to all enquiries: days and topics do, cohorts do not."""
    return frame["cohort"] if "cohort" in frame.columns else frame["tickets"].map(lambda _: "all")


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Bars by day, the baseline as a line with its range behind it."""
    frame = checked(frame, "support", ("on", "tickets", "baseline", "baseline_low", "baseline_high"))
    return registrations(frame.rename(columns={"tickets": "registrations"}), text, noun="ticket")


_LIFT = ("share", "change", "lift_rate", "lift_low", "lift_high")
_SPEED = ("median_seconds", "p90_seconds", "rate", "low", "high")


section = Section(
    "support",
    say,
    draw,
    links=("support_tickets.user_id",),
    people={"tickets": (*_LIFT, *_SPEED), "answered": _SPEED, "within": ("rate", "low", "high")},
    totals=(Sum("tickets", _together, name="all_tickets"),),
    grain={"support_tickets": "minute"},
)
