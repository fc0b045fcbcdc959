"""Visitors: what each of them bought, by channel, and how many of those who were no members joined."""

from __future__ import annotations

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, Tick, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.groups import group_name
from retro.sections.section import Context, Finding, Section, frame_table, is_known, records, way_of

_ALL = "all"


def say(frame: pd.DataFrame, joins: pd.DataFrame, context: Context) -> Finding:
    """GMV per visitor beside the baseline, the channels with the most and the least, and the share who joined."""
    text = context.text
    if frame.empty:
        return Finding(text("visitor_value.say.lost"), covered=False)
    whole, *channels = records(frame)
    if not is_known(whole["value"]):
        return Finding(text("visitor_value.say.none" if whole["visitors"] == 0 else "privacy.few"), covered=False)
    sentence = text("visitor_value.say.summary", whole)
    entries = [context.entry("visitor_value", whole, "value", of=("gmv", "visitors"))]
    if is_known(whole["change"]):
        sentence += text("visitor_value.say.baseline", whole)
        entries.append(context.entry("visitor_value_change", whole, "change"))
    told = [
        row | {"channel": group_name("channel", row["channel"], text)} for row in channels if is_known(row["value"])
    ]
    if len(told) > 1:
        most, least = (end(told, key=lambda row: row["value"]) for end in (max, min))
        sentence += text("visitor_value.say.most", most) + text("visitor_value.say.least", least)
    entries += [
        context.entry(f"{row['channel']}_visitor_value", row, "value", of=("gmv", "visitors"))
        for row in channels
        if is_known(row["value"])
    ]
    said, found = _joined(joins, context)
    columns = ("label.", "visitors", "buyers", "gmv", "value", "baseline_value", "change")
    table = frame_table("visitor_value", frame.assign(label=_names(frame, text)), columns, text)
    return Finding(sentence + said, (*entries, *found), table)


def _joined(joins: pd.DataFrame, context: Context) -> tuple[str, list[Entry]]:
    """Visitors who were no members and joined, beside the baseline; which table would tell where none does."""
    text = context.text
    if joins.empty:
        return text("visitor_value.say.unknown"), []
    (row,) = records(joins)
    if not is_known(row["rate"]):
        return "", []
    sentence = text("visitor_value.say.joined", row)
    entries = [context.entry("joining_rate", row, "rate", of=("joined", "guests"), method="Wilson")]
    if is_known(row["difference"]):
        sentence += text(f"visitor_value.say.{way_of(row['difference_low'], row['difference_high'])}", row)
        entries.append(context.entry("joining_rate_change", row, "difference", method="Newcombe"))
    return sentence, entries


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for all and one per channel: GMV per visitor, and as a line that of the baseline."""
    named = frame.assign(label=_names(frame, text))
    marks = (Bar("value", name="campaign"), Tick("baseline_value", BASELINE, name="baseline"))
    return row_chart(named, text, "visitor_value.chart", *marks)


def _names(frame: pd.DataFrame, text: Text) -> list[str]:
    """Channels in words, and the row of all."""
    everybody = text("visitor_value.all")
    return [everybody if name == _ALL else group_name("channel", name, text) for name in frame["channel"]]


_OWN, _BASE = ("gmv", "value", "change"), ("baseline_gmv", "baseline_value", "change")
_GAP = ("difference", "difference_low", "difference_high")


section = Section(
    "visitor_value",
    say,
    draw,
    level=2,
    people={
        "visitors": ("value", "change"),
        "buyers": _OWN,
        "baseline_visitors": ("baseline_value", "change"),
        "baseline_buyers": _BASE,
        "guests": ("rate", "low", "high", *_GAP),
        "joined": ("rate", "low", "high", *_GAP),
        "baseline_guests": ("baseline_rate", *_GAP),
        "baseline_joined": ("baseline_rate", *_GAP),
    },
    of_people=True,
)
