"""Referral generations: how many came by an old user, by one of these, and so on."""

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How large the first generation is, and how far the chain goes."""
    text, rows = context.text, records(frame)
    if not rows or hidden(rows[0]["registered"]):
        return Finding(text("referral_generations.say.none" if not rows else "privacy.few"), covered=False)
    told = [row for row in rows if not hidden(row["registered"])]
    sentence = text("referral_generations.say.first", rows[0], last=len(rows))
    if len(told) > 1:
        sentence += text("referral_generations.say.second", told[1])
    entries = tuple(context.entry(f"referral_generation_{row['generation']}", row, "registered") for row in rows)
    return Finding(sentence, entries, frame_table("referral_generations", frame, list(_COLUMNS), text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per generation: who registered in it."""
    return row_chart(frame, text, "referral_generations.chart", Bar("registered"))


_COLUMNS = ("generation", "inviters", "registered")

section = Section(
    "referral_generations",
    say,
    draw,
    level=2,
    people={"registered": (), "inviters": ()},
    totals=[Sum("registered", lambda frame: frame["generation"].notna(), name="all_registered")],
    of_people=True,
)
