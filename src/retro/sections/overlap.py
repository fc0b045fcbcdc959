"""Overlap: participants of a campaign who took part in a later one."""

import pandas as pd

from retro.sections.campaign_pairs import pair_figure
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many participants of a campaign took part in a later one."""
    text = context.text
    known = [row for row in records(frame) if row["participants"]]
    if not known:
        return Finding(text("overlap.say.none"), covered=False)
    parts = [text("overlap.say.pair", row) for row in known if row["both"] > 0]  # a masked number is never above
    sentence = text("overlap.say.summary", parts=text("chart.clause").join(parts)) if parts else ""
    entries = (
        context.entry(pair_figure("overlap", row, "rate"), row, "rate", of=("both", "participants"), method="Wilson")
        for row in known
    )
    columns = ("first.", "then.", "participants", "both", "rate", "low", "high", "then_participants", "then_rate")
    table = frame_table("overlap", frame, columns, text, folded=False)
    return Finding(sentence or text("overlap.say.nobody"), tuple(entries), table)


_RATE = ("rate", "low", "high")

section = Section(
    "overlap",
    say,
    people={"participants": _RATE, "both": (*_RATE, "then_rate"), "then_participants": ("then_rate",)},
    of_people=True,
)
