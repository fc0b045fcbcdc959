"""Content by the class of its creator, its type, its topic, and whether its spread was paid for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, Span, row_chart
from retro.i18n import Text
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Which creators convert, which topics and types engage, and what paying for the spread goes with."""
    text = context.text
    named = frame.assign(name=[_name(row, text) for row in records(frame)])
    rows = records(named)
    sentence = _classes([row for row in rows if row["dimension"] == "creator_class"], text)
    for dimension in ("content_type", "topic", "paid"):
        sentence += _compared([row for row in rows if row["dimension"] == dimension], dimension, text)
    if not sentence:
        return Finding(text("content_kinds.say.none"), covered=False)
    entries = tuple(
        context.entry(f"{row['value']}_content_buyer_rate", row, "buyer_rate", of=("buyers", "clicks"), method="Wilson")
        for row in rows
        if row["dimension"] == "creator_class" and not pd.isna(row["buyer_rate"])
    )
    columns = (
        *("name.", "contents", "reached_median", "interactions_mean", "interactions_median", "engaged_rate"),
        *("engaged_median", "clicks", "buyers", "buyer_rate", "buyer_low", "buyer_high", "gmv", "cost_per_engagement"),
    )
    sold = named[(named["dimension"] == "creator_class") & named["buyer_rate"].notna()]
    drawn = named[(named["beside"] == "") & named["engaged_rate"].notna()]
    charts: tuple[Exhibit, ...] = (Exhibit(draw_sales, sold),) if len(sold) else ()
    charts += (Exhibit(draw, drawn, sentence=_rates(records(drawn), text)),) if len(drawn) else ()
    return Finding(sentence, entries, frame_table("content_kinds", named, columns, text), exhibits=charts)


def _classes(rows: list[dict[str, Any]], text: Text) -> str:
    """KOC beside KOL, or whichever two classes convert most and least."""
    told = [row for row in rows if not hidden(row["buyers"]) and not pd.isna(row["buyer_rate"])]
    if len(told) < _TWO:
        return ""
    most, least = max(told, key=lambda row: row["buyer_rate"]), min(told, key=lambda row: row["buyer_rate"])
    facts = _facts(most, least, ("name", "buyer_rate"))
    if most["buyer_low"] > least["buyer_high"] and least["buyer_rate"] > 0:
        return text("content_kinds.say.converts", **facts, times=most["buyer_rate"] / least["buyer_rate"])
    return text("content_kinds.say.converts_alike", **facts)


def _compared(rows: list[dict[str, Any]], dimension: str, text: Text) -> str:
    told = [row for row in rows if not pd.isna(row["interactions_median"])]
    if len(told) < _TWO:
        return ""
    most = max(told, key=lambda row: row["interactions_median"])
    least = min(told, key=lambda row: row["interactions_median"])
    facts = _facts(most, least, ("name", "interactions_median", "contents"))
    key = "paid" if dimension == "paid" else "engages"
    return text(f"content_kinds.say.{key}", kind=text(f"content_kinds.{dimension}"), **facts)


def _rates(rows: list[dict[str, Any]], text: Text) -> str:
    """Who engages most and least, by the first dimension that has two groups."""
    for dimension in ("creator_class", "content_type", "topic", "paid"):
        told = [row for row in rows if row["dimension"] == dimension]
        if len(told) >= _TWO:
            ordered = sorted(told, key=lambda row: -row["engaged_rate"])
            facts = _facts(ordered[0], ordered[-1], ("name", "engaged_rate"))
            return text("content_kinds.say.rates", kind=text(f"content_kinds.{dimension}"), **facts)
    return ""


def _facts(most: dict[str, Any], least: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {f"{end}_{name}": row[name] for end, row in (("most", most), ("least", least)) for name in names}


def _name(row: dict[str, Any], text: Text) -> str:
    name = text.label("content_kind", str(row["value"]))
    return (
        text("content_kinds.both", one=name, other=text.label("content_kind", row["beside"])) if row["beside"] else name
    )


def draw_sales(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per class of creators: conversion of clicks, with its interval."""
    named = frame.assign(label=frame["name"])
    return row_chart(named, text, "content_kinds.sales", Bar("buyer_rate"), Span("buyer_low", "buyer_high"))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per class, type, topic and payment: the pooled engagement rate, with its interval."""
    colours = [ACCENT if dimension == "creator_class" else BASELINE for dimension in frame["dimension"]]
    named = frame.assign(label=frame["name"], colour=colours)
    return row_chart(
        named, text, "content_kinds.chart", Bar("engaged_rate", "colour"), Span("engaged_low", "engaged_high")
    )


_TWO = 2

section = Section(
    "content_kinds",
    say,
    level=2,
    people={
        "buyers": ("buyer_rate", "buyer_low", "buyer_high", "orders", "gmv"),
        "new_buyers": (),
    },
    totals=[Sum(name, "dimension", name=f"all_{name}") for name in ("buyers", "new_buyers")],
    of_people=True,
)
