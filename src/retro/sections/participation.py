"""How many of those who could take part did, and how fast."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, cohort_row, frame_table, rate_entry

_ENTRIES = {"all": "participation_rate", "seen": "active_participation_rate", "silent": "silent_participation_rate"}


def participation(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of those eligible who took part, by the first day, by half of the time, and in the end.

    Args:
        frame: The frame of `metrics.participation`.
        context: Params and texts.
    """
    text, days = context.text, int(frame["day"].max())
    units = {
        "group": "name.group",
        "on": "name.",
        "joined": "count",
        "participants": "count",
        "eligible": "count",
        "rate": "rate",
        "low": "rate",
        "high": "rate",
    }
    shown = frame.assign(on=[text.short_day(day) for day in frame["on"]])  # eight columns leave no room for the year
    table = frame_table("participation", shown, units, text)
    groups = list(dict.fromkeys(frame["group"]))
    ends = {group: cohort_row(frame, group=group, day=days) for group in groups}
    if not ends["all"]["eligible"]:
        return Finding(text("participation.say.nobody"), (), None, covered=False)
    first, last = cohort_row(frame, group="all", day=1), ends["all"]
    facts = {
        "eligible": text.count(last["eligible"]),
        "participants": text.count(last["participants"]),
        "rate": text.rate(last["rate"]),
        "interval": text.interval(last["low"], last["high"], "rate"),
        "first": text.rate(first["rate"]),
        "days": days,
    }
    headline, sentence = (text(f"participation.say.{key}", **facts) for key in ("headline", "summary"))
    if "seen" in ends:
        groups_said = _groups(ends["seen"], ends["silent"], context)
        sentence, headline = sentence + groups_said, headline + groups_said
    return Finding(
        sentence, tuple(_entry(group, ends[group], context) for group in groups), table, headline=(headline,)
    )


def _entry(group: str, row: dict[str, object], context: Context) -> Entry:
    tables = ("users", "exposures", "events")
    facts = context.facts("participation", *tables)
    return rate_entry(_ENTRIES[group], row, "participants", "eligible", **facts)


def _groups(seen: dict[str, Any], silent: dict[str, Any], context: Context) -> str:
    """What became of members seen lately and of silent ones."""
    text = context.text
    return text(
        "participation.say.groups",
        within=context.asked("seen_days"),
        seen=text.rate(seen["rate"]),
        seen_count=text.count(seen["participants"]),
        seen_eligible=text.count(seen["eligible"]),
        silent=text.rate(silent["rate"]),
        silent_count=text.count(silent["participants"]),
        silent_eligible=text.count(silent["eligible"]),
    )
