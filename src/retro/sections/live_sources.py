"""Live sources: where the viewers of a live-stream programme came from, and how many of them were paid for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import WARM, Bar, Chart, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import Sum
from retro.sections.section import Context, Finding, Section, frame_table, is_known, records

_BOTH = 2
_RATE = ("buyer_rate", "buyer_low", "buyer_high")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The sources that brought most viewers, and the share that was paid for."""
    text = context.text
    rows = [row | {"name": text.label("live_sources", str(row["source"]))} for row in records(frame)]
    told = [row for row in rows if is_known(row["share"])]
    if not told:
        return Finding(text("privacy.few" if rows else "live_sources.say.none"), covered=False)
    sentence = text("live_sources.say.most", told[0])
    sentence += text("live_sources.say.next", told[1]) if len(told) >= _BOTH else text("live_sources.say.alone")
    sentence += _converted(rows, text)
    first = told[0]
    if is_known(first["paid_share"]) and is_known(first["paid_viewers"]):
        sentence += text("live_sources.say.paid", first)
    elif pd.isna(frame["paid_share"]).all() and frame["is_paid"].isna().any():
        sentence += text("live_sources.say.unpaid")
    if first["all_shows"] < first["sessions"]:
        sentence += text("live_sources.say.part", first)
    named = frame.assign(name=[row["name"] for row in rows], paying=[_flag(row["is_paid"], text) for row in rows])
    bought = ("buyers", "buyer_rate", "buyer_low", "buyer_high") if frame["buyers"].notna().any() else ()
    columns = ("name.", "paying.", "shows", "viewers", "share", *bought)
    return Finding(sentence, _entries(told, context), frame_table("live_sources", named, columns, text))


def _converted(rows: list[dict[str, Any]], text: Text) -> str:
    """Which source's viewers bought most, and which least, where two are known."""
    known = sorted((row for row in rows if is_known(row["buyer_rate"])), key=lambda row: -row["buyer_rate"])
    if len(known) < _BOTH:
        return ""
    least = {"last": known[-1]["name"], "least": known[-1]["buyer_rate"]}
    clear = known[0]["buyer_low"] > known[-1]["buyer_high"]
    return text(f"live_sources.say.{'converted' if clear else 'converted_alike'}", known[0], **least)


def _flag(paid: Any, text: Text) -> str:  # noqa: ANN401 - a flag, or nothing
    return "" if paid is None or pd.isna(paid) else text(f"live_sources.{'yes' if paid else 'no'}")


def _entries(told: list[dict[str, Any]], context: Context) -> tuple[Entry, ...]:
    found = [
        context.entry(f"{row['source']}_live_source_rate", row, "share", of=("viewers", "source_viewers"))
        for row in told
    ]
    found += [
        context.entry(f"{row['source']}_live_source_conversion_rate", row, "buyer_rate", of=("buyers", "viewers"),
                      method="Wilson")
        for row in told if is_known(row["buyer_rate"])
    ]  # fmt: skip
    if is_known(told[0]["paid_share"]):
        of = ("paid_viewers", "source_viewers")
        found.append(context.entry("live_paid_viewer_rate", told[0], "paid_share", of=of))
    return tuple(found)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per source: its share of viewers, those that are paid for in a colour of their own."""
    paid = [flag is not None and not pd.isna(flag) and bool(flag) for flag in frame["is_paid"]]
    bought: list[Any] = [share if one else None for share, one in zip(frame["share"], paid, strict=True)]
    labels = text.labels("live_sources", frame["source"])
    known = any(paid) and frame["is_paid"].notna().all()
    marks = (Bar("share", name="free"), *([Bar("bought", WARM, name="paid")] if known else ()))
    return row_chart(frame.assign(label=labels, bought=bought), text, "live_sources.chart", *marks, at="edge")


section = Section(
    "live_sources",
    say,
    draw,
    level=2,
    people={
        "viewers": ("share", *_RATE),
        "buyers": _RATE,
        "paid_viewers": ("paid_share",),
        "source_viewers": ("share", "paid_share"),
    },
    totals=(
        Sum("viewers", lambda frame: frame["source"].map(lambda _: "all"), name="source_viewers"),
        Sum("buyers", lambda frame: frame["source"].map(lambda _: "all")),
    ),
)
