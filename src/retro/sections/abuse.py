"""Abuse: participants whom the rules flag, beside those whose points the shop took back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.blocks import Cell
from retro.i18n import Text
from retro.privacy import Rest, hidden
from retro.sections.section import Context, Finding, Section, cohort_row, frame_table


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many participants the rules flag, how many of them the shop took points back from, and what was missed.

    `abuse` names the acts to look at.
    """
    text, found = context.text, cohort_row(frame, rule="any")
    if not context.asked("abuse").acts:
        return Finding(text("abuse.say.no_acts"), (), None, covered=False)
    if not found["participants"]:
        return Finding(text("abuse.say.nobody"), (), None, covered=False)
    found["share"] = found["flagged"] / found["participants"]
    entries = (
        context.entry("abuser_rate", found, "share", of=("flagged", "participants")),
        context.entry("abuse_precision", found, of=("confirmed", "flagged")),
        context.entry("abuse_recall", found, of=("confirmed", "clawed_back")),
    )
    table = frame_table(
        "abuse", frame, ("rule.abuse", "flagged", "confirmed", "abuse_precision", "abuse_recall"), text, folded=False
    )
    *rules, (name, *counts) = table.rows
    rows = (*rules, (Cell(text=name.text, strong=True), *counts))
    return Finding(_sentence(found, text), entries, table.model_copy(update={"rows": rows}))


def _sentence(found: Mapping[str, Any], text: Text) -> str:
    if not found["flagged"]:
        return text("abuse.say.none", found)
    sentence = text(f"abuse.say.{'few' if hidden(found['flagged']) else 'summary'}", found)
    if hidden(found["flagged"]):
        return sentence
    if found["clawed_back"] and not hidden(found["confirmed"]):
        sentence += text(f"abuse.say.{'against_few' if hidden(found['clawed_back']) else 'against'}", found)
    if found["kept"]:
        sentence += text(f"abuse.say.{'kept_few' if hidden(found['kept']) else 'kept'}", found)
    return sentence


def _any(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["rule"] == "any"


section = Section(
    "abuse",
    say,
    people={
        "participants": (),
        "flagged": ("abuse_precision", "points_kept"),
        "confirmed": ("abuse_precision", "abuse_recall"),
        "clawed_back": ("abuse_recall",),
        "kept": ("points_kept",),
        "missed": (),
    },
    totals=(
        Rest("kept", "flagged", "confirmed", shown=_any),
        Rest("missed", "clawed_back", "confirmed", yields=True, shown=_any),
    ),
    grain={"events": "minute"},
    of_people=True,
)
