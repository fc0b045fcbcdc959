"""Concentration: how unevenly points were consumed, and who keeps theirs."""

import pandas as pd

from retro.charts import Chart, lorenz
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, number, records

_COLUMNS = ("people", "total", "top_rate", "gini", "participants", "hoarders", "hoarded")


def say(_: pd.DataFrame, spread: pd.DataFrame, hoarded: pd.DataFrame, context: Context) -> Finding:
    """How unevenly points were consumed, and who keeps theirs.

    The curve of `metrics.lorenz`, which comes first, is drawn. `spread` is the one row of `metrics.concentration`,
    `hoarded` that of `metrics.hoarders`.
    """
    text, (row,), (kept,) = context.text, records(spread), records(hoarded)
    if row["people"] is FEW:
        return Finding(text("privacy.few"))
    if pd.isna(row["top_rate"]):
        return Finding(text("concentration.say.none"), (), None, covered=False)
    sentence = text("concentration.say.summary", row)
    entries = [
        context.entry("top_fifth_points_share", row, "top_rate", denominator=number(row["total"])),
        context.entry("gini", row),
    ]
    if kept["participants"]:
        kept["share"] = kept["hoarders"] / kept["participants"]
        entries.append(context.entry("hoarder_rate", kept, "share", of=("hoarders", "participants")))
        if FEW not in (kept["hoarders"], kept["participants"]):
            key = "hoarders" if kept["hoarded"] * 2 > kept["points"] else "hoarders_few"
            sentence += text(f"concentration.say.{key}", kept)
    table = frame_table("concentration", pd.DataFrame([row | kept]), _COLUMNS, text)
    return Finding(sentence, tuple(entries), table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """The Lorenz curve of points redeemed over the members who redeemed any."""
    return lorenz(frame, text, text("concentration.chart.value"), text("concentration.chart.people"))


section = Section(
    "concentration",
    say,
    draw,
    level=2,
    people={"people": ("total", "top_rate", "gini"), "participants": ("points", "hoarded"), "hoarders": ("hoarded",)},
    of_people=True,
)
