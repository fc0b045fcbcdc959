"""Live programme: viewers, watch time, buyers and sales of a live-stream programme, beside everyday conversion."""

from __future__ import annotations

import pandas as pd

from retro.blocks import Table
from retro.charts import Chart, dots
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.live_programme import RATES
from retro.sections.section import (
    Context,
    Exhibit,
    Finding,
    Section,
    frame_table,
    is_known,
    records,
    sayings,
    with_ends,
)


def say(frame: pd.DataFrame, everyday: pd.DataFrame, context: Context) -> Finding:
    """What the shows brought, and how their conversion stands to the shop's everyday one.

    `everyday` is the frame of `metrics.live_everyday`, empty where there is nothing to compare.
    """
    text = context.text
    if frame.empty:
        return Finding(text("live_programme.say.none"), covered=False)
    (row,) = records(frame)
    seen = {"viewers": "viewers", "watched": "watch_minutes", "online": "peak", "interactions": "interactions"}
    sentence = text("live_programme.say.shows", row) + sayings(text, "live_programme.say", row, seen)
    result = ""
    if is_known(row["viewer_rate"]):
        sold = {"buyers": "viewer_rate", "clicks": "click_rate", "gmv": "gpm", "hours": "hour_gmv"}
        result += sayings(text, "live_programme.say", row, sold) + _beside(everyday, text)
    rest = {
        "booked": "came_rate",
        "followers": "follow_rate",
        "new": "new_rate",
        "returned": "return_rate",
        "top": "top_rate",
    }
    result += sayings(text, "live_programme.say", row, rest)
    if not is_known(row["buyers"]):
        result += text("live_programme.say.unsold")
    named = everyday.assign(label=[text(f"live_programme.{what}") for what in everyday["what"]])
    chart = () if len(everyday) < _BOTH or everyday["rate"].isna().any() else (Exhibit(draw, named),)
    table = _table(frame, context)
    headline = (result,) if is_known(row["buyers"]) else (sentence,)
    shows = _beside(everyday, text, "compared")
    return Finding(
        sentence + result,
        _entries(row, everyday, context),
        table,
        exhibits=chart,
        headline=headline,
        shows=shows,
    )


def _beside(everyday: pd.DataFrame, text: Text, key: str = "everyday") -> str:
    rows = {row["what"]: row for row in records(everyday)}
    if len(rows) < _BOTH or not rows["everyday"]["rate"] > 0 or pd.isna(rows["live"]["rate"]):
        return ""
    live = rows["live"]["rate"]
    return text(f"live_programme.say.{key}", rows["everyday"], live=live, times=live / rows["everyday"]["rate"])


def _entries(row: dict[str, object], everyday: pd.DataFrame, context: Context) -> tuple[Entry, ...]:
    entries = [
        context.entry("live_sessions", row, "sessions"),
        context.entry("live_viewers", row, "viewers"),
        context.entry("live_watch_minutes", row, "watch_minutes"),
        context.entry("live_peak_online", row, "peak"),
        context.entry("live_mean_online", row, "online"),
        context.entry("live_interaction_ratio", row, "interaction_ratio", of=("interactions", "viewers")),
        context.entry("live_followers", row, "new_followers"),
        context.entry("live_buyers", row, "buyers"),
        context.entry("live_gmv", row, "gmv"),
        context.entry("live_gpm", row, "gpm"),
        context.entry("live_hour_gmv", row, "hour_gmv"),
    ]
    entries += [
        context.entry(f"live_{name}_rate", row, f"{name}_rate", of=of, method="Wilson") for name, of in RATES.items()
    ]
    entries.append(context.entry("live_top_rate", row, "top_rate", of=("top_comments", "comments")))
    for one in records(everyday):
        if one["what"] == "everyday":
            of = ("buyers", "people")
            entries.append(context.entry("everyday_conversion_rate", one, "rate", of=of, method="Wilson"))
    return tuple(entries)


def _table(frame: pd.DataFrame, context: Context) -> Table:
    columns = (
        *("sessions", "viewers", "watch_minutes", "peak", "online", "interactions", "clickers", "new_followers"),
        *("buyers", "orders"),
        *("gmv", "gpm", "hours", "hour_gmv", "viewer_rate", "viewer_low", "viewer_high", "click_rate"),
    )
    return frame_table("live_programme", frame, columns, context.text)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for the shows and one for everyday: the share that bought, with its interval."""
    own = [what == "live" for what in frame["what"]]
    return dots(frame.assign(campaign=own), text, text("live_programme.chart.value"))


_BOTH = 2


PEOPLE = {
    "viewers": (
        *with_ends("viewer"),
        *with_ends("clicked"),
        *with_ends("follow"),
        "gpm",
        "hour_gmv",
        "interaction_ratio",
        "watch_minutes",
    ),
    "clickers": (*with_ends("click"), *with_ends("clicked")),
    "buyers": (
        *with_ends("viewer"),
        *with_ends("click"),
        *with_ends("new"),
        "gmv",
        "gpm",
        "hour_gmv",
        "orders",
        "sold",
    ),
    "new_followers": with_ends("follow"),
    "booked": with_ends("came"),
    "booked_came": with_ends("came"),
    "new_buyers": with_ends("new"),
    "returned": with_ends("return"),
    "people": ("rate", "low", "high"),
}
"""Columns of shows that count people, and what would give a few of them away."""

section = Section("live_programme", say, people=PEOPLE, of_people=True)
