"""Two sides matched: those who acted beside those who did not, for two sections of a points contest."""

import pandas as pd

from retro.charts import Chart, dots
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Finding, cohort_row, frame_table

RATES = ("rate", "low", "high")
PEOPLE = {"people": RATES, "buyers": RATES}
"""Of the columns of these sections, those that count people, and what would give a few of them away."""


def sides(frame: pd.DataFrame, context: Context, section: str, name: str, days: int) -> Finding:
    """How many bought within some days, beside all others and beside those who had bought alike before.

    Args:
        frame: One row for each of the sides `treated`, `alike`, `others` and `difference`.
        context: Params and texts.
        section: The section.
        name: The figure of those who did it.
        days: How long their orders count.
    """
    text = context.text
    treated, alike, others, gap = (cohort_row(frame, side=side) for side in frame["side"])
    if not treated["people"]:
        return Finding(text(f"{section}.say.nobody", days=days), (), None, covered=False)
    if pd.isna(treated["rate"]):
        return Finding(text("privacy.few"))
    sentence = text(f"{section}.say.summary", treated, days=days)
    if not pd.isna(others["rate"]):
        sentence += text(f"{section}.say.others", others)
    entries = [context.entry(name, treated, "rate", of=("buyers", "people"), method="Wilson")]
    if gap["people"] and gap["people"] is not FEW:
        state = "clear" if gap["low"] > 0 else "less" if gap["high"] < 0 else "unclear"
        difference = _points(gap["rate"], state, text)
        sentence += text(f"{section}.say.{state}", gap, alike=alike["rate"], difference=difference)
        entries.append(context.entry(f"{section}_gap", gap, "rate", method="coarsened exact matching"))
    table = frame_table(section, frame, (f"side.side.{section}", "people", "buyers", *RATES), text)
    return Finding(sentence, tuple(entries), table)


def draw_sides(frame: pd.DataFrame, text: Text, section: str) -> Chart:
    """The treated beside those they are compared with; sides are named by `side.<section>.<name>`."""
    shown = frame[frame["side"] != "difference"].reset_index(drop=True)
    labels = [text(f"side.{section}.{side}") for side in shown["side"]]
    drawn = shown.assign(label=labels, campaign=shown["side"] == "treated")
    return dots(drawn, text, text(f"{section}.chart.value"))


def _points(difference: float, state: str, text: Text) -> str:
    """A difference in percentage points; its size alone where the sentence says which way it goes."""
    return text.percentage_points(difference) if state == "unclear" else text.percentage_points(abs(difference))[1:]
