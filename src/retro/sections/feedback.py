"""Feedback: moods with reasons, and the negative shares against the alarm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from retro import charts
from retro.charts import ACCENT, BASELINE, WARM, Bar, Chart, Span, drawn, floats, row_chart
from retro.charts.frames import known, rows
from retro.i18n import Text
from retro.privacy import Sum, masked
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_ENTRIES = {
    "reviews": "negative_review_rate",
    "reviews_baseline": "negative_review_rate_baseline",
    "surveys": "negative_feedback_rate",
}
_TOLD = ("rate", "low", "high")


def say(frame: pd.DataFrame, negative: pd.DataFrame, context: Context) -> Finding:
    """Moods and the reason given most by each, and the negative shares against the alarm.

    `frame` is the frame of `metrics.feedback` and `negative` that of `metrics.negative_feedback`.
    `voice.negative_alarm` is the alarm.
    """
    text, alarm = context.text, float(context.params.voice.negative_alarm)
    negative = _without_few(negative)
    told, known = (records(each[each["rate"].notna()]) for each in (frame, negative))
    if not told and not known:
        return Finding(text("feedback.say.none", campaign=context.params.campaign_id), covered=False)
    entries = tuple(
        context.entry(_ENTRIES[row["source"]], row, "rate", of=("negative", "answers"), method="Wilson")
        for row in records(negative)
    )
    columns = ("mood.answer", "answer.answer", "answers", "asked", "rate", "low", "high")
    exhibits = [Exhibit(table=frame_table("feedback", frame, columns, text))] if len(frame) else []
    if known:
        exhibits.append(_alarm_exhibit(pd.DataFrame(known), alarm, text))
    sentence = _moods(told, text) + _against_alarm(known, alarm, text)
    return Finding(sentence, entries, exhibits=tuple(exhibits), next_step=_next_step(told, text))


def _without_few(negative: pd.DataFrame) -> pd.DataFrame:
    """Answers to a survey are people, and few of them are masked; reviews are public."""
    asked = negative["source"] == "surveys"
    shown: pd.DataFrame = pd.concat([negative[~asked], masked(negative[asked], {"negative": _TOLD})])
    return shown


def _moods(rows: list[dict[str, Any]], text: Text) -> str:
    moods = [row for row in rows if row["question"] == "mood"]
    if not moods:
        top = _most(rows)
        return text("feedback.say.top", top) if top else ""
    parts = []
    for mood in moods:
        reason = _most(row for row in rows if row["question"] != "mood" and row["mood"] == mood["answer"])
        parts.append(text("feedback.say.mood", mood) + (text("feedback.say.reason", reason) if reason else ""))
    return text("feedback.say.moods", parts=text("chart.clause").join(parts))


def _most(rows: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    return max(rows, key=lambda row: row["answers"], default=None)


def _next_step(rows: list[dict[str, Any]], text: Text) -> str:
    top = _most(row for row in rows if row["mood"] == "negative" and row["question"] != "mood")
    return text("advice.mend", top) if top else ""


def _against_alarm(known: list[dict[str, Any]], alarm: float, text: Text) -> str:
    """The negative shares against the alarm, then the baseline of reviews."""
    parts = [
        text(f"feedback.say.{_side(row, alarm)}", row, source=text(f"feedback.say.source.{row['source']}"))
        for row in known
        if row["source"] != "reviews_baseline"
    ]
    sentence = text("feedback.say.alarm", alarm=alarm, parts=text("chart.clause").join(parts)) if parts else ""
    baseline = [text("feedback.say.baseline", row) for row in known if row["source"] == "reviews_baseline"]
    return "".join([sentence, *baseline])


def _side(row: Mapping[str, Any], alarm: float) -> str:
    return "above" if row["low"] > alarm else "below" if row["high"] < alarm else "unsure"


def _alarm_exhibit(known: pd.DataFrame, alarm: float, text: Text) -> Exhibit:
    labels = [text(f"feedback.chart.negative.{source}") for source in known["source"]]
    named = known.assign(label=labels, estimate=known["rate"])
    options = {"value": text("feedback.chart.negative.value"), "unit": "rate", "reference": alarm}
    columns = ("label.", "negative", "answers", "rate", "low", "high")
    highest = max(records(named), key=lambda row: row["rate"])
    sentence = text("feedback.say.highest", highest, alarm=alarm)
    return Exhibit(charts.forest, named, options, frame_table("feedback.negative", named, columns, text), sentence)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per answer with its interval: each mood, and below it, paler, what its respondents gave as reasons."""
    drawn(frame, "feedback", "rate")
    frame = _by_mood(frame).reset_index(drop=True)
    main = (frame["question"] == MOOD) | ~frame["mood"].map(known)
    names, rate = text.labels("answer", frame["answer"]), floats(frame["rate"])
    shown = frame.assign(
        label=[name if one else f"· {name}" for name, one in zip(names, main, strict=True)],
        mood_rate=rate.where(main, 0),
        reason_rate=rate.where(~main, 0),
        colour=[_COLOURS.get(str(mood), BASELINE) for mood in frame["mood"]],
    )
    marks = (Bar("mood_rate", "colour"), Bar("reason_rate", "colour", 0.4, look={"alpha": _PALE}))
    return row_chart(shown, text, "feedback.chart", *marks, Span("low", "high", colour="colour"), axis="rate")


MOOD = "mood"


_COLOURS = {"positive": ACCENT, "negative": WARM}


_PALE = 0.45
"""How strong the bar of a reason stands beside that of its mood."""


def _by_mood(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in reading order: each mood followed by its reasons, the most frequent mood first."""
    order = {str(row.answer): place for place, row in enumerate(rows(frame[frame["question"] == MOOD]))}
    place = [order.get(str(row.mood), len(order)) for row in rows(frame)]
    keyed = frame.assign(place=place, reason=frame["question"] != MOOD)
    return keyed.sort_values(["place", "reason"], kind="stable", ignore_index=True)


def _question(frame: pd.DataFrame) -> pd.Series[str]:
    """Whose answers add up to those asked: of all to the mood, of one mood to the other questions."""
    if "question" not in frame.columns:  # the negative shares, each a source of its own
        return frame["source"].astype(str)
    mood = frame["mood"].map(lambda value: value if known(value) else "").where(frame["question"] != MOOD, "")
    return frame["question"].astype(str) + " " + mood.astype(str)


section = Section(
    "feedback",
    say,
    draw,
    people=dict.fromkeys(("answers", "asked"), _TOLD),
    totals=(Sum("answers", _question, name="asked"),),
)
