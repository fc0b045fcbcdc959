"""Matched participants: purchases beside matched members, where a campaign was opt-in."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import BASELINE, Chart, Line, Shade, checked, floats, line_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import FEW, masked
from retro.sections.matching import PEOPLE, trusted
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(weeks: pd.DataFrame, frame: pd.DataFrame, context: Context) -> Finding:
    """The effect on participants, how many of them found nobody alike, and whether the placebo holds.

    `weeks` is the frame of `metrics.matched_weeks`, which the chart draws; `frame` the one row of
    `metrics.matched_participants`.
    """
    text, (row,) = context.text, records(masked(frame, PEOPLE))
    if not row["matched"] or row["matched"] is FEW:
        key = "few" if row["matched"] else "nobody_alike" if row["participants"] else "nobody"
        return Finding(text(f"matched_participants.say.{key}", row))
    table = frame_table("matched_participants", weeks, ("week", "on", "participants", "others"), text)
    known, sound, clear = not pd.isna(row["low"]), trusted(row), row["low"] > 0 or row["high"] < 0
    key = "unknown" if not known else "unsound" if not sound else "clear" if clear else "unclear"
    sentence = text(f"matched_participants.say.{key}", row)
    sentence += text("matched_participants.say.matched", row, unmatched=1 - row["matched_rate"])
    if not known:
        return Finding(sentence, (), table)
    holds = row["placebo_low"] <= 0 <= row["placebo_high"]
    placebo = "holds" if holds else "small" if sound else "fails"
    sentence += text(f"matched_participants.say.placebo_{placebo}", row)
    return Finding(sentence, _entries(row, context, sound=sound), table)


def _entries(row: Mapping[str, Any], context: Context, *, sound: bool) -> tuple[Entry, ...]:
    """How many were matched; the effect too, where the placebo lets it be believed."""
    matched = context.entry("matched_rate", row, of=("matched", "participants"))
    if not sound:
        return (matched,)
    method, people = "coarsened exact matching, differences in differences", number(row["matched"])
    return matched, context.entry("matched_effect", row, "effect", method=method, denominator=people)


# `people` stays empty, as `participants` of the weeks is an amount: what counts people is masked above
def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line of participants and one of people like them, the weeks since the start shaded."""
    frame = checked(frame, "matched_participants", ("week", "participants", "others"))
    sides, weeks = ("participants", "others"), floats(frame["week"])
    means = {
        f"{side}_{when}": floats(frame[side][own]).mean()
        for side in sides
        for when, own in (("before", weeks < 0), ("since", weeks >= 0))
    }
    return line_chart(
        frame.assign(since=weeks >= 0),
        text,
        "matched_participants.chart",
        Line("participants", name="participants", width=2.2, dot=4),
        Line("others", BASELINE, "others", dot=3.5),
        Shade("since", dashed=True),
        at="week",
        over="weeks",
        y="money",
        height=3.2,
        under=text("matched_participants.chart.week"),
        facts=means,
    )


section = Section("matched_participants", say, draw, level=2, of_people=True)
