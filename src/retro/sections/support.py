"""What the campaign asked of customer support, and how support answered."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.finding import (
    Context,
    Exhibit,
    Finding,
    cohort_row,
    frame_table,
    lift_entry,
    lift_side,
    number,
    rate_entry,
    records,
)


def support(
    daily: pd.DataFrame, lift: pd.DataFrame, answers: pd.DataFrame, topics: pd.DataFrame, context: Context
) -> Finding:
    """Enquiries beside the usual level, how fast they were answered, and what grew most.

    Args:
        daily: The frame of `metrics.support`.
        lift: The one row of `metrics.support_lift`.
        answers: The frame of `metrics.support_answers`.
        topics: The frame of `metrics.support_topics`.
        context: Params and texts; `voice.answer_seconds` is how fast an answer should be.
    """
    text, (load,) = context.text, records(lift)
    if not load["tickets"]:
        return Finding(text("support.say.none"), covered=False)
    campaign, usual = (cohort_row(answers, cohort=cohort) for cohort in ("campaign", "usual"))
    sentences = [_load(load, text)]
    if campaign["answered"]:
        sentences.append(_speed(campaign, usual, context))
    if grown := _grown(topics):
        facts = {"topic": text.label("topic", grown["topic"]), "usual": text.exact(grown["usual"], 1)}
        share = {"tickets": text.count(grown["tickets"]), "share": text.rate(grown["share"], 0)}
        sentences.append(text("support.say.topic", **facts, **share))
    exhibits = (
        Exhibit(table=_answers_table(answers, text)),
        Exhibit(table=_topics_table(topics, text)),
    )
    units = {"on": "day", "tickets": "count", "baseline": "number"}
    table = frame_table("support", daily, units, text)
    return Finding("".join(sentences), _entries(load, campaign, context), table, exhibits=exhibits)


def _load(load: dict[str, Any], text: Text) -> str:
    facts = {"tickets": text.count(load["tickets"])}
    if pd.isna(load["lift_rate"]):
        return text(f"support.say.{'none_usual' if load['baseline'] == 0 else 'no_baseline'}", **facts)
    facts |= {
        "baseline": text.count(load["baseline"]),
        "interval": text.interval(max(load["baseline_low"], 0), load["baseline_high"], "tickets"),
        "lift": text.change(load["lift_rate"]),
    }
    return text(f"support.say.{lift_side(load, 'tickets')}", **facts)


def _speed(campaign: dict[str, Any], usual: dict[str, Any], context: Context) -> str:
    text = context.text
    sentence = text(
        "support.say.speed",
        median=text.count(campaign["median_seconds"]),
        p90=text.count(campaign["p90_seconds"]),
        limit=context.params.voice.answer_seconds,
        rate=text.rate(campaign["rate"]),
        within=text.count(campaign["within"]),
        tickets=text.count(campaign["tickets"]),
        interval=text.interval(campaign["low"], campaign["high"], "rate"),
    )
    if usual["answered"]:
        sentence += text("support.say.usual_speed", rate=text.rate(usual["rate"]))
    return sentence


def _grown(topics: pd.DataFrame) -> dict[str, Any] | None:
    """The topic that brought most enquiries over its usual level."""
    rows = [row for row in records(topics) if row["tickets"] > row["usual"] and row["topic"] != "other"]
    return max(rows, key=lambda row: row["tickets"] - row["usual"], default=None)


def _answers_table(answers: pd.DataFrame, text: Text) -> Table:
    units = {"cohort": "name.when", "tickets": "count", "median_seconds": "count", "p90_seconds": "count"}
    return frame_table("support.answers", answers, {**units, "within": "count", "rate": "rate"}, text, folded=False)


def _topics_table(topics: pd.DataFrame, text: Text) -> Table:
    units = {"topic": "name.topic", "tickets": "count", "share": "rate", "usual": "number"}
    return frame_table("support.topics", topics, units, text, folded=False)


def _entries(load: dict[str, Any], campaign: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    shared = context.facts("support", "support_tickets")
    return (
        Entry(name="support_tickets", value=number(load["tickets"]), unit="events", **shared),
        lift_entry("support_lift_rate", load, "tickets", **shared),
        rate_entry("support_in_time_rate", campaign, "within", "tickets", **shared),
        Entry(name="first_answer_median_seconds", value=number(campaign["median_seconds"]), unit="seconds", **shared),
        Entry(name="first_answer_p90_seconds", value=number(campaign["p90_seconds"]), unit="seconds", **shared),
    )
