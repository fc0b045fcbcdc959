"""Which tiers of members came."""

from __future__ import annotations

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of each tier that came, and which tiers those who came belong to."""
    text, rows = context.text, [row for row in records(frame) if row["members"]]
    told = [row for row in rows if row["came"] and not hidden(row["came"])]
    if not told:
        return Finding(text("tier_turnout.say.none"), covered=False)
    most, largest = max(told, key=lambda row: row["rate"]), max(told, key=lambda row: row["came"])
    facts = {"all": largest["all_came"], "largest": largest["tier"], "share": largest["came_share"]}
    key = "some" if hidden(facts["all"]) else "summary"
    valued = bool(frame["gmv"].notna().any())
    money = text("tier_turnout.say.money", gmv_share=largest["gmv_share"]) if valued else ""
    sentence = text(f"tier_turnout.say.{key}", most, **facts, money=money)
    entries = tuple(
        context.entry(f"{row['tier']}_turnout_rate", row, "rate", of=("came", "members"), method="Wilson")
        for row in rows
    )
    shown: tuple[str, ...] = ("tier.tier", "members", "came", "rate", "low", "high", "came_share", "buyers")
    shown += ("gmv", "gmv_share") if valued else ()
    return Finding(sentence, entries, frame_table("tier_turnout", frame, shown, text))


def _everybody(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["came"].notna()


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per tier: the share of its members who came, and what share of all who came that is."""
    return row_chart(frame[frame["members"] != 0], text, "tier_turnout.chart", Bar("rate"), at="mark")


section = Section(
    "tier_turnout",
    say,
    draw,
    people={
        "members": ("rate", "low", "high"),
        "came": ("rate", "low", "high", "came_share"),
        "buyers": ("gmv", "gmv_share"),
        "all_came": ("came_share",),
    },
    totals=(Sum("came", _everybody, name="all_came", yields=True), Sum("buyers", _everybody, name="all_buyers")),
    of_people=True,
)
