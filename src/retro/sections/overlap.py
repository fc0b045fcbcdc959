"""Overlap: participants of a campaign who took part in a later one."""

from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.sections.campaign_pairs import pair_figure
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many participants of a campaign took part in a later one."""
    text = context.text
    known = [row for row in records(frame) if row["participants"]]
    if not known:
        return Finding(text("overlap.say.none"), covered=False)
    shared = [row for row in known if row["both"] > 0]  # a masked number is never above
    entries = (
        context.entry(pair_figure("overlap", row, "rate"), row, "rate", of=("both", "participants"), method="Wilson")
        for row in known
    )
    columns = ("first.", "then.", "participants", "both", "rate", "low", "high", "then_participants", "then_rate")
    table = frame_table("overlap", frame, columns, text, folded=False)
    return Finding(_said(shared, text) if shared else text("overlap.say.nobody"), tuple(entries), table)


def _said(shared: list[dict[str, Any]], text: Text) -> str:
    """The pair that has most in common, and between what the others lie; the table has each."""
    most, *others = sorted(shared, key=lambda row: -row["rate"])
    rates = {"count": len(others), "least": others[-1]["rate"], "most": others[0]["rate"]} if others else {}
    rest = text(f"overlap.say.{'others' if len(others) > 1 else 'other'}", **rates) if others else ""
    return text("overlap.say.pair", most) + rest


_RATE = ("rate", "low", "high")

section = Section(
    "overlap",
    say,
    people={"participants": _RATE, "both": (*_RATE, "then_rate"), "then_participants": ("then_rate",)},
    of_people=True,
)
