"""RFM tiers: how many buyers of the year are in each of the eight, what they brought, and whom to approach first."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.charts import ACCENT, BAND, Bar, Chart, row_chart
from retro.i18n import Text
from retro.privacy import FEW
from retro.sections.section import Context, Finding, Section, frame_table, records

_VALUABLE = ("important_value", "important_develop", "important_keep", "important_save")
_COLD = ("important_keep", "important_save")
"""Tiers of high value that have not bought for a while."""
_LEVERS = ("important_develop", *_COLD)
"""Tiers of high value that something can be done with."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many buyers are of high value, what they brought, who has gone cold, and whom to approach first."""
    text = context.text
    if frame.empty:
        return Finding(text("rfm_tiers.say.short"), covered=False)
    rows = {row["tier"]: row for row in records(frame)}
    every = _sums(rows.values())
    if not every["gmv"]:
        return Finding(text("rfm_tiers.say.few"), covered=False)
    valuable, cold = (_sums(rows[tier] for tier in tiers) for tiers in (_VALUABLE, _COLD))
    for sums in (valuable, cold):
        sums["all_gmv"] = every["gmv"]
        sums["gmv_share"] = float(sums["gmv"] / every["gmv"])
    threshold = "given" if context.asked("high_value") is not None else "found"
    first = next(iter(rows.values()))
    reached = text(f"rfm_tiers.say.{threshold}", first, currency=text.currency_name)
    lines = [
        text("rfm_tiers.say.summary", valuable, days=first["days"], all=every["members"], reached=reached)
        + text("rfm_tiers.say.cold", cold),
        _advice(rows, text),
        _moved(rows, text),
    ]
    entries = (
        context.entry("high_value_buyers", valuable, "members"),
        context.entry("high_value_gmv_rate", valuable, "gmv_share", of=("gmv", "all_gmv")),
        context.entry("cold_high_value_gmv_rate", cold, "gmv_share", of=("gmv", "all_gmv")),
    )
    columns = ("tier.tier", "members", "share", "gmv", "gmv_share", "before", "left")
    return Finding(
        "\n".join(line.strip() for line in lines if line), entries, frame_table("rfm_tiers", frame, columns, text)
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per tier: its share of buyers, and within it its share of GMV."""
    marks = (Bar("share", BAND, 0.62, "members"), Bar("gmv_share", ACCENT, 0.36, "gmv"))
    return row_chart(frame, text, "rfm_tiers.chart", *marks)


def _sums(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Members and GMV of several tiers, without those too small to be shown, which a sum would give away."""
    shown = [row for row in rows if row["members"] is not FEW]
    return {"members": sum(row["members"] for row in shown), "gmv": sum((row["gmv"] for row in shown), Decimal(0))}


def _advice(rows: Mapping[str, Mapping[str, Any]], text: Text) -> str:
    """What to do first: the tier that brought most of those that something can be done with."""
    levers = [rows[tier] for tier in _LEVERS if rows[tier]["members"] is not FEW and rows[tier]["members"]]
    if not levers:
        return ""
    first = max(levers, key=lambda row: row["gmv"])
    return text(f"rfm_tiers.say.{first['tier']}", first)


def _moved(rows: Mapping[str, Mapping[str, Any]], text: Text) -> str:
    """How many of the period's start are in another tier now; nothing where a count is hidden or not known."""
    counts = [row[name] for row in rows.values() for name in ("before", "left")]
    best = rows["important_value"]
    if any(count is FEW or pd.isna(count) for count in (*counts, best["members"])):
        return "" if FEW in counts else text("rfm_tiers.say.unmoved")
    before, left = (sum(row[name] for row in rows.values()) for name in ("before", "left"))
    return text("rfm_tiers.say.moved", best, all=before, away=left) if before else ""


section = Section(
    "rfm_tiers", say, draw, people={"members": ("share", "gmv", "gmv_share"), "before": (), "left": ()}, of_people=True
)
