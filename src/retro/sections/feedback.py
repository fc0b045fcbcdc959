"""What participants say: moods and their reasons, and whether the share of negative voices calls for somebody."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.sections.finding import Context, Exhibit, Finding, frame_table, rate_entry, records

_ENTRIES = {
    "reviews": "negative_review_rate",
    "reviews_usual": "negative_review_rate_usual",
    "surveys": "negative_feedback_rate",
}


def feedback(frame: pd.DataFrame, negative: pd.DataFrame, context: Context) -> Finding:
    """Moods and the reason given most by each, and the negative shares against the alarm.

    Args:
        frame: The frame of `metrics.feedback`.
        negative: The frame of `metrics.negative_feedback`.
        context: Params and texts; `voice.negative_alarm` is the alarm.
    """
    text = context.text
    known = [row for row in records(negative) if row["answers"]]
    if frame.empty and not known:
        return Finding(text("feedback.say.none", campaign=context.params.campaign_id), covered=False)
    alarm = float(context.params.voice.negative_alarm)
    sentences = [_sentence(frame, text)] if len(frame) else []
    heard = [row for row in known if row["source"] != "reviews_usual"]
    parts = [_against_alarm(row, alarm, text) for row in heard]
    if parts:
        clauses = text("chart.clause").join(parts)
        sentences.append(text("feedback.say.alarm", alarm=text.rate(alarm, 0), parts=clauses))
    usual = next((row for row in known if row["source"] == "reviews_usual"), None)
    if usual is not None:
        sentences.append(
            text("feedback.say.usual", rate=text.rate(usual["rate"]), answers=text.count(usual["answers"]))
        )
    shared = context.facts("feedback")
    entries = tuple(
        rate_entry(
            _ENTRIES[row["source"]],
            row,
            "negative",
            "answers",
            tables=(row["source"].removesuffix("_usual"),),
            **shared,
        )
        for row in records(negative)
    )
    units = {"mood": "name.answer", "answer": "name.answer", "answers": "count", "asked": "count", "rate": "rate"}
    table = frame_table("feedback", frame, {**units, "low": "rate", "high": "rate"}, text) if len(frame) else None
    exhibits = (Exhibit(table=table),) if table is not None else ()
    if known:
        exhibits = (*exhibits, _alarm_exhibit(pd.DataFrame(known), alarm, text))
    return Finding("".join(sentences), entries, exhibits=exhibits, next_step=_next_step(frame, text))


def _sentence(frame: pd.DataFrame, text: Text) -> str:
    """Each mood with its share and the reason given most; without moods, what was chosen most."""
    rows = records(frame)
    moods = [row for row in rows if row["question"] == "mood"]
    reasons = [row for row in rows if row["question"] != "mood"]
    if not moods:
        top = max(reasons, key=lambda row: row["answers"])
        return text("feedback.say.top", **_facts(top, text))
    parts = []
    for mood in moods:
        own = [row for row in reasons if row["mood"] == mood["answer"]]
        reason = max(own, key=lambda row: row["answers"], default=None)
        part = text("feedback.say.mood", **_facts(mood, text))
        if reason is not None:
            part += text("feedback.say.reason", **_facts(reason, text))
        parts.append(part)
    return text("feedback.say.moods", parts=text("chart.clause").join(parts))


def _next_step(frame: pd.DataFrame, text: Text) -> str:
    """Mend what those name most who are not content."""
    reasons = [row for row in records(frame) if row["mood"] == "negative" and row["question"] != "mood"]
    top = max(reasons, key=lambda row: row["answers"], default=None)
    return text("advice.mend", **_facts(top, text)) if top is not None else ""


def _facts(row: dict[str, Any], text: Text) -> dict[str, str]:
    return {
        "answer": text.label("answer", str(row["answer"])),
        "rate": text.rate(row["rate"]),
        "answers": text.count(row["answers"]),
        "asked": text.count(row["asked"]),
    }


def _against_alarm(row: dict[str, Any], alarm: float, text: Text) -> str:
    """One source against the alarm: `above` or `below` where its whole interval is, else `unsure`."""
    side = "above" if row["low"] > alarm else "below" if row["high"] < alarm else "unsure"
    return text(
        f"feedback.say.{side}",
        source=text(f"feedback.say.source.{row['source']}"),
        rate=text.rate(row["rate"]),
        negative=text.count(row["negative"]),
        answers=text.count(row["answers"]),
        interval=text.interval(row["low"], row["high"], "rate"),
    )


def _alarm_exhibit(known: pd.DataFrame, alarm: float, text: Text) -> Exhibit:
    """The negative shares as a forest against the alarm, with their table."""
    named = known.assign(
        label=[text(f"feedback.chart.negative.{source}") for source in known["source"]], estimate=known["rate"]
    )
    units = {
        "label": "name.source",
        "negative": "count",
        "answers": "count",
        "rate": "rate",
        "low": "rate",
        "high": "rate",
    }
    options = {"value": text("feedback.chart.negative.value"), "unit": "rate", "reference": alarm}
    return Exhibit(charts.forest, named, options, frame_table("feedback.negative", named, units, text))
