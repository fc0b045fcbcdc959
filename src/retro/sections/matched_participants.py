"""Matched participants: purchases beside matched members, where a campaign was opt-in."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import BASELINE, Chart, Line, Panel, Shade, checked, floats, line_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import FEW, masked
from retro.sections.matching import PEOPLE, trusted
from retro.sections.section import Context, Finding, Section, frame_table, number, records

_TOLD_FROM = 0.005
"""A smaller share of participants without anybody like them is not worth a figure."""


def say(weeks: pd.DataFrame, frame: pd.DataFrame, context: Context) -> Finding:
    """The effect on participants, how many of them found nobody alike, and whether the placebo holds.

    `weeks` is the frame of `metrics.matched_weeks`, which the chart draws; `frame` the one row of
    `metrics.matched_participants`.
    """
    text, (row,) = context.text, records(masked(frame, PEOPLE))
    in_orders = row["unit"] == "orders"
    if not row["matched"] or row["matched"] is FEW:
        key = "few" if row["matched"] else "nobody_alike" if row["participants"] else "nobody"
        return Finding(text(f"matched_participants.say.{key}", row))
    table = frame_table("matched_participants", weeks, ("week", "on", "participants", "others"), text)
    known, sound, clear = not pd.isna(row["low"]), trusted(row), row["low"] > 0 or row["high"] < 0
    key = "unknown" if not known else "unsound" if not sound else "clear" if clear else "unclear"
    amounts = _amounts(row, text)
    sentence = text("matched_participants.say.in_orders") if in_orders else ""
    sentence += text(f"matched_participants.say.{key}", amounts)
    unmatched = 1 - row["matched_rate"]
    share = "_all" if not unmatched else "_most" if unmatched < _TOLD_FROM else ""
    sentence += text(f"matched_participants.say.matched{share}", row, unmatched=unmatched)
    means = f"matched_participants.means.{context.params.kind}"
    sentence += text(means) if text.has(means) else ""
    if not known:
        return Finding(sentence, (), table)
    holds = row["placebo_low"] <= 0 <= row["placebo_high"]
    placebo = "holds" if holds else "small" if sound else "fails"
    sentence += text(f"matched_participants.say.placebo_{placebo}", amounts)
    entries = _entries(row, context, sound=sound and not in_orders)
    return Finding(sentence, entries, table, shown=sound and row["low"] > 0)


def _amounts(row: Mapping[str, Any], text: Text) -> dict[str, str]:
    """What participants bought more, each and in all, and the placebo, in words: in money, else in orders."""
    if row["unit"] == "orders":
        said = {name: text("matched_participants.orders", value=row[name]) for name in _MEANS}
        ends = {
            name: text("matched_participants.orders_between", low=row[low], high=row[high])
            for name, (low, high) in _MEANS.items()
            if not (pd.isna(row[low]) or pd.isna(row[high]))
        }
    else:
        said = {name: text.value(row[name], "money") for name in _MEANS}
        ends = {name: text.interval(row[low], row[high], "money") for name, (low, high) in _MEANS.items()}
    return said | {f"{name}_between": ends.get(name, "") for name in _MEANS}


_MEANS = {
    "effect_per_user": ("low", "high"),
    "effect": ("effect_low", "effect_high"),
    "placebo_per_user": ("placebo_low", "placebo_high"),
}
"""Means, and the ends of their intervals."""


def _entries(row: Mapping[str, Any], context: Context, *, sound: bool) -> tuple[Entry, ...]:
    """How many were matched; the effect too, where it is money and the placebo lets it be believed."""
    matched = context.entry("matched_rate", row, of=("matched", "participants"))
    if not sound:
        return (matched,)
    method, people = "coarsened exact matching, differences in differences", number(row["matched"])
    return matched, context.entry("matched_effect", row, "effect", method=method, denominator=people)


# `people` stays empty, as `participants` of the weeks is an amount: what counts people is masked above
def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line of participants and one of people like them, the weeks since the start shaded."""
    frame = checked(frame, "matched_participants", ("week", "participants", "others", "unit"))
    sides, weeks = ("participants", "others"), floats(frame["week"])
    in_orders = bool((frame["unit"] == "orders").any())
    means = {
        f"{side}_{when}": floats(frame[side][own]).mean()
        for side in sides
        for when, own in (("before", weeks < 0), ("since", weeks >= 0))
    }
    return line_chart(
        frame.assign(since=weeks >= 0),
        text,
        "matched_participants.chart",
        Panel(
            (
                Line("participants", name="participants", width=2.2, dot=4),
                Line("others", BASELINE, "others", dot=3.5),
                Shade("since", dashed=True),
            ),
            "count" if in_orders else "money",
            title="orders" if in_orders else "value",
        ),
        at="week",
        over="weeks",
        height=3.2,
        under=text("matched_participants.chart.week"),
        facts=means,
        alt="alt_orders" if in_orders else "alt",
    )


section = Section("matched_participants", say, draw, level=2, of_people=True)
