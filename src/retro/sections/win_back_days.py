"""Win-back by day: how fast old customers came back, whether they stayed, and what they were worth."""

import pandas as pd

from retro.charts import ACCENT, BASELINE, Chart, Lines, line_chart
from retro.i18n import Text
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, after: pd.DataFrame, context: Context) -> Finding:
    """When half of the returns were in, who was still there later, and the value of the month after.

    `after` is the frame of `metrics.win_back_after`.
    """
    text = context.text
    if frame.empty or frame["share"].isna().all():
        return Finding(text("win_back_days.say.none"), covered=False)
    first = frame["group"].iloc[0]
    own = [row for row in records(frame) if row["group"] == first]
    total = own[-1]["buyers"]
    sentence = ""
    if total and not hidden(total):
        half = next(row["day"] for row in own if not hidden(row["buyers"]) and row["buyers"] * 2 >= total)
        sentence += text("win_back_days.say.half", own[-1], half=half)
    else:
        sentence += text("win_back_days.say.few")
    rows = records(after)
    for row in rows:
        if hidden(row["back"]) or not row["back"]:
            break
        key = "unseen" if not hidden(row["active"]) and pd.isna(row["active"]) else "stayed"
        sentence += "" if pd.isna(row["rate"]) and key == "stayed" else text(f"win_back_days.say.{key}", row)
    entries = [
        context.entry(f"win_back_active_{row['after']}_days_rate", row, "rate", of=("active", "back"), method="Wilson")
        for row in rows
    ]
    if rows:
        entries.append(context.entry("win_back_arpu", rows[0], "arpu"))
        if not pd.isna(rows[0]["arpu"]):
            sentence += text("win_back_days.say.arpu", rows[0])
    columns = ("after", "back", "active", "rate", "low", "high", "month_active", "month_gmv", "arpu")
    told = [name for name, rows in frame.groupby("group", sort=False) if not pd.isna(rows["share"].iloc[-1])]
    shown = frame[frame["group"].isin(told)]
    exhibits = (Exhibit(draw, shown),) if told else ()
    table = frame_table("win_back_days", after, columns, text)
    return Finding(sentence, tuple(entries), table, exhibits=exhibits)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A line per group: the share that had ordered again by each day."""
    names = [text(f"win_back.{group}") for group in frame["group"]]
    colours = [BASELINE if group == "held_out" else ACCENT for group in frame["group"]]
    named = frame.assign(series=names, colour=colours)
    mark = Lines("share", "series", "colour", steps=True)
    under = text("win_back_days.chart.under")
    return line_chart(named, text, "win_back_days.chart", mark, at="day", over="days", y="rate", under=under)


_MONTH = ("month_gmv", "arpu")

section = Section(
    "win_back_days",
    say,
    level=2,
    people={
        "members": ("share",),
        "buyers": ("share",),
        "back": ("rate", "low", "high", *_MONTH),
        "active": ("rate", "low", "high"),
        "month_active": _MONTH,
    },
    totals=[Sum("buyers", "day", name="all_buyers")],
    of_people=True,
)
