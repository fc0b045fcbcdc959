"""Matched participants: what they bought beside others alike, where a campaign was opt-in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts.axes import StepLocator, amount_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, MUTED, PALE, USUAL, canvas, legend, styled, value_title
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import FEW, masked
from retro.sections.finding import Context, Finding, frame_table, number, records
from retro.sections.matching import PEOPLE, trusted
from retro.sections.section import Section


def say(weeks: pd.DataFrame, frame: pd.DataFrame, context: Context) -> Finding:
    """The effect on participants, how many of them found nobody alike, and whether the placebo holds.

    Args:
        weeks: The frame of `metrics.matched_weeks`, which the chart draws.
        frame: The one row of `metrics.matched_participants`.
        context: Params and texts.
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
@styled()
def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line of participants and one of people like them, the weeks since the start shaded."""
    frame = checked(frame, "matched_participants", ("week", "participants", "others"))
    weeks, took_part, others = (floats(frame[name]) for name in ("week", "participants", "others"))

    figure, ax = canvas(3.2)
    if weeks.max() >= 0:
        ax.axvspan(-0.5, weeks.max() + 0.5, color=PALE, linewidth=0, zorder=0)
    ax.axvline(-0.5, color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
    (usual,) = ax.plot(weeks, others, color=USUAL, linewidth=1.8, marker="o", markersize=3.5)
    (came,) = ax.plot(weeks, took_part, color=ACCENT, linewidth=2.2, marker="o", markersize=4, zorder=3)
    ax.set_xlim(weeks.min() - 0.5, weeks.max() + 0.5)
    ax.set_ylim(0, max(took_part.max(), others.max(), 0.01) * 1.1)
    ax.xaxis.set_major_locator(StepLocator(float(weeks.min()), room=26, steps=(1, 2, 4, 8)))
    amount_axis(ax.yaxis, text)
    ax.set_xlabel(text("matched_participants.chart.week"))
    value_title(ax, text("matched_participants.chart.value", currency=text.currency_name))
    legend(
        ax,
        [
            (came, text("matched_participants.chart.participants")),
            (usual, text("matched_participants.chart.others")),
        ],
    )
    return Chart(figure, _alt(frame, text), text("matched_participants.chart.caption"))


def _alt(frame: pd.DataFrame, text: Text) -> str:
    """What both bought a week, before the start and since."""
    before, since = frame[frame["week"] < 0], frame[frame["week"] >= 0]
    means = {
        f"{side}_{when}": text.value(float(floats(part[side]).mean()), "money") if len(part) else text("chart.unknown")
        for side in ("participants", "others")
        for when, part in (("before", before), ("since", since))
    }
    return text("matched_participants.chart.alt", **means)


section = Section("matched_participants", say, draw, level=2)
