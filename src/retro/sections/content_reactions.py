"""Content reactions: comments, likes and shares by type, within creators, and pieces over time."""

from __future__ import annotations

import pandas as pd

from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_TYPES = {
    "name": "name.", "what": "name.", "contents": "count", "total": "exact.0", "mean": "exact.4", "median": "exact.1",
    "silent": "count", "most": "exact.0",
}  # fmt: skip
_BEST = {
    "name": "name.", "what": "name.", "tenth": "count", "tenth_total": "exact.0", "tenth_rate": "rate.2",
    "fifth": "count", "fifth_total": "exact.0", "fifth_rate": "rate.2",
}  # fmt: skip
_INSIDE = {
    "creator_id": "name.", "contents": "count", "first": "name.", "one_contents": "count", "one_mean": "exact.2",
    "second": "name.", "other_contents": "count", "other_mean": "exact.2",
}  # fmt: skip
_PERIODS = {"period": "name.", "name": "name.", "contents": "count", "interactions_median": "exact.1"}


def say(reactions: pd.DataFrame, inside: pd.DataFrame, periods: pd.DataFrame, context: Context) -> Finding:
    """How often people reacted, what the best tenth and fifth bring, and types within the same creators."""
    text = context.text
    if reactions.empty:
        return Finding("")
    whole = records(reactions[reactions["value"] == "all"])
    parts = [text(f"content_reactions.sum.{row['measure']}", row) for row in whole if row["measure"] != "interactions"]
    sentence = text("content_reactions.say.sums", parts=parts)
    best = max(whole, key=lambda row: row["measure"] == "interactions")
    what = text(f"content_reactions.what.{best['measure']}")
    sentence += text("content_reactions.say.best", best, what=what)
    tables = [
        frame_table("content_reactions.best", _named(reactions, context), _BEST, text),
        frame_table("content_reactions.periods", _named(periods, context), _PERIODS, text),
    ]
    if len(inside):
        sentence += _inside(inside, context)
        own = inside.assign(
            first=[text.label("content_kind", one) for one in inside["one"]],
            second=[text.label("content_kind", one) for one in inside["other"]],
        )
        tables.insert(0, frame_table("content_reactions.inside", own, _INSIDE, text))
    entries = tuple(
        context.entry(f"content_{row['measure']}", row, "total") for row in whole if row["measure"] != "interactions"
    )
    table = frame_table("content_reactions", _named(reactions, context), _TYPES, text)
    return Finding(sentence, entries, table, exhibits=tuple(Exhibit(table=one) for one in tables))


def _inside(inside: pd.DataFrame, context: Context) -> str:
    text, row = context.text, records(inside)[0]
    both = inside.dropna(subset=["one_mean", "other_mean"])
    other = int((both["other_mean"] > both["one_mean"]).sum())
    facts = {name: text.label("content_kind", row[name]) for name in ("one", "other")}
    what = text(f"content_reactions.what.{row['measure']}")
    return text("content_reactions.say.inside", creators=len(both), higher=other, what=what, **facts)


def _named(frame: pd.DataFrame, context: Context) -> pd.DataFrame:
    text = context.text
    words = text("content_reactions.all")
    names = [words if one == "all" else text.label("content_kind", one) for one in frame["value"]]
    named = frame.assign(name=names)
    if "measure" not in frame.columns:
        return named
    return named.assign(what=[text(f"content_reactions.what.{one}") for one in frame["measure"]])


section = Section("content_reactions", say, level=2)
