"""Ads: what they cost and brought by channel, platform's campaign and ad."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.ads import LEVELS, REST, TOTAL
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What ads cost, how often they were clicked, and which channel's clicks were dearest and cheapest."""
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("ads.say.none"), covered=False)
    total = rows[-1]
    sentence = text("ads.say.summary", total)
    if not pd.isna(total["cost_share"]):
        sentence += text("ads.say.share", total)
    if total["conversions"] is not None and not hidden(total["conversions"]) and total["cpa"] is not None:
        sentence += text("ads.say.conversions", total)
    sentence += _ends([row for row in rows if row["level"] == LEVELS[0] and row["cpc"] is not None], text)
    shown = frame.assign(name=[_name(row, text) for row in rows])
    tables = [_table(shown[shown["level"].isin([level, TOTAL])], level, text) for level in LEVELS]
    first, *others = [table for table, level in zip(tables, LEVELS, strict=True) if level in set(frame["level"])]
    return Finding(sentence, _entries(total, context), first, exhibits=tuple(Exhibit(table=one) for one in others))


def _ends(known: Sequence[Mapping[str, Any]], text: Text) -> str:
    """The channels whose clicks cost least and most; empty where there are not two."""
    if len(known) < 2:  # noqa: PLR2004 - one has no other end
        return ""
    low, *_, high = sorted(known, key=lambda row: row["cpc"])
    names = {"best": _name(low, text), "worst": _name(high, text)}
    return text("ads.say.ends", names, low=low["cpc"], high=high["cpc"])


def _name(row: Mapping[str, Any], text: Text) -> str:
    if row["level"] == TOTAL or row["name"] == REST:
        return text(f"ads.say.{TOTAL if row['level'] == TOTAL else REST}")
    if pd.isna(row["name"]):
        return text("ads.say.unnamed")
    return text.label("channel", str(row["name"])) if row["level"] == LEVELS[0] else str(row["name"])


def _table(frame: pd.DataFrame, level: str, text: Text) -> Any:  # noqa: ANN401 - a table of blocks
    columns: tuple[str, ...] = ("name.", "cost", "impressions", "clicks", "ctr", "cpm", "cpc")
    if any(value is not None for value in frame["conversions"]):
        columns += ("conversions", "conversion_rate", "cpa")
    key = "ads" if level == LEVELS[0] else f"ads.{level}"
    return frame_table(key, frame, columns, text, folded=level != LEVELS[0])


def _entries(total: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    names = {"ad_cost": "cost", "ad_impressions": "impressions", "ad_clicks": "clicks", "ad_conversions": "conversions"}
    names |= {"ad_cpc": "cpc", "ad_cpm": "cpm", "ad_cpa": "cpa"}
    rates = {"ad_click_rate": ("ctr", "clicks", "impressions"), "ad_cost_rate": ("cost_share", "cost", "gmv")}
    return (
        *(context.entry(name, total, column) for name, column in names.items()),
        *(context.entry(name, total, column, of=of) for name, (column, *of) in rates.items()),  # type: ignore[arg-type]  # two of them
    )


def _of_level(frame: pd.DataFrame, *, level: str) -> Any:  # noqa: ANN401 - a pandas series
    """The rows of a level and their total, which they add up to."""
    return frame["level"].isin([level, TOTAL])


def _is_total(frame: pd.DataFrame) -> Any:  # noqa: ANN401 - a pandas series
    return frame["level"] == TOTAL


section = Section(
    "ads",
    say,
    level=2,
    people={"conversions": ("conversion_rate", "cpa")},
    totals=tuple(Sum("conversions", partial(_of_level, level=level), whole=_is_total) for level in LEVELS),
)
