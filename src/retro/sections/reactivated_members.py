"""Silent members: how many came back, how many would have anyway, and how many stayed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.charts import Chart, dots
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import FEW, Sum, few, hidden
from retro.sections.section import Context, Finding, Section, cohort_row, frame_table, number, records


def say(frame: pd.DataFrame, lift: pd.DataFrame, context: Context) -> Finding:
    """How many silent members came back, how many would have anyway, and how many stayed.

    `frame` is the frame of `metrics.reactivated_members`; `lift` that of `metrics.reactivated_lift`, empty where nobody
    was held out. `active_days` is how long after the end they are looked for.
    """
    text = context.text
    if frame.empty:
        return Finding(text("reactivated_members.say.unknown"), (), None, covered=False)
    invited = cohort_row(frame, group="invited", stars=0)
    if not invited["members"]:
        return Finding(text("reactivated_members.say.nobody"), (), None, covered=False)
    sentence = text(f"reactivated_members.say.{'few' if hidden(invited['reactivated']) else 'summary'}", invited)
    entries = [
        context.entry("reactivated_rate", invited, "rate", of=("reactivated", "members"), method="Wilson"),
        context.entry("reactivated_members", invited, "reactivated"),
        context.entry("reactivated_still_active_rate", invited, of=("active", "reactivated")),
    ]
    if len(lift):
        said, extra = _lift(records(lift)[0], invited, cohort_row(frame, group="held_out", stars=0), context)
        sentence, entries = sentence + said, [*entries, extra]
    days = context.asked("active_days")
    if pd.isna(invited["active"]):
        sentence += text("reactivated_members.say.not_yet", days=days)
    elif not pd.isna(invited["reactivated_still_active_rate"]):
        sentence += text("reactivated_members.say.stayed", invited, days=days)
    shown = any(one.name == "reactivated_extra" and one.low is not None and one.low > 0 for one in entries)
    return Finding(sentence, tuple(entries), _table(frame, text), shown=shown)


def _lift(
    lift: Mapping[str, Any], invited: Mapping[str, Any], held_out: Mapping[str, Any], context: Context
) -> tuple[str, Entry]:
    """What the campaign added; nothing where that would give away a few members of either side."""
    if hidden(invited["reactivated"]) or hidden(held_out["reactivated"]):
        masked = context.entry("reactivated_extra", {"extra": FEW}, "extra")
        return context.text("reactivated_members.say.few_held_out") if hidden(held_out["reactivated"]) else "", masked
    key = "clear" if lift["low"] > 0 else "unclear"
    facts = {"difference": lift["difference"], "extra": lift["extra"]}
    low, high = (number(lift[end] * invited["members"]) for end in ("low", "high"))
    entry = context.entry("reactivated_extra", lift, "extra", method="Newcombe", low=low, high=high)
    return context.text(f"reactivated_members.say.{key}", held_out, **facts), entry


def _table(frame: pd.DataFrame, text: Text) -> Table:
    """All invited, those held out, and the invited by stars."""
    rows = [row for row in records(frame) if row["members"] and (not row["stars"] or row["group"] == "invited")]
    rows.sort(key=lambda row: (row["stars"] > 0, row["group"] != "invited", row["stars"]))
    shown = pd.DataFrame([row | {"group": _group(row, text)} for row in rows])
    return frame_table(
        "reactivated_members", shown, ("group.", "members", "reactivated", "rate", "buyers", "active"), text
    )


def _group(row: Mapping[str, Any], text: Text) -> str:
    group = text.label("invitation", row["group"])
    return text("reactivated_members.table.stars", group=group, stars="★" * row["stars"]) if row["stars"] else group


def _all_stars(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["stars"] == 0


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """The share of silent members who came back: all invited, those held out, and the invited by stars."""
    whole = frame[frame["stars"] == 0]
    by_stars = frame[
        (frame["group"] == "invited")
        & (frame["stars"] > 0)
        & ~frame["reactivated"].map(lambda count: few(count) or hidden(count))
    ]
    shown = pd.concat([whole, by_stars[by_stars["reactivated"] != 0]], ignore_index=True)
    labels = [
        text.label("invitation", group) if not stars else text("reactivated_members.chart.stars", stars="★" * stars)
        for group, stars in zip(shown["group"], shown["stars"], strict=True)
    ]
    campaign = [group == "invited" for group in shown["group"]]
    drawn = shown.assign(label=labels, people=shown["members"], campaign=campaign)
    return dots(drawn, text, text("reactivated_members.chart.value"))


section = Section(
    "reactivated_members",
    say,
    draw,
    links=("exposures.unit_id",),
    people={
        "members": (),
        "reactivated": ("rate", "low", "high", "reactivated_still_active_rate"),
        "buyers": (),
        "active": ("reactivated_still_active_rate",),
    },
    totals=[Sum(name, "group", whole=_all_stars) for name in ("members", "reactivated", "buyers", "active")],
    of_people=True,
)
