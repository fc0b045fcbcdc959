"""Price bands: what was sold at which price of a piece, beside the baseline."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, Tick, row_chart
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, is_known, records

_COLUMNS = ("label.", "orders", "buyers", "units", "gmv", "share", "unit_share", "baseline_share", "moved")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The band that brought most, the mean price of a piece, and the band whose share moved most."""
    text = context.text
    shown = _named(frame, text)
    told = [row for row in records(shown) if is_known(row["share"])]
    if not told:
        few = any(map(hidden, frame["buyers"])) or any(map(hidden, frame["orders"]))
        return Finding(text("privacy.few" if few else "price_bands.say.none"), covered=False)
    sentence = text("price_bands.say.summary", max(told, key=lambda row: row["gmv"]))
    price, before = told[0]["piece_price"], told[0]["baseline_piece_price"]
    if before:
        sentence += text("price_bands.say.price", price=price, before=before, change=float(price / before - 1))
    else:
        sentence += text("price_bands.say.price_alone", price=price)
    moved = [row for row in told if is_known(row["moved"])]
    if moved:
        sentence += text("price_bands.say.moved", max(moved, key=lambda row: abs(row["moved"])))
    entries = [context.entry("piece_price", told[0])]
    entries += [
        context.entry(f"from_{int(row['from_price'])}_price_gmv_share", row, "share")
        for row in told
        if row["from_price"] == int(row["from_price"])
    ]
    return Finding(sentence, tuple(entries), frame_table("price_bands", shown, _COLUMNS, text))


def _named(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """The frame with bands in words, and how far each band's share moved."""
    names = [_name(row["from_price"], row["to_price"], text) for row in records(frame)]
    moved: list[Any] = [
        row["share"] - row["baseline_share"] if is_known(row["share"]) and is_known(row["baseline_share"]) else None
        for row in records(frame)
    ]
    return frame.assign(label=names, moved=moved)


def _name(low: object, high: object, text: Text) -> str:
    currency = text.currency_name
    if high is None or pd.isna(high):  # type: ignore[call-overload]  # any scalar
        return text("price_bands.above", low=low, currency=currency)
    if not low:
        return text("price_bands.below", high=high, currency=currency)
    return text("price_bands.between", low=low, high=high, currency=currency)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per band: its share of GMV, and as a line that of the baseline."""
    marks = (Bar("share", name="campaign"), Tick("baseline_share", BASELINE, name="baseline"))
    return row_chart(_named(frame, text), text, "price_bands.chart", *marks)


_OF_FEW = ("gmv", "share", "unit_share", "units")

section = Section("price_bands", say, draw, level=2, people={"orders": _OF_FEW, "buyers": (*_OF_FEW, "orders")})
